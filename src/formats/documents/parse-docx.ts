import type { ParsedRecord, RawRecord } from "../../core/record.ts";
import { extractDocumentText } from "./extract-text.ts";
import { nameOf, toDocumentItem } from "./to-document-item.ts";

/** A Word document, titled by its file's name. Contract: never throws; what could not be read is said in words. */
export async function parseDocx(record: RawRecord): Promise<ParsedRecord> {
  const { text, problem } = await extractDocumentText(
    record.bytes,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    record.externalId,
  );
  return toDocumentItem(record, { title: nameOf(record), text, problems: problem === null ? [] : [problem] });
}
