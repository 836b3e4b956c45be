/** How the header of a line is built. `key` is equal for all headers of one export and differs between most locales. */
export interface HeaderShape {
  key: string;
  bracketed: boolean;
  separator: "slash" | "dot" | "dash" | "words";
}

/** The header of one line as it is written, before anybody decided which of the three numbers is the day. */
export interface Header extends HeaderShape {
  /** The three groups of the date in their order, with the era where one is written. */
  groups: readonly [number, number, number];
  digits: readonly [number, number, number];
  era: string;
  hour: number;
  minute: number;
  second: number | null;
  /** The mark of the half day is AM or PM, in capitals, as American English writes it. */
  capitalMark: boolean;
  /** A left-to-right mark stands before the bracket: iOS does so for lines of the app's own making, media above all. */
  marked: boolean;
  /** Where the rest of the line begins, in UTF-16 units of the line. */
  end: number;
}

const morning =
  "a\\. ?m\\.?|am|ap\\.|fm|de\\.|dop\\.|öö|sa|pd|pg|ص|ق\\.ظ\\.?|قبل‌ازظهر|पूर्वाह्न|上午|凌晨|清晨|早上|午前|오전|π\\.μ\\.|முற்பகல்|पू\\.";
const evening =
  "p\\. ?m\\.?|pm|ip\\.|em|du\\.|odp\\.|ös|ch|md|ptg|م|ب\\.ظ\\.?|بعدازظهر|अपराह्न|下午|晚上|中午|午後|오후|μ\\.μ\\.|பிற்பகல்|अ\\.";
const marker = `(?:${morning}|${evening})`;
const time = `(?:(?<before>${marker}) ?)?(?<hour>\\d{1,2})[:.](?<minute>\\d{2})(?:[:.](?<second>\\d{2}))?(?: ?(?<after>${marker}))?`;
const eraBefore = "(?:[rhs](?=\\d)|令和|平成|昭和|พ\\.ศ\\. ?|ค\\.ศ\\. ?)";
const date = `(?<a>(?<era1>${eraBefore})?\\d{1,4}) ?(?<sep>[-/.年년]) ?(?<b>\\d{1,2}) ?[-/.月월] ?(?<c>(?<era2>${eraBefore})?\\d{1,4})(?:[.日일])?(?: ?(?<era3>be|ad|ah|г\\.|هـ|พ\\.ศ\\.|ค\\.ศ\\.))?`;
const gap = "(?:, *| +)(?:(?:klo|kl\\.?|at|um|à|às|a las|alle|в|om|u) +)?";
const header = new RegExp(
  `^(?<open>\\[)?(?:${date}${gap}${time}|(?<timeFirst>)${time}${gap}${date})(?<close>\\] ?| [-–] |: )`,
  "iu",
);
const eveningOnly = new RegExp(`^(?:${evening})$`, "iu");
const headLength = 80;
const bidiMark = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/;
const mayBegin = /^[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[[\p{Nd}午上下오令平昭พ]/u;
const digitZeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1040, 0xff10];

/**
 * Reads the header of a line ("[3/18/22, 14:56:01] ", "18.03.22, 14:56 - ", "۱۴۰۱/۱/۵،‏ ۱۴:۵۶ - ") in any locale. Null when
 * the line has none. Contract: never throws; looks at the first 80 characters only.
 */
export function readHeader(line: string): Header | null {
  if (!mayBegin.test(line)) return null;
  const { text, positions, marked } = normaliseHead(line);
  const match = header.exec(text);
  const found = match?.groups;
  if (match === null || found === undefined) return null;
  const { open, close = "", a = "", b = "", c = "", sep = "", hour = "", minute = "" } = found;
  if ((open === undefined) === close.startsWith("]")) return null;
  const mark = found["before"] ?? found["after"];
  const clock = toHour(Number(hour), mark);
  if (clock > 23 || Number(minute) > 59 || Number(found["second"] ?? 0) > 59) return null;
  const separator = separatorOf(sep);
  const bracketed = open !== undefined;
  const kind = bracketed ? "bracket" : close.trim() === ":" ? "colon" : "dash";
  const key = [
    kind,
    found["timeFirst"] === undefined ? "date" : "time",
    separator,
    mark ? "12" : "24",
    found["second"] ? "s" : "m",
  ];
  return {
    key: key.join(" "),
    bracketed,
    separator,
    groups: [toNumber(a), toNumber(b), toNumber(c)],
    digits: [countDigits(a), countDigits(b), countDigits(c)],
    era: (found["era1"] ?? found["era2"] ?? found["era3"] ?? "").trim().toLowerCase(),
    hour: clock,
    minute: Number(minute),
    second: found["second"] === undefined ? null : Number(found["second"]),
    capitalMark: mark === "AM" || mark === "PM",
    marked,
    end: positions[match[0].length] ?? line.length,
  };
}

/** Native digits become ASCII, marks go, odd spaces and commas become plain ones; positions lead back to the line. */
function normaliseHead(line: string): { text: string; positions: number[]; marked: boolean } {
  let text = "";
  const positions: number[] = [];
  for (let at = 0; at < line.length && text.length < headLength; at += 1) {
    const letter = line.charAt(at);
    if (bidiMark.test(letter)) continue;
    text += normaliseLetter(letter);
    positions.push(at);
  }
  positions.push(line.length);
  return { text, positions, marked: /^[\u200e\u200f]/.test(line) };
}

function normaliseLetter(letter: string): string {
  const code = letter.charCodeAt(0);
  if (code < 0x80) return letter;
  if (code === 0xa0 || code === 0x202f || code === 0x2009 || code === 0x3000) return " ";
  if (code === 0x60c || code === 0xff0c || code === 0x3001) return ",";
  if (code === 0xff1a) return ":";
  const zero = digitZeros.find((first) => code >= first && code <= first + 9);
  return zero === undefined ? letter : String(code - zero);
}

function toHour(hour: number, mark: string | undefined): number {
  if (mark === undefined || hour > 12) return hour;
  return (hour % 12) + (eveningOnly.test(mark) ? 12 : 0);
}

function separatorOf(sep: string): HeaderShape["separator"] {
  if (sep === "/") return "slash";
  if (sep === ".") return "dot";
  return sep === "-" ? "dash" : "words";
}

function toNumber(group: string): number {
  return Number(group.replace(/\D/g, ""));
}

function countDigits(group: string): number {
  return group.replace(/\D/g, "").length;
}
