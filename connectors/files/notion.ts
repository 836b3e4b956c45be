import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { toStewardError } from "../../src/core/errors.ts";
import { isNotionName, isTwin, readNotionName } from "./notion-names.ts";
import { pullNotionZip } from "./notion-zip.ts";
import { openZip } from "./open-zip.ts";
import { documentFormat, type FolderKind, pullFolder } from "./pull-folder.ts";
import type { FileReader } from "./reader.ts";

/**
 * Notion's export "Markdown & CSV" (or HTML), as the zip, with the zips inside it, or unpacked.
 * Contract: as `FileReader`; a page's external id is Notion's own id where the name has one, else its path.
 */
export const notionReader: FileReader = {
  kind: "notion",
  recognise: async ({ path, isFolder, head, sizeBytes, entries }) => {
    const label = `Notion export ${basename(path).replace(/\.zip$/i, "")}`;
    if (isFolder) return entries.some(isNotionName) ? { kind: "notion", label, sizeBytes } : null;
    if (!(head[0] === 0x50 && head[1] === 0x4b) || !/\.zip$/i.test(path)) return null;
    try {
      const zip = await openZip(path);
      const isNotion = zip.entries.some(
        ({ name }) => isNotionName(name) || /(^|\/)Export-[0-9a-f-]{36}.*\.zip$/i.test(name),
      );
      zip.close();
      return isNotion ? { kind: "notion", label, sizeBytes } : null;
    } catch {
      // Recognising never fails: what is no whole zip is no export.
      return null;
    }
  },
  pull: async (path, cursor, options, signal) => {
    let isFolder: boolean;
    try {
      isFolder = (await stat(path)).isDirectory();
    } catch (error) {
      throw toStewardError(error, `opening ${path}`);
    }
    return isFolder
      ? await pullFolder(path, cursor, options, signal, unpackedExport)
      : await pullNotionZip(path, cursor, options, signal);
  },
};

const unpackedExport: FolderKind = {
  wants: (name, names) => documentFormat(name) !== null && !isTwin(name, names),
  describe: (name) => {
    const { title, pageId } = readNotionName(name);
    return { externalId: pageId ?? name, title, format: { app: "notion", pageId } };
  },
  refuses: () => false,
};
