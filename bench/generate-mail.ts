import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createRandom, createVocabulary, type Encoded, encode, type Vocabulary } from "./invented-words.ts";

/**
 * Invented mail in the sizes of real mail (median 6.8 KB, 90 % under 26 KB): threads with quoted answers, lists, HTML, files.
 * `node bench/generate-mail.ts COUNT MBOX [SEED]` writes a mailbox as Google Takeout does.
 */
export interface GeneratedMail {
  messageId: string;
  inReplyTo: string | null;
  references: string[];
  from: Person;
  to: Person[];
  subject: string;
  sentAtMs: number;
  labels: string[];
  sent: boolean;
  /** New text and quoted text, as they stand in the plain part. */
  text: string;
  quoted: string;
  attachmentNames: string[];
  /** The message itself, RFC 5322, with CRLF. */
  raw: string;
}

export interface Person {
  name: string;
  address: string;
}

/** The word that stands in nine of ten messages. */
export const everywhereWord = "velorando";
/** Words that stand in about one message of a thousand, and of twenty thousand. */
export const rareWord = "quintaral";
export const veryRareWord = "zephyrolin";

const startMs = Date.UTC(2020, 0, 1);
const spanMs = Date.UTC(2026, 10, 20) - startMs;
const targetMedian = 5_200;
const sigma = 1.05;
const owner: Person = { name: "Clara Weiss", address: "clara@weiss.example" };

/** Yields `count` messages in order of time, the same for the same seed. */
export function* generateMail(options: { seed: number; count: number }): Generator<GeneratedMail> {
  const random = createRandom(options.seed);
  const writer = new MailWriter(random, createVocabulary(random, 30_000));
  for (let at = 0; at < options.count; at += 1) {
    yield writer.next(at, startMs + Math.floor((spanMs * (at + random())) / options.count));
  }
}

/** Streams a mailbox to a file. */
export async function writeMailbox(
  path: string,
  options: { seed: number; count: number },
): Promise<{ messages: number; bytes: number }> {
  const file = createWriteStream(path, { highWaterMark: 4 << 20 });
  let bytes = 0;
  let waiting: Buffer[] = [];
  let held = 0;
  const flush = async (): Promise<void> => {
    const chunk = Buffer.concat(waiting);
    waiting = [];
    held = 0;
    bytes += chunk.length;
    if (!file.write(chunk)) await once(file, "drain");
  };
  let at = 0;
  for (const mail of generateMail(options)) {
    at += 1;
    const date = new Date(mail.sentAtMs).toUTCString();
    const stamp = `${date.slice(0, 3)} ${date.slice(8, 11)} ${date.slice(5, 7)} ${date.slice(17, 25)} +0000 ${date.slice(12, 16)}`;
    const message = Buffer.from(`From 15${String(at).padStart(17, "0")}@xxx ${stamp}\r\n${mail.raw}\r\n\r\n`);
    waiting.push(message);
    held += message.length;
    if (held > 2 << 20) await flush();
  }
  await flush();
  file.end();
  await once(file, "finish");
  return { messages: at, bytes };
}

class MailWriter {
  readonly #random: () => number;
  readonly #words: Vocabulary;
  readonly #people: Person[];
  readonly #lists: string[];
  readonly #recent: { mail: GeneratedMail; head: Encoded[] }[] = [];
  readonly #bytes: string;

