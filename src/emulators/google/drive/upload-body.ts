import { badRequest } from "../google-error.ts";
import { type DriveContext, readJson } from "./open-drive.ts";
import { type Content, type FileBody, fileBody } from "./write-files.ts";

/**
 * The two parts of a `multipart/related` upload: what is said of the file as JSON, then its bytes. Errors: 400.
 * Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#multipart
 */
export async function readMultipart(c: DriveContext): Promise<{ body: FileBody; content: Content }> {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(c.req.header("content-type") ?? "");
  const raw = Buffer.from(await c.req.arrayBuffer());
  const parts = splitParts(raw, boundary?.[1] ?? boundary?.[2] ?? "");
  const [first, second] = parts;
  if (first === undefined || second === undefined) {
    throw badRequest("Malformed multipart body.", "badContent");
  }
  const isBase64 = /^content-transfer-encoding:\s*base64/im.test(second.head);
  const bytes = isBase64 ? Buffer.from(second.body.toString("latin1"), "base64") : second.body;
  const mimeType = /^content-type:\s*([^;\r\n]+)/im.exec(second.head)?.[1]?.trim() ?? null;
  return { body: readJson(first.body.toString("utf8"), fileBody), content: { bytes: new Uint8Array(bytes), mimeType } };
}

interface Part {
  head: string;
  body: Buffer;
}

function splitParts(raw: Buffer, boundary: string): Part[] {
  if (boundary === "") return [];
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let from = raw.indexOf(mark);
  while (from >= 0) {
    const begin = from + mark.byteLength;
    const end = raw.indexOf(mark, begin);
    if (end < 0) break;
    // The line breaks before and behind a boundary are the boundary's.
    const part = raw.subarray(begin + 2, end - 2);
    const gap = part.indexOf("\r\n\r\n");
    if (gap >= 0) parts.push({ head: part.subarray(0, gap).toString("latin1"), body: part.subarray(gap + 4) });
    from = end;
  }
  return parts;
}
