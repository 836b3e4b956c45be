import { basename } from "node:path";
import { parseVcard } from "../../src/formats/contacts/parse-vcard.ts";
import { cutBlocks } from "./cut-blocks.ts";
import { type FileCutter, pullCutFile } from "./cut-file.ts";
import type { FileReader } from "./reader.ts";

const nothing = Buffer.alloc(0);

/** A .vcf file with one or many contacts. Contract: as `FileReader`; contacts have no date and belong to the recent pass. */
export const vcardReader: FileReader = {
  kind: "vcard",
  recognise: async ({ path, isFolder, head, sizeBytes }) => {
    if (isFolder) return null;
    const text = new TextDecoder("latin1").decode(head.subarray(0, 4096)).replaceAll("\u0000", "");
    if (!/^[\s\u00ef\u00bb\u00bf\u00fe\u00ff]*BEGIN[ \t]*:[ \t]*VCARD/i.test(text)) return null;
    return { kind: "vcard", label: `Contacts ${basename(path).replace(/\.(vcf|vcard)$/i, "")}`, sizeBytes };
  },
  pull: (path, cursor, options, signal) => pullCutFile(path, cursor, options, signal, vcardCutter),
};

const vcardCutter: FileCutter = {
  format: "vcard",
  cut: (window, atEnd) => {
    const found = cutBlocks(window, atEnd, "VCARD");
    const isUtf16 = found.pieces.length === 0 && atEnd && window.includes(0);
    return isUtf16 ? { pieces: [{ start: 0, end: window.length, failed: null }], used: window.length } : found;
  },
  preface: () => ({ bytes: nothing, start: 0, closing: nothing }),
  wants: (_, { olderThan }) => olderThan === null,
  parse: parseVcard,
};
