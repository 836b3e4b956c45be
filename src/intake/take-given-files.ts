import type { KeptFile } from "../core/action.ts";
import { toInstant } from "../core/clock.ts";
import type { RawRecord, RecordFormat } from "../core/record.ts";
import type { Store } from "../store/open-store.ts";
import { takePushed } from "./take-pushed.ts";

const formats: Record<string, RecordFormat> = {
  "application/pdf": "pdf",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "text/csv": "csv",
  "text/html": "html",
  "text/markdown": "markdown",
  "text/plain": "text",
};

/**
 * Makes items of files the owner handed over with a request, so that they are read as data like everything else. A picture has no
 * text but its name: a model that can see is given its bytes. Contract: the same bytes twice are one item; none of them is news in a
 * digest. Returns one item id a file, in order.
 */
export async function takeGivenFiles(store: Store, files: readonly KeptFile[], nowMs: number): Promise<number[]> {
  if (files.length === 0) return [];
  const source = { id: "given", connector: "given", kind: "files", location: "given", label: "Given", config: {} };
  return await takePushed(
    store,
    source,
    files.map((file) => toRecord(file, nowMs)),
  );
}

function toRecord({ sha256, name, mediaType, bytes }: KeptFile, nowMs: number): RawRecord {
  const format = formats[mediaType];
  return {
    format: format ?? "text",
    externalId: sha256,
    bytes: format === undefined ? new TextEncoder().encode(`${name} (${mediaType})`) : bytes,
    hints: { title: name, modifiedAt: toInstant(nowMs) },
    locator: { path: `given/${sha256}`, offset: null },
  };
}
