import { basename } from "node:path";
import type { Page } from "../../src/core/connector.ts";
import { toMailRecord } from "./maildir.ts";
import { ListingMemo, type MessageFolder, pullMessageFiles } from "./message-files.ts";
import { listMessageTree, stampMessageTree } from "./message-tree.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";

const isMessage = (name: string): boolean => /\.eml$/i.test(name) && !name.startsWith(".");

/** A folder with .eml files, also in its subfolders, one message each. */
export const emlFolderReader: FileReader = createEmlFolderReader();

function createEmlFolderReader(): FileReader {
  const memo = new ListingMemo();
  return {
    kind: "eml_folder",

    async recognise(candidate: Candidate): Promise<Recognised | null> {
      if (!candidate.isFolder || !candidate.entries.some(isMessage)) return null;
      return { kind: "eml_folder", label: basename(candidate.path), sizeBytes: candidate.sizeBytes };
    },

    async pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
      const folder: MessageFolder = {
        stampOf: stampMessageTree,
        list: (root) => listMessageTree(root, isMessage),
        toRecord: (file, bytes, wholeBytes, given) => toMailRecord(path, file, bytes, wholeBytes, given),
      };
      return await pullMessageFiles({ path, options, signal, folder, memo }, cursor);
    },
  };
}
