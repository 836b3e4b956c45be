import { isAscii, isUtf8 } from "node:buffer";

/** What a MIME part's Content-Transfer-Encoding asks for; anything unknown is read as it is. */
export type TransferEncoding = "plain" | "base64" | "quoted-printable";

const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;
/** More pieces than a mailer that pads every line makes of 4 MB; such a body is garbage, however it is cut. */
const paddedUnitLimit = 100_000;

export function transferEncoding(name: string): TransferEncoding {
  if (/base64/i.test(name)) return "base64";
  return /quoted-printable/i.test(name) ? "quoted-printable" : "plain";
}

/**
 * Decodes the body of one MIME part, given as the blocks of whole lines it was read in. Line ends become LF and the last
 * line gets one. Contract: pure, linear in the bytes, never throws.
 */
export function decodeBody(blocks: Uint8Array[], encoding: TransferEncoding): Uint8Array<ArrayBuffer> {
  const bytes = joinBlocks(blocks);
  if (encoding === "base64") return decodeBase64(bytes);
  return encoding === "quoted-printable" ? decodeQuotedPrintable(bytes) : dropCarriageReturns(bytes);
}

/** The blocks in one array, each ended by LF. */
function joinBlocks(blocks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const block of blocks) size += block.length + 1;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const block of blocks) {
    joined.set(block, at);
    at += block.length;
    joined[at] = LF;
    at += 1;
  }
  return joined;
}

function dropCarriageReturns(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.indexOf(CR) < 0) return bytes;
  const out = new Uint8Array(bytes.length);
  let end = 0;
  for (const byte of bytes) {
    if (byte === LF) while (end > 0 && out[end - 1] === CR) end -= 1;
    out[end] = byte;
    end += 1;
  }
  return out.subarray(0, end);
}

/** Padding ends a unit but not the body: some mailers pad every line. */
function decodeBase64(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const odd = text.search(/[^A-Za-z0-9+/\r\n]/);
  if (odd < 0 || !/[A-Za-z0-9+/]/.test(text.slice(odd))) return toPlainBytes(Buffer.from(text, "base64"));
  const units = text.replace(/[^A-Za-z0-9+/=]+/g, "").split(/=+/);
  if (units.length > paddedUnitLimit) return toPlainBytes(Buffer.from(units.join(""), "base64"));
  return toPlainBytes(Buffer.concat(units.map((unit) => Buffer.from(unit, "base64"))));
}

function toPlainBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer.length);
  bytes.set(buffer);
  return bytes;
}

function decodeQuotedPrintable(source: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = dropCarriageReturns(source);
  if (bytes.indexOf(EQUALS) < 0) return bytes;
  const out = new Uint8Array(bytes.length);
  let end = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === EQUALS) {
      if (bytes[at + 1] === LF) {
        at += 1;
        continue;
      }
      const value = hexPair(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
      if (value >= 0) {
        out[end] = value;
        end += 1;
        at += 2;
        continue;
      }
    }
    out[end] = byte;
    end += 1;
  }
  return out.subarray(0, end);
}

function hexPair(high: number, low: number): number {
  const first = hexDigit(high);
  const second = hexDigit(low);
  return first < 0 || second < 0 ? -1 : first * 16 + second;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * The charset that the bytes of a text part are really in. A declared one is believed unless the bytes contradict it:
 * UTF-8 or none declared but not valid UTF-8 is windows-1252; ASCII or Latin-1 declared over valid multi-byte UTF-8 is UTF-8.
 */
export function effectiveCharset(declared: string, bytes: Uint8Array): string {
  const label = declared.trim().toLowerCase().replace(/["']/g, "");
  if (label === "utf-7" || label === "unicode-1-1-utf-7") return "utf-7";
  if (!/^(utf-?8|us-ascii|ascii|iso-?8859-1|latin-?1|windows-1252|unknown-8bit|x-unknown|)$/.test(label))
    return declared;
  if (isAscii(bytes)) return "utf-8";
  return isUtf8(bytes) || isMostlyUtf8(bytes) ? "utf-8" : "windows-1252";
}

/** UTF-8 that was cut or damaged in places has far more whole characters than broken ones. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 100_000));
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  const whole = text.match(/[^\x00-\x7f\ufffd]/g)?.length ?? 0;
  return whole > broken * 4;
}

/** Decodes UTF-7 (RFC 2152) into a string; a broken shift sequence is kept as it stands. */
export function decodeUtf7(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, encoded: string) => {
    if (encoded === "") return "+";
    const units = Buffer.from(encoded, "base64");
    let out = "";
    for (let at = 0; at + 1 < units.length; at += 2) out += String.fromCharCode(units.readUInt16BE(at));
    return out;
  });
}
