import { decodeBytes } from "../documents/decode-bytes.ts";

/** One logical line of iCalendar or vCard: names and parameter names in upper case, values as written (unescaped later). */
export interface ContentLine {
  /** The property's group, such as `item1` in `item1.TEL`; empty when it has none. */
  group: string;
  name: string;
  params: Map<string, string[]>;
  value: string;
}

/** Values longer than this (characters) are cut. */
export const contentLineLimit = 1_000_000;
const headLimit = 10_000;

/**
 * The logical lines of iCalendar or vCard text: unfolded (CRLF, LF or CR alone), soft line ends of quoted-printable values
 * joined, blank lines dropped. Contract: pure, never throws, linear in the length of the text.
 */
export function unfoldLines(text: string): string[] {
  const lines: string[] = [];
  let parts: string[] = [];
  let softBreak = false;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const first = line.charAt(0);
    if (parts.length > 0 && softBreak) parts.push(`\n${line}`);
    else if (parts.length > 0 && (first === " " || first === "\t")) parts.push(line.slice(1));
    else {
      if (parts.length > 0) lines.push(parts.join(""));
      parts = line === "" ? [] : [line];
      softBreak = false;
    }
    if (parts.length === 1) softBreak = /^[^:]*QUOTED-PRINTABLE/i.test(line);
    softBreak = softBreak && line.endsWith("=");
  }
  if (parts.length > 0) lines.push(parts.join(""));
  return lines.filter((line) => line.trim() !== "");
}

/** Reads one logical line, or null when it is none (no colon, or no name before it). Quoted-printable is decoded. */
export function readContentLine(line: string): ContentLine | null {
  const head = splitHead(line);
  if (head === null) return null;
  const [fullName = "", ...rawParams] = head.parts;
  const dot = fullName.lastIndexOf(".");
  const name = fullName
    .slice(dot + 1)
    .trim()
    .toUpperCase();
  if (!/^[A-Z0-9_-]+$/.test(name)) return null;
  const params = readParams(rawParams);
  const value = decodeValue(head.value.slice(0, contentLineLimit), params);
  return { group: dot > 0 ? fullName.slice(0, dot).toLowerCase() : "", name, params, value };
}

/** The first value of a parameter, or null. */
export function param(line: ContentLine, name: string): string | null {
  return line.params.get(name)?.[0] ?? null;
}

/** Undoes the backslash escapes of TEXT values. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\s\S])/g, (_, escaped: string) => (escaped === "n" || escaped === "N" ? "\n" : escaped));
}

/** Splits at a separator that is not escaped by a backslash, and unescapes each piece. */
export function splitEscaped(value: string, separator: "," | ";"): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let index = 0; index < value.length; index += 1) {
    const character = value.charAt(index);
    if (character === "\\") index += 1;
    else if (character === separator) {
      pieces.push(value.slice(start, index));
      start = index + 1;
    }
  }
  pieces.push(value.slice(start));
  return pieces.map(unescapeText);
}

function splitHead(line: string): { parts: string[]; value: string } | null {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  // A quote that is never closed does not swallow the value.
  const lastQuote = line.lastIndexOf('"');
  for (let index = 0; index < Math.min(line.length, headLimit); index += 1) {
    const character = line.charAt(index);
    if (character === '"') quoted = !quoted;
    else if (character === ":" && (!quoted || index > lastQuote)) {
      parts.push(line.slice(start, index));
      return { parts, value: line.slice(index + 1) };
    } else if (character === ";" && !quoted) {
      parts.push(line.slice(start, index));
      start = index + 1;
    }
  }
  return null;
}

function readParams(rawParams: string[]): Map<string, string[]> {
  const params = new Map<string, string[]>();
  for (const raw of rawParams) {
    const equals = raw.indexOf("=");
    // vCard 2.1 and vCalendar 1.0 write bare values: `TEL;HOME;VOICE`, `NOTE;QUOTED-PRINTABLE`.
    const name = equals < 0 ? bareParamName(raw) : raw.slice(0, equals).trim().toUpperCase();
    const values = (equals < 0 ? raw : raw.slice(equals + 1)).match(/"[^"]*"|[^",]+/g) ?? [];
    const cleaned = values.map((value) => decodeCaret(value.replace(/^"|"$/g, "").trim()));
    params.set(name, [...(params.get(name) ?? []), ...cleaned].slice(0, 100));
  }
  return params;
}

function bareParamName(raw: string): string {
  return /^(quoted-printable|base64|8bit|7bit)$/i.test(raw.trim()) ? "ENCODING" : "TYPE";
}

/** RFC 6868: `^n`, `^'` and `^^` in parameter values. */
function decodeCaret(value: string): string {
  return value.replace(/\^([n'^])/g, (_, code: string) => (code === "n" ? "\n" : code === "'" ? '"' : "^"));
}

function decodeValue(value: string, params: Map<string, string[]>): string {
  if (params.get("ENCODING")?.[0]?.toUpperCase() !== "QUOTED-PRINTABLE") return value;
  const joined = value.replace(/=\n/g, "");
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const piece of joined.split(/(=[0-9A-Fa-f]{2})/)) {
    if (/^=[0-9A-Fa-f]{2}$/.test(piece)) bytes.push(Number.parseInt(piece.slice(1), 16));
    else for (const byte of encoder.encode(piece)) bytes.push(byte);
  }
  return decodeBytes(Uint8Array.from(bytes), params.get("CHARSET")?.[0] ?? "utf-8").text;
}