  constructor(random: () => number, words: Vocabulary) {
    this.#random = random;
    this.#words = words;
    this.#people = Array.from({ length: 900 }, (_, at) => {
      const first = capital(words.words[4000 + at * 7] ?? "x");
      const last = capital(words.words[9000 + at * 5] ?? "x");
      const host = `${plain(words.words[2000 + (at % 60)] ?? "x")}.example`;
      return { name: `${first} ${last}`, address: `${plain(first)}.${at}@${host}`.toLowerCase() };
    });
    this.#lists = Array.from({ length: 25 }, (_, at) => plain(words.words[1500 + at * 3] ?? "x"));
    const noise = Buffer.from(Array.from({ length: 200_000 }, () => Math.floor(random() * 256)));
    this.#bytes = foldLines(noise.toString("base64"));
  }

  next(at: number, sentAtMs: number): GeneratedMail {
    const answered = this.#random() < 0.45 ? this.#pick(this.#recent) : undefined;
    const parent = answered?.mail;
    const sent = this.#random() < 0.12;
    const list = !sent && this.#random() < 0.3 ? this.#pick(this.#lists) : undefined;
    const from = sent ? owner : (this.#pickPerson() ?? owner);
    const to = sent ? [parent?.from ?? this.#pickPerson() ?? owner] : [owner];
    const target = Math.min(400_000, Math.max(1_200, targetMedian * Math.exp(sigma * this.#normal())));
    const withFile = target > 15_000 && this.#random() < 0.5;
    const kind = this.#random();
    const html = kind < 0.55;
    const share = (withFile ? Math.min(12_000, target / 4) : target - 900) / (html ? (kind < 0.12 ? 1.5 : 2.6) : 1);
    const quoted = answered === undefined ? [] : quote(answered.mail, answered.head);
    const text = this.#text(Math.max(150, share - quoted.length * 70));
    const mail: GeneratedMail = {
      messageId: `${at.toString(36)}.${Math.floor(this.#random() * 1e9).toString(36)}@${from.address.split("@")[1] ?? "x.example"}`,
      inReplyTo: parent?.messageId ?? null,
      references: parent === undefined ? [] : [...parent.references.slice(-6), parent.messageId],
      from,
      to,
      subject:
        parent === undefined ? capital(this.#words.clause().plain) : `Re: ${parent.subject.replace(/^Re: /, "")}`,
      sentAtMs,
      labels: sent ? ["Sent", "Opened"] : ["Inbox", ...(list === undefined ? ["Important"] : [`List ${list}`])],
      sent,
      text: text.map((line) => line.plain).join("\r\n"),
      quoted: quoted.map((line) => line.plain).join("\r\n"),
      attachmentNames: withFile ? [`${plain(this.#words.draw())}-${at % 100}.pdf`] : [],
      raw: "",
    };
    const shape = { html, htmlOnly: kind < 0.12, target, encoding: this.#random() };
    mail.raw = this.#raw(mail, [...text, blank, ...quoted], list, shape);
    this.#recent.push({ mail, head: [...text.slice(0, 25), blank, ...quoted.slice(0, 12)] });
    if (this.#recent.length > 1500) this.#recent.splice(0, 500);
    return mail;
  }

  #text(characters: number): Encoded[] {
    const lines: Encoded[] = [];
    if (this.#random() < 0.9) lines.push(joined([encode(capital(everywhereWord)), this.#words.clause()]));
    if (this.#random() < 0.001) lines.push(joined([encode(rareWord), this.#words.clause()]));
    if (this.#random() < 0.00005) lines.push(joined([encode(veryRareWord), this.#words.clause()]));
    let length = 0;
    while (length < characters) {
      const own = this.#random() < 0.2 ? [encode(this.#words.draw())] : [];
      const line = joined([this.#words.clause(), ...own, this.#words.clause()]);
      lines.push(line);
      length += line.plain.length + 2;
      if (this.#random() < 0.12) lines.push(blank);
    }
    return lines;
  }

  #raw(
    mail: GeneratedMail,
    lines: readonly Encoded[],
    list: string | undefined,
    shape: { html: boolean; htmlOnly: boolean; target: number; encoding: number },
  ): string {
    const boundary = `=_${mail.messageId.slice(0, 12)}`;
    const headers = this.#headers(mail, list);
    const body = !shape.html
      ? encodePart("text/plain", lines, shape.encoding)
      : shape.htmlOnly
        ? encodePart("text/html", toHtml(lines), shape.encoding)
        : multipart("alternative", `${boundary}a`, [
            encodePart("text/plain", lines, shape.encoding),
            encodePart("text/html", toHtml(lines), shape.encoding),
          ]);
    const [name] = mail.attachmentNames;
    if (name === undefined) return `${headers}\r\n${body}`;
    const size = Math.min(200_000, Math.max(2_000, Math.floor(shape.target - body.length)));
    return `${headers}\r\n${multipart("mixed", boundary, [body, this.#file(name, size)])}`;
  }

  #headers(mail: GeneratedMail, list: string | undefined): string {
    const address = (person: Person): string => `${encodeWord(person.name)} <${person.address}>`;
    const lines = [
      `X-GM-THRID: 15${mail.references[0]?.length ?? 0}${mail.sentAtMs}`,
      `X-Gmail-Labels: ${mail.labels.join(",")}`,
      `Delivered-To: ${owner.address}`,
      `Received: by 2002:a05:6402:${mail.sentAtMs % 9999} with SMTP id x${mail.sentAtMs}; ${new Date(mail.sentAtMs).toUTCString()}`,
      `Authentication-Results: mx.example; dkim=pass header.i=@${mail.from.address.split("@")[1] ?? ""}; spf=pass; dmarc=pass`,
      `From: ${address(mail.from)}`,
      `To: ${mail.to.map(address).join(", ")}`,
      `Subject: ${encodeWord(mail.subject)}`,
      `Date: ${new Date(mail.sentAtMs).toUTCString().replace("GMT", "+0000")}`,
      `Message-ID: <${mail.messageId}>`,
    ];
    if (mail.inReplyTo !== null) {
      lines.push(
        `In-Reply-To: <${mail.inReplyTo}>`,
        `References: ${mail.references.map((id) => `<${id}>`).join("\r\n ")}`,
      );
    }
    if (list !== undefined) {
      lines.push(
        `List-Id: <${list}.lists.example>`,
        `List-Unsubscribe: <mailto:leave@${list}.lists.example>`,
        "Precedence: list",
      );
    }
    lines.push("MIME-Version: 1.0");
    return lines.join("\r\n");
  }

  #file(name: string, size: number): string {
    const from = Math.floor(this.#random() * 500) * 78;
    const encoded = this.#bytes.slice(from, from + Math.floor(size / 78) * 78);
    return `Content-Type: application/pdf; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`;
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(this.#random() + 1e-12)) * Math.cos(2 * Math.PI * this.#random());
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)];
  }

  /** Few people write much, many write little. */
  #pickPerson(): Person | undefined {
    return this.#people[Math.floor(this.#random() ** 3 * this.#people.length)];
  }
}

const blank: Encoded = { plain: "", quoted: "" };
const paragraph: [Encoded, string] = [encode('<p style="margin:0 0 8px 0;font-family:Arial,sans-serif">'), "</p>"];
const htmlHead = encode('<html><body><div class="main">');
const htmlTail = encode('</div><img src="https://img.example/p.gif" width="1" height="1"></body></html>');

function joined(parts: readonly Encoded[]): Encoded {
  return {
    plain: `${parts.map((part) => part.plain).join(" ")}.`,
    quoted: `${parts.map((part) => part.quoted).join(" =\r\n")}.`,
  };
}

function quote(parent: GeneratedMail, head: readonly Encoded[]): Encoded[] {
  const opening = encode(`On ${new Date(parent.sentAtMs).toUTCString().slice(0, 16)}, ${parent.from.name} wrote:`);
  return [opening, ...head.map((line) => ({ plain: `> ${line.plain}`, quoted: `> ${line.quoted}` }))];
}

function toHtml(lines: readonly Encoded[]): Encoded[] {
  const [open, close] = paragraph;
  return [
    htmlHead,
    ...lines.map((line) => ({
      plain: `${open.plain}${line.plain}${close}`,
      quoted: `${open.quoted}=\r\n${line.quoted}${close}`,
    })),
    htmlTail,
  ];
}

function encodePart(type: string, lines: readonly Encoded[], choice: number): string {
  const head = `Content-Type: ${type}; charset="utf-8"\r\nContent-Transfer-Encoding: `;
  if (choice >= 0.6) return `${head}quoted-printable\r\n\r\n${lines.map((line) => line.quoted).join("\r\n")}`;
  const text = lines.map((line) => line.plain).join("\r\n");
  if (choice < 0.5) return `${head}8bit\r\n\r\n${text}`;
  return `${head}base64\r\n\r\n${foldLines(Buffer.from(text).toString("base64"))}`;
}

function multipart(kind: string, boundary: string, parts: readonly string[]): string {
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
}

function foldLines(base64: string): string {
  return base64.replace(/.{76}/g, "$&\r\n");
}

function encodeWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "");
}

if (import.meta.main) {
  const [count = "1000", path = "generated.mbox", seed = "1"] = process.argv.slice(2);
  const started = performance.now();
  const { messages, bytes } = await writeMailbox(path, { seed: Number(seed), count: Number(count) });
  const seconds = (performance.now() - started) / 1000;
  console.log(`${messages} messages, ${bytes} bytes, ${Math.round(messages / seconds)} messages/s`);
}
