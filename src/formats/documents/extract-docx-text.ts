import { checkZip } from "./check-zip.ts";
import type { ExtractedText } from "./extract-text.ts";

/** The text of a Word file. Contract: may throw for a broken file; never reads another file that the document names. */
export async function extractDocxText(bytes: Uint8Array): Promise<ExtractedText> {
  const [first, second] = bytes;
  if (first === 0xd0 && second === 0xcf) {
    return {
      text: "",
      problem: "The Word file is protected by a password, or of the kind before 2007; its text was not read.",
    };
  }
  const checked = checkZip(bytes);
  if (checked !== null) return { text: "", problem: checked };
  const { default: mammoth } = await import("mammoth");
  const { value } = await mammoth.extractRawText({ buffer: Buffer.from(bytes) });
  const text = value.replace(/\n{3,}/g, "\n\n").trim();
  return { text, problem: text === "" ? "The Word file has no text." : null };
}
