import { findLinks } from "./find-links.ts";
import { fold, foldedWords } from "./fold.ts";

export const valueKinds = ["name", "date", "amount", "link", "address", "phone", "number"] as const;
export type ValueKind = (typeof valueKinds)[number];

/** One value of a text, and the form in which it is compared with other texts. */
export interface FoundValue {
  kind: ValueKind;
  /** As it stands in the text. */
  value: string;
  key: string;
}

const email = /(?<![\w.+@-])[\p{L}\p{N}._%+'-]{1,64}@(?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,24}(?![\w@-])/giu;
const phone = /(?<![\w+.,:/@-])(?:\+|00|\(?0)\d[\d\s()./-]{5,18}\d(?![\w@]|[.,:]\d)/g;
const currency =
  "€|\\$|£|¥|₹|₺|₽|zł|kr\\.?|chf|eur|euros?|usd|dollars?|gbp|pounds?|pln|sek|nok|dkk|czk|huf|jpy|cny|inr|brl|r\\$|aud|cad|円|元";
const number = "\\d{1,3}(?:[.,'’\\s\\u00a0\\u202f]\\d{3})*(?:[.,]\\d{1,2})?|\\d+(?:[.,]\\d{1,2})?";
const amount = new RegExp(
  `(?<![\\w.,])(?:(?:${currency})\\s?(${number})(?![\\d])|(${number})\\s?(?:${currency})(?![\\p{L}]))`,
  "giu",
);
const reference = /(?<![\w.,:/@+-])(?=[A-Z0-9/-]*\d{4})[A-Z0-9]{1,8}(?:[-/]?[A-Z0-9]{2,}){0,4}(?![\w@:/-]|[.,]\d)/g;

const monthNames: readonly string[] = [
  "jan january januar janvier enero gennaio janeiro januari stycznia января",
  "feb february februar fevrier febrero febbraio fevereiro februari lutego февраля",
  "mar march marz marz mars marzo marco maart marca марта",
  "apr april avril abril aprile kwietnia апреля",
  "may mai mayo maggio maio mei maja мая",
  "jun june juni juin junio giugno junho czerwca июня",
  "jul july juli juillet julio luglio julho lipca июля",
  "aug august aout agosto augustus sierpnia августа",
  "sep sept september septembre septiembre settembre setembro wrzesnia сентября",
  "oct october okt oktober octobre octubre ottobre outubro pazdziernika октября",
  "nov november novembre noviembre novembro listopada ноября",
  "dec december dez dezember decembre diciembre dicembre dezembro grudnia декабря",
];
const dayNames: readonly string[] = [
  "sunday sonntag dimanche domingo domenica zondag niedziela niedziele воскресенье",
  "monday montag lundi lunes lunedi maandag poniedzialek segunda-feira понедельник",
  "tuesday dienstag mardi martes martedi dinsdag wtorek terca-feira вторник",
  "wednesday mittwoch mercredi miercoles mercoledi woensdag sroda srode quarta-feira среда среду",
  "thursday donnerstag jeudi jueves giovedi donderdag czwartek quinta-feira четверг",
  "friday freitag vendredi viernes venerdi vrijdag piatek sexta-feira пятница пятницу",
  "saturday samstag sonnabend samedi sabado sabato zaterdag sobota sobote суббота субботу",
];
const [monthOf, dayOf] = [toLookup(monthNames), toLookup(dayNames)];

/** Names, dates, times, amounts, links, addresses, numbers of a text. Contract: pure; each key once. */
export function findValues(text: string): FoundValue[] {
  const found: FoundValue[] = [];
  let rest = text;
  const take = (kind: FoundValue["kind"], pattern: RegExp, toKey: (written: string) => string | null): void => {
    rest = rest.replace(pattern, (written: string) => {
      const key = toKey(written);
      if (key === null) return written;
      found.push({ kind, value: written.trim(), key });
      return " ".repeat(written.length);
    });
  };
  for (const link of findLinks(rest)) {
    found.push({ kind: "link", value: link.written, key: linkKey(link.host, link.rest) });
    rest = rest.replaceAll(link.written, " ; ");
  }
  take("address", email, (written) => written.toLowerCase());
  take("amount", amount, amountKey);
  for (const { pattern, toKey } of datePatterns) take("date", pattern, toKey);
  take("phone", phone, phoneKey);
  take("number", reference, (written) =>
    written.replace(/\D/g, "").length >= 5 ? written.replace(/[-/]/g, "") : null,
  );
  for (const name of findNames(rest)) found.push({ kind: "name", value: name, key: foldedWords(name).join(" ") });
  const seen = new Set<string>();
  return found.filter(({ kind, key }) => !seen.has(`${kind} ${key}`) && seen.add(`${kind} ${key}`));
}

/** A link as it is compared: without scheme, `www.` and the last slash. */
export function linkKey(host: string, rest: string): string {
  return `${host.replace(/^www\./, "")}${rest}`.replace(/\/$/, "");
}

const datePatterns: { pattern: RegExp; toKey: (written: string) => string | null }[] = [
  { pattern: /(?<![\d.])\d{4}-\d{2}-\d{2}(?!\d)/g, toKey: (written) => dayKey(written.slice(8), written.slice(5, 7)) },
  { pattern: /(?<![\d.])\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})?(?!\d)/g, toKey: (written) => dayKey(...pair(written)) },
  {
    pattern: /(?<![\p{L}\d])\d{1,2}(?:st|nd|rd|th|\.|er|º)?\s+(?:de\s+|of\s+)?\p{L}{3,12}\.?(?![\p{L}])/giu,
    toKey: named,
  },
  {
    pattern: /(?<![\p{L}])\p{L}{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?![\d:.,]\d|\d|\s*(?:am|pm|uhr|h\b))/giu,
    toKey: named,
  },
  { pattern: /(?<![\d.,:])(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?[ap]\.?m\b)?(?![\d])/gi, toKey: timeKey },
  { pattern: /(?<![\d.,:])(?:[01]?\d|2[0-4])\s?(?:[ap]\.?m\b|uhr\b|o['’]clock|h\b|heures?\b)/gi, toKey: timeKey },
  { pattern: /(?<![\p{L}])\p{L}{5,13}(?:-feira)?(?![\p{L}])/giu, toKey: (written) => weekday(written) },
];

function pair(written: string): [string, string] {
  const [day = "", month = ""] = written.split(/[./]/);
  return Number(month) > 12 ? [month, day] : [day, month];
}

function dayKey(day: string, month: string): string | null {
  const [d, m] = [Number(day), Number(month)];
  return d >= 1 && d <= 31 && m >= 1 && m <= 12 ? `day ${d}-${m}` : null;
}

function named(written: string): string | null {
  const month = /\p{L}{3,}/gu;
  for (const [word] of fold(written).matchAll(month)) {
    const at = monthOf.get(word);
    if (at !== undefined) return dayKey(/\d+/.exec(written)?.[0] ?? "", String(at + 1));
  }
  return null;
}

function weekday(written: string): string | null {
  const at = dayOf.get(fold(written));
  return at === undefined ? null : `weekday ${at}`;
}

function timeKey(written: string): string {
  const [hour = "0", minute = "00"] = written.match(/\d+/g) ?? [];
  const afternoon = /p\.?m/i.test(written) && Number(hour) < 12;
  return `time ${(Number(hour) % 24) + (afternoon ? 12 : 0)}:${minute}`;
}

/** The number alone: the sign of the currency and the separators differ by who writes. */
function amountKey(written: string): string | null {
  const digits = written.replace(/[^\d.,]/g, "").replace(/^[.,]+|[.,]+$/g, "");
  if (digits === "") return null;
  const cents = /[.,](\d{1,2})$/.exec(digits);
  const whole = digits.slice(0, cents?.index ?? undefined).replace(/\D/g, "");
  const part = Number((cents?.[1] ?? "").padEnd(2, "0"));
  return `${Number(whole)}.${String(part).padStart(2, "0")}`;
}

/** The last eight digits: the prefix is written in many ways. */
function phoneKey(written: string): string | null {
  const digits = written.replace(/\D/g, "");
  return digits.length >= 7 && digits.length <= 16 ? digits.slice(-8) : null;
}

/** Two or more capitalised words one after the other, within a sentence or a line. */
function findNames(text: string): string[] {
  const pattern =
    /(?<![\p{L}\p{N}'’-])\p{Lu}\p{Ll}{1,20}(?:[-'’]\p{Lu}?\p{Ll}+)?(?: (?:(?:von|van|de|da|del|di|la|le|der|den|bin|al) )?\p{Lu}\p{Ll}{1,20}(?:[-'’]\p{Lu}?\p{Ll}+)?){1,2}(?![\p{L}\p{N}])/gu;
  return [...text.matchAll(pattern)].map((hit) => hit[0]);
}

function toLookup(groups: readonly string[]): ReadonlyMap<string, number> {
  return new Map(groups.flatMap((names, at) => names.split(" ").map((name): [string, number] => [fold(name), at])));
}
