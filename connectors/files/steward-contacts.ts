import { parseStewardCsv } from "../../src/formats/contacts/parse-steward-csv.ts";
import { contactTableOf } from "./contacts-csv.ts";
import { pullCutFile } from "./cut-file.ts";
import { tableCutter } from "./cut-table.ts";
import type { FileReader } from "./reader.ts";

const stewardCutter = tableCutter("steward_csv", parseStewardCsv);

/** The owner's own contacts.csv. Contract: as `FileReader`; it is only read here, never written. */
export const stewardContactsReader: FileReader = {
  kind: "steward_contacts",
  recognise: async ({ isFolder, head, sizeBytes }) =>
    !isFolder && contactTableOf(head) === "steward"
      ? { kind: "steward_contacts", label: "Your contacts.csv", sizeBytes }
      : null,
  pull: (path, cursor, options, signal) => pullCutFile(path, cursor, options, signal, stewardCutter),
};
