/** Longer lines are prose, never the header of a quotation; this also bounds every pattern below. */
const lineLimit = 400;

const verbs =
  "wrote|writes|schrieb|schrieben|schreef|a écrit|écrivit|escribió|escribio|ha scritto|scrisse|escreveu|skrev|kirjoitti|" +
  "napisał\\(a\\)|napisała|napisał|napsala|napsal|napísal|írta|написала|написал|пишет|yazdı|a scris|έγραψε|kirjutas|写道|のメール";
const verbAtEnd = new RegExp(`(?:^|[\\s>"')])(?:${verbs})\\s*[:：]?$`, "i");
const verbInside = /\s(?:schrieb|schreef|skrev|napisał|het volgende geschreven)\s/i;
const opening =
  /^(?:On|Am|Le|El|Il|Em|Op|Den|På|W dniu|Dnia|In data|Il giorno|El día|No dia|A \d|Dne|Dňa|În|Vào|Στις|At|Quoting)[\s,]/i;
const dateLike = /\b(?:19|20)\d{2}\b|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/;
const addressAtEnd = /<\s?[^<>\s]{1,200}@[^<>\s]{1,200}\s?>\s*[:：]$/;

const separator = new RegExp(
  "^\\s{0,3}(?:[-_=*]{2,40}\\s{0,3}(?:original message|original appointment|reply message|ursprüngliche nachricht|originalnachricht|" +
    "message d['’]origine|message original|mensaje original|messaggio originale|mensagem original|oprindelig besked|" +
    "opprinnelig melding|ursprungligt meddelande|originalmeddelande|oorspronkelijk bericht|alkuperäinen viesti|" +
    "wiadomość oryginalna|původní zpráva|исходное сообщение|forwarded message|forwarded by .{1,80}|" +
    "weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|" +
    "doorgestuurd bericht|vidarebefordrat meddelande|videresendt meddelelse|пересылаемое сообщение)" +
    "(?:\\s{0,3}[-_=*]{2,40})?|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message (?:transféré|réexpédié)\\s?:|" +
    "inicio del mensaje reenviado:|inizio messaggio inoltrato:|message du\\s?: ?\\d.{1,40})\\s*$",
  "i",
);

const fromLabel = /^[\s>*]{0,8}(?:From|Von|De|Da|Van|Fra|Från|Od|От|Lähettäjä|Kimden|发件人|差出人)\s{0,2}[:：]/i;
const dateLabel =
  /(?:^|\s|\*)(?:Sent|Date|Gesendet|Datum|Envoyé(?: le)?|Enviado(?: el| em)?|Fecha|Data|Inviato|Verzonden|Dato|Sendt|Skickat|Lähetetty|Wysłano|Отправлено|Дата|发送时间|送信日時)\s{0,2}\*?[:：]/i;
const toLabel = /(?:^|\s|\*)(?:To|An|À|Para|A|Aan|Til|Till|Vastaanottaja|Do|Кому|Kime|收件人|宛先)\s{0,2}\*?[:：]/i;
const subjectLabel =
  /(?:^|\s|\*)(?:Subject|Betreff|Objet|Asunto|Oggetto|Assunto|Onderwerp|Emne|Ämne|Aihe|Temat|Тема|Konu|Sujet|主题|件名)\s{0,2}\*?[:：]/i;

const device = new RegExp(
  "^\\s{0,3}\\*?(?:sent (?:from|via|with|using) \\S|sent from my|get outlook for|(?:von|aus) (?:meinem|meiner) .{1,60} gesendet|" +
    "gesendet (?:von|mit|aus) \\S|diese nachricht wurde von meinem|envoyé (?:depuis|de|d['’]|à partir|avec|par) ?\\S|télécharger outlook|" +
    "enviado (?:desde|do|de|a partir|con|via) \\S|obtener outlook|obter o outlook|inviato (?:da|dal|con) \\S|scarica outlook|" +
    "verzonden (?:vanaf|met|via) \\S|verstuurd vanaf|skickat från|sendt fra|lähetetty \\S|wysłan[eoay] z |отправлено (?:с|из) |" +
    "iphone(?:'|’)?(?:dan|umdan) gönderildi|odesláno z |iPhoneから送信|von meinem iphone)",
  "i",
);
const listWords = /mailing list|mailman|unsubscribe|listinfo|google groups|abmelden|désabonn|desinscri|darse de baja/i;

