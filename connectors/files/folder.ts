import { basename } from "node:path";
import { contactTableOf } from "./contacts-csv.ts";
import { documentFormat, type FolderKind, pullFolder } from "./pull-folder.ts";
import type { FileReader } from "./reader.ts";
import { walkFolder } from "./walk-folder.ts";

/**
 * A folder of documents: Markdown, CSV, PDF, Word, text and HTML, with its sub folders; or one such file.
 * Contract: as `FileReader`; an item's external id is its path within the folder.
 */
export const folderReader: FileReader = {
  kind: "folder",
  recognise: async ({ path, isFolder, sizeBytes, entries }) => {
    const label = basename(path);
    if (!isFolder) return documentFormat(path) === null ? null : { kind: "folder", label, sizeBytes };
    if (entries.some((name) => !name.startsWith(".") && documentFormat(name) !== null)) {
      return { kind: "folder", label, sizeBytes };
    }
    return (await hasDocuments(path)) ? { kind: "folder", label, sizeBytes } : null;
  },
  pull: (path, cursor, options, signal) => pullFolder(path, cursor, options, signal, plainFolder),
};

const plainFolder: FolderKind = {
  wants: () => true,
  describe: (name) => ({ externalId: name, title: basename(name), format: undefined }),
  // Exports that other readers understand better would appear twice.
  refuses: (name, head) =>
    (/\.csv$/i.test(name) && contactTableOf(head) !== null) || /(^|\/)(_chat|WhatsApp [^/]+)\.txt$/i.test(name),
};

async function hasDocuments(path: string): Promise<boolean> {
  try {
    const { files } = await walkFolder(path, (name) => documentFormat(name) !== null);
    return files.length > 0;
  } catch {
    // Recognising never fails: a folder that cannot be listed is no folder of documents.
    return false;
  }
}
