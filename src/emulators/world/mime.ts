import { Buffer } from "node:buffer";
import type { Mailbox } from "./mail-plan.ts";

/** A MIME part: its headers in order and its body, already encoded, lines ending in CRLF. */
export interface Part {
  headers: string[];
  body: string;
}

const isAscii = (text: string): boolean => /^[\t\r\n -~]*$/.test(text);

/** A text part, 7bit where the text allows it, else quoted-printable; `latin1` writes ISO-8859-1 where it can. */
export function textPart(type: string, text: string, latin1 = false, extra = ""): Part {
  const fits = /^[\u0000-\u00ff]*$/.test(text);
  const charset = latin1 && fits ? "iso-8859-1" : "UTF-8";
  const plain = isAscii(text) && text.split("\n").every((line) => line.length <= 76);
  return {
    headers: [
      `Content-Type: ${type}; charset=${charset}${extra}`,
      `Content-Transfer-Encoding: ${plain ? "7bit" : "quoted-printable"}`,
    ],
    body: plain ? crlf(text) : quotedPrintable(Buffer.from(text, charset === "UTF-8" ? "utf8" : "latin1")),
  };
}

export function filePart(type: string, name: string, bytes: Uint8Array): Part {
  return {
    headers: [
      `Content-Type: ${type}; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      "Content-Transfer-Encoding: base64",
    ],
    body: (
      Buffer.from(bytes)
        .toString("base64")
        .match(/.{1,76}/g) ?? []
    ).join("\r\n"),
  };
}

export function multipart(subtype: string, boundary: string, parts: readonly Part[], parameters = ""): Part {
  const body = parts.map((part) => `--${boundary}\r\n${part.headers.join("\r\n")}\r\n\r\n${part.body}\r\n`).join("");
  return {
    headers: [`Content-Type: multipart/${subtype}; boundary="${boundary}"${parameters}`],
    body: `${body}--${boundary}--\r\n`,
  };
}

/** `Name: value`, with RFC 2047 words of at most 75 characters, folded, where the value is not ASCII. */
export function textHeader(name: string, value: string): string {
  return `${name}: ${encodeWords(value)}`;
}

export function addressHeader(name: string, boxes: readonly Mailbox[]): string {
  return `${name}: ${boxes.map(formatMailbox).join(",\r\n ")}`;
}

function formatMailbox(box: Mailbox): string {
  if (box.name === "") return box.email;
  if (!isAscii(box.name)) return `${encodeWords(box.name)} <${box.email}>`;
  return /^[\w .-]+$/.test(box.name) && !box.name.includes(".")
    ? `${box.name} <${box.email}>`
    : `"${box.name}" <${box.email}>`;
}

function encodeWords(value: string): string {
  if (isAscii(value)) return value;
  const words: string[] = [];
  let chunk = "";
  for (const character of value) {
    if (Buffer.byteLength(chunk + character) > 42) {
      words.push(chunk);
      chunk = "";
    }
    chunk += character;
  }
  words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join("\r\n ");
}

export function crlf(text: string): string {
  return text.replace(/\r?\n/g, "\r\n");
}

function quotedPrintable(bytes: Buffer): string {
  const lines = splitLines(bytes).map(encodeLine);
  return lines.join("\r\n");
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  lines.push(bytes.subarray(start));
  return lines;
}

function encodeLine(line: Buffer): string {
  let out = "";
  let width = 0;
  for (const [index, byte] of line.entries()) {
    const last = index === line.length - 1;
    const safe = (byte > 32 && byte < 127 && byte !== 61) || ((byte === 32 || byte === 9) && !last);
    const piece = safe ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    if (width + piece.length > 75) {
      out += "=\r\n";
      width = 0;
    }
    out += piece;
    width += piece.length;
  }
  return out;
}
