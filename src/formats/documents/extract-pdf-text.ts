import { inflateSync } from "node:zlib";
import { z } from "zod";
import type { ExtractedText } from "./extract-text.ts";
import { documentTextLimit } from "./to-document-item.ts";

const pageLimit = 200;
const timeLimitMs = 10_000;
const streamLimit = 64_000_000;
const allStreamsLimit = 512_000_000;

const textChunk = z.object({
  items: z.array(z.object({ str: z.string().optional(), hasEOL: z.boolean().optional() })),
});

/** The text of a PDF, page by page. Contract: may throw for a broken file; never changes `bytes`. */
export async function extractPdfText(bytes: Uint8Array): Promise<ExtractedText> {
  const deadline = performance.now() + timeLimitMs;
  if (hasBomb(bytes, deadline))
    return { text: "", problem: "The PDF unpacks to far more than its size; it was not read." };
  const { getDocumentProxy } = await import("unpdf");
  let document: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    // A copy, and no Buffer: the library takes the bytes it is given away from the caller, and refuses Buffers.
    document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, stopAtErrors: false });
  } catch (error) {
    const isLocked = error instanceof Error && error.name === "PasswordException";
    return {
      text: "",
      problem: isLocked ? "The PDF is protected by a password." : "The PDF is damaged; its text was not read.",
    };
  }
  try {
    return await readPages(document, deadline);
  } finally {
    await document.loadingTask.destroy();
  }
}

interface PdfPages {
  numPages: number;
  getPage(number: number): Promise<{ streamTextContent(): ReadableStream<unknown> }>;
}

async function readPages(document: PdfPages, deadline: number): Promise<ExtractedText> {
  const pages: string[] = [];
  let length = 0;
  let broken = 0;
  let problem: string | null =
    document.numPages > pageLimit ? `The PDF has ${document.numPages} pages; the first ${pageLimit} were read.` : null;
  for (let number = 1; number <= Math.min(document.numPages, pageLimit); number += 1) {
    if (performance.now() > deadline) {
      problem = `Reading the PDF took too long; it was read to page ${number - 1} of ${document.numPages}.`;
      break;
    }
    // The library works in microtasks only; without this pause nothing else in the process would run.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const page = await document.getPage(number);
      pages.push(await readPage(page.streamTextContent(), documentTextLimit + 1 - length, deadline));
    } catch {
      // One broken page does not cost the others; how many there were is said below.
      broken += 1;
    }
    length += pages.at(-1)?.length ?? 0;
    if (length > documentTextLimit) break;
  }
  const text = pages.filter((page) => page !== "").join("\n\n");
  if (broken > 0) problem ??= `${broken} pages of the PDF are damaged and were not read.`;
  if (text.trim() === "") problem ??= "The PDF has only pictures, no text.";
  return { text, problem };
}

async function readPage(stream: ReadableStream<unknown>, limit: number, deadline: number): Promise<string> {
  const reader = stream.getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const chunk = textChunk.safeParse(value);
    for (const item of chunk.success ? chunk.data.items : [])
      text += (item.str ?? "") + (item.hasEOL === true ? "\n" : "");
    if (text.length <= limit && performance.now() <= deadline) continue;
    await reader.cancel(new Error("enough was read"));
    break;
  }
  return text.slice(0, Math.max(0, limit)).trim();
}

/** Whether a compressed stream of the file unpacks to more than any page needs. Two layers of compression are followed. */
function hasBomb(bytes: Uint8Array, deadline: number): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let total = 0;
  let end = 0;
  for (let at = buffer.indexOf("stream"); at >= 0; at = buffer.indexOf("stream", at + 6)) {
    const start = at + 6 + (buffer[at + 6] === 13 ? 1 : 0) + (buffer[at + 6] === 13 || buffer[at + 6] === 10 ? 1 : 0);
    // Looked for once per stream that has an end: files of nothing but "stream" would cost their square.
    if (end >= 0 && end < start) end = buffer.indexOf("endstream", start);
    if (performance.now() > deadline) return true;
    const data = buffer.subarray(start, end < 0 ? buffer.length : end);
    // Deflate shrinks by 1032 at most: a short stream cannot be a bomb unless it is packed twice.
    if (data.length < 64 || (data[0] ?? 0) % 16 !== 8) continue;
    const once = inflatedBytes(data);
    if (once === null) return true;
    const twice = once.length < 4_000_000 && (once[0] ?? 0) % 16 === 8 ? inflatedBytes(once) : once;
    total += once.length;
    if (twice === null || total > allStreamsLimit) return true;
    at = Math.max(at, end < 0 ? at : end);
  }
  return false;
}

/** Null when it is over the limit; empty when it cannot be unpacked at all. */
function inflatedBytes(data: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(data, { maxOutputLength: streamLimit });
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : "";
    return code === "ERR_BUFFER_TOO_LARGE" ? null : new Uint8Array();
  }
}
