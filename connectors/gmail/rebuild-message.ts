import type { MessagePart } from "./gmail-answers.ts";

/**
 * Writes a message again from the parts that Gmail gives of a huge one: its headers, its structure and the texts that came with
 * it; attachments are empty. The result is no evidence of what was sent, only a way to read it.
 */
export function rebuildMessage(payload: MessagePart): Uint8Array {
  return Buffer.concat(writePart(payload, "0"));
}

const lineEnd = "\r\n";

function writePart(part: MessagePart, path: string): Buffer[] {
  const boundary = `steward-rebuilt-${path}`;
  const isContainer = part.parts.length > 0;
  const headers = part.headers.filter(({ name }) => !/^content-transfer-encoding$/i.test(name));
  const lines = headers.map(({ name, value }) => {
    const clean = value.replace(/[\r\n]+/g, " ");
    return isContainer && /^content-type$/i.test(name) ? withBoundary(name, clean, boundary) : `${name}: ${clean}`;
  });
  if (isContainer)
    return [...heads(lines), ...part.parts.flatMap((one, at) => inside(one, `${path}-${at}`, boundary)), end(boundary)];
  const text = Buffer.from(part.body.data ?? "", "base64url").toString("base64");
  const wrapped = text.replace(/.{76}/g, `$&${lineEnd}`);
  return [...heads([...lines, "Content-Transfer-Encoding: base64"]), Buffer.from(`${wrapped}${lineEnd}`)];
}

/** What Gmail calls a container keeps its kind and gets a boundary that surely occurs nowhere in it. */
function withBoundary(name: string, value: string, boundary: string): string {
  const kind = value.split(";")[0]?.trim() ?? "multipart/mixed";
  return `${name}: ${kind.startsWith("multipart/") ? kind : "multipart/mixed"}; boundary="${boundary}"`;
}

function heads(lines: readonly string[]): Buffer[] {
  return [Buffer.from(`${lines.join(lineEnd)}${lineEnd}${lineEnd}`)];
}

function inside(part: MessagePart, path: string, boundary: string): Buffer[] {
  return [Buffer.from(`--${boundary}${lineEnd}`), ...writePart(part, path)];
}

function end(boundary: string): Buffer {
  return Buffer.from(`${lineEnd}--${boundary}--${lineEnd}`);
}
