import { basename } from "node:path";
import { parseCsvRecords } from "../../src/formats/contacts/edit-csv.ts";
import { outlookColumns } from "../../src/formats/contacts/outlook-columns.ts";
import { parseGoogleCsv } from "../../src/formats/contacts/parse-google-csv.ts";
import { parseOutlookCsv } from "../../src/formats/contacts/parse-outlook-csv.ts";
import { stewardColumns } from "../../src/formats/contacts/parse-steward-csv.ts";
import { decodeBytes } from "../../src/formats/documents/decode-bytes.ts";
import { openFile, pullCutFile } from "./cut-file.ts";
import { tableCutter } from "./cut-table.ts";
import { readBytes } from "./read-bytes.ts";
import type { FileReader } from "./reader.ts";

const googleCutter = tableCutter("google_csv", parseGoogleCsv);
const outlookCutter = tableCutter("outlook_csv", parseOutlookCsv);

/** Contacts exported by Google or Outlook as CSV, told apart by their header. Contract: as `FileReader`. */
export const contactsCsvReader: FileReader = {
  kind: "contacts_csv",
  recognise: async ({ path, isFolder, head, sizeBytes }) => {
    const app = isFolder ? null : contactTableOf(head);
    if (app !== "google" && app !== "outlook") return null;
    return {
      kind: "contacts_csv",
      label: `${app === "google" ? "Google" : "Outlook"} contacts ${basename(path)}`,
      sizeBytes,
    };
  },
  pull: async (path, cursor, options, signal) => {
    const file = await openFile(path);
    const head = await readBytes(file, 0, 64 * 1024).finally(() => file.close());
    const cutter = contactTableOf(head) === "outlook" ? outlookCutter : googleCutter;
    return await pullCutFile(path, cursor, options, signal, cutter);
  },
};

/** Whose table of contacts a CSV is, by its header; null for any other table. */
export function contactTableOf(head: Uint8Array): "google" | "outlook" | "steward" | null {
  const { text } = decodeBytes(head.subarray(0, 16 * 1024));
  const header = parseCsvRecords(text.slice(0, 16 * 1024)).rows[0]?.cells.map((cell) => cell.value.trim()) ?? [];
  const lower = new Set(header.map((name) => name.toLowerCase()));
  if (
    ["name", "emails", "phones"].every((name) => lower.has(name)) &&
    stewardColumns.filter((name) => lower.has(name)).length >= 5
  ) {
    return "steward";
  }
  const isGoogle = header.some((name) => /^(E-mail|Phone) \d+ - (Value|Label|Type)$/.test(name));
  if (
    isGoogle ||
    (lower.has("given name") && lower.has("group membership")) ||
    (lower.has("file as") && lower.has("labels"))
  ) {
    return "google";
  }
  const meanings = new Set(header.map((name) => outlookColumns.get(name.toLowerCase())));
  const isNamed = meanings.has("given") && meanings.has("family");
  return isNamed && (meanings.has("email") || meanings.has("phone")) && header.length >= 5 ? "outlook" : null;
}
