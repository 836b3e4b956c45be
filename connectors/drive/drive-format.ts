import type { RecordFormat } from "../../src/core/record.ts";
import { type DriveFile, documentType, spreadsheetType } from "./drive-file.ts";

/** How a file of Drive is read: its own bytes, exported by Google, or its name only. */
export type DriveReading =
  | { how: "download"; format: RecordFormat }
  | { how: "export"; format: RecordFormat; mediaType: string }
  | { how: "name" };

const byType = new Map<string, RecordFormat>([
  ["text/markdown", "markdown"],
  ["text/x-markdown", "markdown"],
  ["text/csv", "csv"],
  ["text/tab-separated-values", "csv"],
  ["application/pdf", "pdf"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
  ["text/html", "html"],
  ["text/plain", "text"],
]);

const byEnding = new Map<string, RecordFormat>([
  ["md", "markdown"],
  ["markdown", "markdown"],
  ["csv", "csv"],
  ["tsv", "csv"],
  ["pdf", "pdf"],
  ["docx", "docx"],
  ["html", "html"],
  ["htm", "html"],
  ["txt", "text"],
  ["text", "text"],
]);

/** Kinds that say little: the name's ending says more. */
const vague = ["text/plain", "application/octet-stream", ""];

/** How a file is read, by its kind, else by its name. Source: https://developers.google.com/workspace/drive/api/guides/ref-export-formats */
export function readingOf(file: DriveFile): DriveReading {
  if (file.mimeType === documentType) return { how: "export", format: "markdown", mediaType: "text/markdown" };
  if (file.mimeType === spreadsheetType) return { how: "export", format: "csv", mediaType: "text/csv" };
  const ending = /\.([a-z]{2,8})$/i.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const type = (file.mimeType.split(";")[0] ?? "").trim().toLowerCase();
  const format = (vague.includes(type) ? byEnding.get(ending) : undefined) ?? byType.get(type);
  return format === undefined ? { how: "name" } : { how: "download", format };
}

/** The name its file gets here: what Google exports has no ending of its own. */
export function fileNameOf(file: DriveFile): string {
  if (file.mimeType === documentType) return withEnding(file.name, ".md");
  return file.mimeType === spreadsheetType ? withEnding(file.name, ".csv") : file.name;
}

function withEnding(name: string, ending: string): string {
  return name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`;
}
