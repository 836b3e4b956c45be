import { createHash } from "node:crypto";
import type { drive_v3 } from "@googleapis/drive";
import { type DriveState, isNative, isTrashed, type StoredFile } from "./drive-state.ts";

/** A file with all its fields; what is asked for is cut out by `applyMask`. */
export function fileResource(state: DriveState, file: StoredFile): drive_v3.Schema$File {
  const blob = file.content !== null && !isNative(file.mimeType) ? file.content : null;
  const trashed = isTrashed(state, file);
  return {
    kind: "drive#file",
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    parents: file.parents,
    trashed,
    explicitlyTrashed: file.trashed,
    version: String(file.version),
    createdTime: file.createdTime,
    modifiedTime: file.modifiedTime,
    ownedByMe: true,
    shared: false,
    spaces: ["drive"],
    capabilities: { canDownload: true, canEdit: true },
    lastModifyingUser: { emailAddress: state.account, me: true },
    webViewLink: `https://drive.google.com/file/d/${file.id}/view`,
    ...(Object.keys(file.appProperties).length === 0 ? {} : { appProperties: file.appProperties }),
    ...(blob === null
      ? {}
      : {
          size: String(blob.byteLength),
          md5Checksum: createHash("md5").update(blob).digest("hex"),
          sha256Checksum: createHash("sha256").update(blob).digest("hex"),
          headRevisionId: file.revisions.at(-1)?.id ?? "",
          originalFilename: file.name,
        }),
    ...(file.shortcutTargetId === null
      ? {}
      : {
          shortcutDetails: {
            targetId: file.shortcutTargetId,
            targetMimeType: state.files.get(file.shortcutTargetId)?.mimeType ?? "application/octet-stream",
          },
        }),
  };
}

type Mask = Map<string, Mask | null>;

/** What Drive gives when no fields are asked for. */
export const defaultFields = {
  file: "kind,id,name,mimeType",
  list: "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)",
};

/** Cuts an answer down to `fields` (`a,b(c,d),e/f`, `e.f`, `*`). An unknown name is left out silently, as at Google. */
export function applyMask(value: unknown, fields: string): unknown {
  if (fields === "*") return value;
  return cut(value, parseMask(fields));
}

function cut(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((one) => cut(one, mask));
  if (typeof value !== "object" || value === null) return value;
  const all = mask.get("*");
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const below = mask.has(name) ? mask.get(name) : all;
    if (below === undefined) return [];
    return [[name, below === null ? inner : cut(inner, below)] as const];
  });
  return Object.fromEntries(kept);
}

function parseMask(text: string): Mask {
  const mask: Mask = new Map();
  for (const part of splitTop(text)) {
    const found = /^([\w*]+)(?:\((.*)\)|[/.](.+))?$/s.exec(part.trim());
    if (found === null) continue;
    const inner = found[2] ?? found[3];
    mask.set(found[1] ?? "", inner === undefined ? null : parseMask(inner));
  }
  return mask;
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    else if (text[at] === ")") depth -= 1;
    else if (text[at] === "," && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
