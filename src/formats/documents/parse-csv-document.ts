import Papa from "papaparse";
import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { decodeBytes, guessedLetters } from "./decode-bytes.ts";
import { documentTextLimit, toDocumentItem } from "./to-document-item.ts";

/**
 * A table as a document: its cells separated by ` | `, one row a line, so that words of a quoted cell stay together.
 * Contract: never throws; a quote that is never closed makes the item partial.
 */
export async function parseCsvDocument(record: RawRecord): Promise<ParsedRecord> {
  const { text, guessed } = decodeBytes(record.bytes);
  const problems = guessed ? [guessedLetters] : [];
  // Twice the limit: separators and quotes go, and what is beyond is cut anyway.
  const head = text.replace(/^\ufeff/, "").slice(0, documentTextLimit * 2);
  const table = Papa.parse<string[]>(head, { skipEmptyLines: "greedy" });
  if (table.errors.some(({ type }) => type === "Quotes") && head.length === text.length) {
    problems.push("A quoted cell of the table does not end where it should.");
  }
  const lines = table.data.map((cells) => cells.map((cell) => cell.replace(/\s+/g, " ").trim()).join(" | "));
  const isCut = head.length < text.replace(/^\ufeff/, "").length;
  if (isCut) problems.push("The table is longer than 200 KB; only its beginning is kept.");
  return toDocumentItem(record, { title: "", text: lines.join("\n").slice(0, documentTextLimit), problems });
}
