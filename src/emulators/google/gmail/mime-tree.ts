import libmime from "libmime";

/** One part of a message, decoded as far as Gmail decodes it. Offsets are not kept: the raw bytes are elsewhere. */
export interface MimePart {
  headers: { name: string; value: string }[];
  mimeType: string;
  charset: string;
  filename: string;
  /** Decoded from its transfer encoding; empty for a container. */
  body: Buffer;
  parts: MimePart[];
}

const deepest = 40;

/**
 * Takes RFC 5322 bytes apart, with libmime for words and header parameters and a walker of its own, so that the emulator does not read
 * mail with what it is there to check. Contract: never throws; a boundary that does not close ends with the message.
 */
export function readMime(raw: Uint8Array, depth = 0): MimePart {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const { head, bodyAt } = cutHead(bytes);
  const headers = readHeaders(head);
  const type = parameters(headerOf(headers, "content-type") ?? "text/plain");
  const disposition = parameters(headerOf(headers, "content-disposition") ?? "");
  const mimeType = /^[\w.+-]+\/[\w.+-]+$/.test(type.value) ? type.value.toLowerCase() : "text/plain";
  const part: MimePart = {
    headers,
    mimeType,
    charset: type.params["charset"] ?? "utf-8",
    filename: decodeWords(disposition.params["filename"] ?? type.params["name"] ?? ""),
    body: Buffer.alloc(0),
    parts: [],
  };
  const body = bytes.subarray(bodyAt);
  const boundary = type.params["boundary"] ?? "";
  if (mimeType.startsWith("multipart/") && boundary !== "" && depth < deepest) {
    part.parts = cutParts(body, boundary).map((one) => readMime(one, depth + 1));
  } else if (mimeType === "message/rfc822" && depth < deepest) {
    part.parts = [readMime(body, depth + 1)];
    part.body = body;
  } else {
    part.body = decodeTransfer(body, (headerOf(headers, "content-transfer-encoding") ?? "").trim().toLowerCase());
  }
  return part;
}

/** The headers of a message alone; cheap for big ones. */
export function readHead(raw: Uint8Array): { name: string; value: string }[] {
  return readHeaders(cutHead(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)).head);
}

export function headerOf(headers: readonly { name: string; value: string }[], name: string): string | null {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? null;
}

/** The text of a part in UTF-8, whatever its charset. */
export function textOf(part: MimePart): string {
  try {
    return new TextDecoder(part.charset).decode(part.body);
  } catch {
    return part.body.toString("latin1");
  }
}

function cutHead(bytes: Buffer): { head: string; bodyAt: number } {
  const crlf = bytes.indexOf("\r\n\r\n");
  const lf = bytes.indexOf("\n\n");
  if (crlf < 0 && lf < 0) return { head: bytes.toString("latin1"), bodyAt: bytes.length };
  const useCrlf = crlf >= 0 && (lf < 0 || crlf < lf);
  return useCrlf
    ? { head: bytes.toString("latin1", 0, crlf), bodyAt: crlf + 4 }
    : { head: bytes.toString("latin1", 0, lf), bodyAt: lf + 2 };
}

function readHeaders(head: string): { name: string; value: string }[] {
  const lines = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  return lines.flatMap((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) return [];
    const value = Buffer.from(line.slice(colon + 1).trim(), "latin1").toString("utf8");
    return [{ name: line.slice(0, colon).trim(), value: decodeWords(value) }];
  });
}

function decodeWords(text: string): string {
  try {
    return libmime.decodeWords(text);
  } catch {
    return text;
  }
}

function parameters(header: string): { value: string; params: Record<string, string> } {
  const parsed = libmime.parseHeaderValue(header);
  return { value: parsed.value, params: parsed.params };
}

function cutParts(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const lineEnd = body.indexOf("\n", at);
    if (lineEnd < 0 || body.subarray(at + mark.length, at + mark.length + 2).toString("latin1") === "--") break;
    const next = body.indexOf(mark, lineEnd);
    let end = next < 0 ? body.length : next;
    if (next >= 0 && body[end - 1] === 10) end -= body[end - 2] === 13 ? 2 : 1;
    parts.push(body.subarray(lineEnd + 1, Math.max(lineEnd + 1, end)));
    at = next;
  }
  return parts;
}

function decodeTransfer(body: Buffer, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body.toString("latin1"), "base64");
  if (encoding !== "quoted-printable") return body;
  const text = body
    .toString("latin1")
    .replace(/[ \t]+(?=\r?\n)/g, "")
    .replace(/=\r?\n/g, "");
  const decoded = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, "latin1");
}
