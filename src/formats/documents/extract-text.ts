export const documentBytesLimit = 20_000_000;

const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** `problem` says in words what could not be read; the text is what could, possibly empty. */
export interface ExtractedText {
  text: string;
  problem: string | null;
}

/**
 * The text inside a PDF or Word (.docx) file, by its first bytes, else by `mediaType` and `name`. Other kinds give no text
 * and no problem. Reads at most 20 MB, 200 pages, 200 KB of text, for about 10 seconds; the libraries are loaded when first
 * needed.
 *
 * Contract: never throws; encrypted, broken and image-only files have a problem. Bounded memory for hostile files: what
 * would unpack to far more than it is, is not unpacked.
 */
export async function extractDocumentText(bytes: Uint8Array, mediaType: string, name: string): Promise<ExtractedText> {
  const kind = kindOf(bytes, mediaType.toLowerCase(), name.toLowerCase());
  if (kind === null) return { text: "", problem: null };
  if (bytes.length === 0) return { text: "", problem: "The file is empty." };
  if (bytes.length > documentBytesLimit) return { text: "", problem: "The file is over 20 MB; its text was not read." };
  try {
    if (kind === "pdf") return await (await import("./extract-pdf-text.ts")).extractPdfText(bytes);
    return await (await import("./extract-docx-text.ts")).extractDocxText(bytes);
  } catch {
    // Libraries throw what they like for broken files; the file is the cause, and the owner can open it themselves.
    return { text: "", problem: `The ${kind === "pdf" ? "PDF" : "Word file"} is damaged; its text was not read.` };
  }
}

function kindOf(bytes: Uint8Array, mediaType: string, name: string): "pdf" | "docx" | null {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  if (head.includes("%PDF-") || mediaType === "application/pdf") return "pdf";
  const isNamedWord = mediaType === wordType || name.endsWith(".docx");
  if (isNamedWord) return "docx";
  return name.endsWith(".pdf") ? "pdf" : null;
}
