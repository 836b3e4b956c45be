import type { drive_v3 } from "@googleapis/drive";
import {
  type DriveState,
  documentType,
  isNative,
  isTrashed,
  pathUp,
  type Revision,
  type StoredFile,
  spreadsheetType,
} from "./drive-state.ts";

/** Kinds that a native file is exported as. Source: https://developers.google.com/workspace/drive/api/guides/ref-export-formats */
export const exportFormats: Record<string, string[]> = {
  [documentType]: ["text/markdown", "text/plain", "text/html"],
  [spreadsheetType]: ["text/csv"],
};

/** Kinds that become a native file when they are uploaded as one. */
export const importFormats: Record<string, string[]> = {
  "text/markdown": [documentType],
  "text/plain": [documentType],
  "text/csv": [spreadsheetType],
};

/** A file with all its fields. There is no etag: v3 has none. */
export function fileResource(state: DriveState, file: StoredFile): drive_v3.Schema$File {
  const head = file.revisions.at(-1);
  const isBlob = !isNative(file.mimeType);
  const owner = { kind: "drive#user", emailAddress: state.account, me: true };
  const others = pathUp(state, file).flatMap(({ sharedWith }) => sharedWith);
  const stranger = { kind: "drive#user", emailAddress: "somebody@elsewhere.example", me: false };
  return {
    kind: "drive#file",
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    starred: file.starred,
    trashed: isTrashed(state, file),
    explicitlyTrashed: file.trashed,
    version: String(file.version),
    createdTime: file.createdTime,
    modifiedTime: file.modifiedTime,
    ownedByMe: file.ownedByMe,
    shared: !file.ownedByMe || others.length > 0,
    owners: [file.ownedByMe ? owner : stranger],
    spaces: ["drive"],
    isAppAuthorized: file.byApp,
    capabilities: { canDownload: !file.restricted, canCopy: !file.restricted, canEdit: file.canEdit },
    lastModifyingUser: file.lastByMe ? owner : stranger,
    modifiedByMe: file.lastByMe,
    webViewLink: `https://drive.google.com/file/d/${file.id}/view`,
    // Only who may share a file is told who else sees it.
    ...(file.ownedByMe ? { permissions: [{ type: "user", role: "owner", ...ownerOf(state) }, ...others] } : {}),
    quotaBytesUsed: String(isBlob ? (head?.content.byteLength ?? 0) : 0),
    ...(file.parents.length === 0 ? {} : { parents: file.parents }),
    ...(file.description === "" ? {} : { description: file.description }),
    ...(Object.keys(file.appProperties).length === 0 ? {} : { appProperties: file.appProperties }),
    ...(Object.keys(file.properties).length === 0 ? {} : { properties: file.properties }),
    ...(isBlob && head !== undefined ? blobFields(file, head) : {}),
    ...(exportFormats[file.mimeType] === undefined ? {} : { exportLinks: exportLinks(file) }),
    ...(file.shortcutTargetId === null ? {} : { shortcutDetails: shortcutDetails(state, file.shortcutTargetId) }),
  };
}

function ownerOf({ account }: DriveState): drive_v3.Schema$Permission {
  return { id: "owner", emailAddress: account, displayName: account };
}

function blobFields(file: StoredFile, head: Revision): drive_v3.Schema$File {
  const extension = /\.([^.]+)$/.exec(file.name)?.[1];
  return {
    size: String(head.content.byteLength),
    md5Checksum: head.md5,
    sha256Checksum: head.sha256,
    headRevisionId: head.id,
    originalFilename: file.name,
    ...(extension === undefined ? {} : { fileExtension: extension, fullFileExtension: extension }),
    ...(file.restricted ? {} : { webContentLink: `https://drive.google.com/uc?id=${file.id}&export=download` }),
  };
}

function exportLinks(file: StoredFile, revision: string | null = null): Record<string, string> {
  const at = revision === null ? "" : `&revision=${revision}`;
  const links = (exportFormats[file.mimeType] ?? []).map((kind): [string, string] => [
    kind,
    `https://docs.google.com/feeds/download/documents/export/Export?id=${file.id}&exportFormat=${kind.split("/")[1]}${at}`,
  ]);
  return Object.fromEntries(links);
}

function shortcutDetails(state: DriveState, targetId: string): { targetId: string; targetMimeType: string } {
  return { targetId, targetMimeType: state.files.get(targetId)?.mimeType ?? "application/octet-stream" };
}

/** A revision: of a blob with its checksum, of a native file with links to exports of it. */
export function revisionResource(state: DriveState, file: StoredFile, revision: Revision): drive_v3.Schema$Revision {
  const base: drive_v3.Schema$Revision = {
    kind: "drive#revision",
    id: revision.id,
    mimeType: revision.mimeType,
    modifiedTime: revision.modifiedTime,
    lastModifyingUser: {
      kind: "drive#user",
      me: revision.byMe,
      ...(revision.byMe ? { emailAddress: state.account } : {}),
    },
  };
  if (isNative(file.mimeType)) return { ...base, exportLinks: exportLinks(file, revision.id) };
  return {
    ...base,
    keepForever: revision.keepForever,
    md5Checksum: revision.md5,
    size: String(revision.content.byteLength),
    originalFilename: file.name,
  };
}
