import type { PreviewFile } from "../../src/core/action.ts";
import type { Warning } from "../../src/core/card.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { findInvisible } from "./find-invisible.ts";
import { type GateWorld, warn } from "./gate-world.ts";

/** Files that would leave: whose they are, whether they were looked into, and whether they are what their name says. */
export async function attachmentWarnings(world: GateWorld): Promise<Warning[]> {
  if (!world.outgoing.leaves) return [];
  const warnings: Warning[] = [];
  for (const file of world.preview.files) warnings.push(...(await fileWarnings(world, file)));
  return warnings;
}

async function fileWarnings(world: GateWorld, file: PreviewFile): Promise<Warning[]> {
  const more = { about: file.name };
  const bytes = await readBytes(world, file);
  const warnings = originOf(world, file);
  const content = bytes === null ? null : contentType(bytes);
  const isEncrypted = bytes !== null && isLocked(bytes);
  if (isEncrypted)
    warnings.push(
      warn("unreadable_attachment", "amber", `${file.name} is encrypted: nobody could look into it.`, more),
    );
  else if (file.text === null && !/^(?:image|audio|video)\//.test(file.mediaType))
    warnings.push(warn("unreadable_attachment", "amber", `${file.name} could not be looked into.`, more));
  const claimed = claimOf(file);
  const lies = content !== null && claimed !== null && !claimed.includes(content);
  if (lies || isDoubled(file.name) || (content === "program" && claimed === null) || findInvisible(file.name).count > 0)
    warnings.push(warn("disguised_attachment", "red", `${file.name} is not what its name says.`, more));
  return warnings;
}

/** The owner's own file leaves, or one that came with a message of the request. */
function originOf(world: GateWorld, file: PreviewFile): Warning[] {
  const holders = (items: typeof world.opened) =>
    items.filter((item) =>
      item.attachments.some((one) => one.sha256 === file.sha256 || rawText(one.name) === file.name),
    );
  const opened = holders(world.opened);
  const more = { about: file.name, itemIds: opened.map((item) => item.id) };
  if (opened.length > 0) return [warn("new_attachment", "note", `${file.name} comes from the conversation.`, more)];
  const read = holders(world.read);
  if (read.length > 0 && !world.typedByOwner) {
    const itemIds = read.map((item) => item.id);
    return [
      warn("new_attachment", "amber", `${file.name} is attached.`, { about: file.name, itemIds }),
      warn("attachment_of_owner", "red", `${file.name} comes from something the request did not open.`, {
        about: file.name,
        itemIds,
      }),
    ];
  }
  const text = `Your file ${file.name} leaves.`;
  const isNamed = world.typedByOwner || (world.origin.utterance ?? "").toLowerCase().includes(file.name.toLowerCase());
  return [
    warn("new_attachment", "amber", `${file.name} is attached.`, more),
    warn("attachment_of_owner", isNamed ? "note" : "amber", text, more),
  ];
}

async function readBytes({ request }: GateWorld, file: PreviewFile): Promise<Uint8Array | null> {
  const kept = await request.look?.file(file.sha256);
  return kept?.bytes ?? null;
}

type Content = "pdf" | "zip" | "png" | "jpeg" | "gif" | "program" | "ole" | "rar" | "7z" | "gzip" | "html" | "riff";

const signatures: readonly [Content, readonly number[]][] = [
  ["pdf", [0x25, 0x50, 0x44, 0x46]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["png", [0x89, 0x50, 0x4e, 0x47]],
  ["jpeg", [0xff, 0xd8, 0xff]],
  ["gif", [0x47, 0x49, 0x46, 0x38]],
  ["program", [0x4d, 0x5a]],
  ["program", [0x7f, 0x45, 0x4c, 0x46]],
  ["program", [0xcf, 0xfa, 0xed, 0xfe]],
  ["program", [0x23, 0x21]],
  ["ole", [0xd0, 0xcf, 0x11, 0xe0]],
  ["rar", [0x52, 0x61, 0x72, 0x21]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf]],
  ["gzip", [0x1f, 0x8b]],
  ["riff", [0x52, 0x49, 0x46, 0x46]],
];

/** What the first bytes say; null for text and what is not known. */
function contentType(bytes: Uint8Array): Content | null {
  const known = signatures.find(([, signature]) => signature.every((byte, at) => bytes[at] === byte));
  if (known !== undefined) return known[0];
  const head = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().toLowerCase();
  return /^<(?:!doctype html|html|script|svg)/.test(head) ? "html" : null;
}

const claims: Readonly<Record<string, readonly Content[]>> = {
  pdf: ["pdf"],
  docx: ["zip"],
  xlsx: ["zip"],
  pptx: ["zip"],
  odt: ["zip"],
  zip: ["zip"],
  doc: ["ole", "zip"],
  xls: ["ole", "zip"],
  png: ["png"],
  jpg: ["jpeg"],
  jpeg: ["jpeg"],
  gif: ["gif"],
  webp: ["riff"],
  txt: [],
  md: [],
  csv: [],
  ics: [],
  vcf: [],
  eml: [],
  json: [],
  rtf: [],
  html: ["html"],
  htm: ["html"],
  svg: ["html"],
  ppt: ["ole", "zip"],
  gz: ["gzip"],
  tgz: ["gzip"],
  rar: ["rar"],
  "7z": ["7z"],
};

function claimOf({ name }: PreviewFile): readonly Content[] | null {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  return claims[ending] ?? null;
}

/** `invoice.pdf.exe`: what opens is the last ending. */
function isDoubled(name: string): boolean {
  return /\.(?:pdf|docx?|xlsx?|jpe?g|png|txt)\.(?:exe|scr|js|vbs|bat|cmd|com|lnk|html?|svg|iso|jar|ps1|sh|app|dmg)$/i.test(
    name,
  );
}

/** Zip's first entry is marked as encrypted, a PDF has an encryption dictionary, 7z and rar are not opened here. */
function isLocked(bytes: Uint8Array): boolean {
  const type = contentType(bytes);
  if (type === "zip") return ((bytes[6] ?? 0) & 1) === 1;
  if (type === "pdf") return /\/Encrypt\s/.test(new TextDecoder("latin1").decode(bytes));
  return false;
}
