import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { decodeBytes, guessedLetters } from "./decode-bytes.ts";
import { toDocumentItem } from "./to-document-item.ts";

/** A plain text document, titled by its file's name. Contract: never throws. */
export async function parseText(record: RawRecord): Promise<ParsedRecord> {
  const { text, guessed } = decodeBytes(record.bytes);
  const problems = guessed ? [guessedLetters] : [];
  return toDocumentItem(record, { title: "", text: text.replace(/^\ufeff/, ""), problems });
}