export function isQuotedLine(line: string): boolean {
  const start = line.charCodeAt(0);
  // "\n>:" is the end of a wrapped "Tom <tom@example.org>:", not a quotation.
  return (start === 0x3e || start === 0x20) && /^ {0,3}>(?!:\s*$)/.test(line);
}

export function isSeparator(line: string): boolean {
  return line.length <= lineLimit && line.length > 8 && separator.test(line);
}

/**
 * How many lines before and including `index` are the "On ... wrote:" header that ends there; 0 when none does.
 * `isBeforeQuote` says that quoted lines follow, which makes a bare "Tom wrote:" one too.
 */
export function attributionLength(lines: string[], index: number, isBeforeQuote: boolean): number {
  const last = (lines[index] ?? "").trim();
  if (last.length > lineLimit || !(last.endsWith(":") || last.endsWith("：") || last.endsWith("wrote"))) return 0;
  let joined = "";
  let likely = 0;
  for (let start = index; start >= 0 && start > index - 6; start -= 1) {
    const line = (lines[start] ?? "").trim();
    if (line === "" || line.length > lineLimit || (start < index && isQuotedLine(line))) break;
    joined = joined === "" ? line : `${line} ${joined}`;
    if (!isAttribution(joined)) continue;
    // "at 10:18, Tom wrote:" may be the end of a longer one, so the opening word is looked for further up.
    if (opening.test(line) && (start === index || /\d|@/.test(line))) return index - start + 1;
    if (likely === 0) likely = index - start + 1;
  }
  if (likely > 0) return likely;
  return isBeforeQuote && last.length < 160 && last.endsWith(":") && verbAtEnd.test(last) ? 1 : 0;
}

function isAttribution(joined: string): boolean {
  const hasDate = dateLike.test(joined);
  const hasVerb = verbAtEnd.test(joined) || verbInside.test(joined);
  if (opening.test(joined)) return (hasVerb && /\d|@/.test(joined)) || (hasDate && addressAtEnd.test(joined));
  if (hasDate && /^(?:[\d"'(*]|\S{2,12}[\s,.]+\d)/.test(joined) && (hasVerb || addressAtEnd.test(joined))) return true;
  return hasDate && /^\S{2,12}[.,]?\s.{0,40}\d/.test(joined) && addressAtEnd.test(joined);
}

/** How many lines the "From: Sent: To: Subject:" block that starts at `index` has; 0 when none does. */
export function headerBlockLength(lines: string[], index: number): number {
  if (!fromLabel.test((lines[index] ?? "").slice(0, 40))) return 0;
  const seen = new Set<string>();
  let length = 1;
  for (let offset = 1; offset <= 9; offset += 1) {
    const line = (lines[index + offset] ?? "").slice(0, lineLimit);
    if (line.trim() === "") {
      if (seen.size > 0 || offset > 2) break;
      continue;
    }
    const before = seen.size;
    if (dateLabel.test(line)) seen.add("date");
    if (toLabel.test(line)) seen.add("to");
    if (subjectLabel.test(line)) seen.add("subject");
    if (seen.size > before) length = offset + 1;
  }
  return seen.size >= 2 ? length : 0;
}

/** Whether the line is what a phone or an app adds below a message. */
export function isDeviceLine(line: string): boolean {
  // "Sent from my desk, is much easier" is a sentence.
  return line.length <= 120 && device.test(line) && !/, |\b(?:is|are|was|were)\b/.test(line);
}

/** Whether a rule of underscores or dashes with the words of a mailing list below it starts here. */
export function isListFooter(lines: string[], index: number): boolean {
  if (!/^\s{0,3}[_-]{2,100}\s*$/.test((lines[index] ?? "").slice(0, 120))) return false;
  for (let offset = 1; offset <= 6; offset += 1) {
    if (listWords.test((lines[index + offset] ?? "").slice(0, lineLimit))) return true;
  }
  return false;
}
