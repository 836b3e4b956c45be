import { z } from "zod";
import type { Action, Call, Preview } from "../../../src/core/action.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { readSharing, recipientsOf, sharing, sharingWords, tierOf } from "../../google-account/file-sharing.ts";
import type { DoorFile, DriveDoorClient } from "../door-client.ts";
import { driveText, readDriveText, replacement, replacePassages } from "../drive-text.ts";
import { contentBasis, fileBasis } from "../file-basis.ts";
import { type DriveLook, findTarget, needClient, shown, whichFile } from "../find-target.ts";
import {
  keepBefore,
  putContentBack,
  settleContent,
  type Updated,
  updatedFile,
  writeContent,
} from "../replace-content.ts";
import { driveId, foreign, mediaTypeSchema, readDriveWrite } from "../write-requests.ts";

const ask = z
  .strictObject({
    file: whichFile,
    /** The whole new text, or passages to replace. */
    text: driveText.optional(),
    replace: z.array(replacement).min(1).max(50).optional(),
  })
  .refine(({ text, replace }) => (text === undefined) !== (replace === undefined), "Either text or replace.");
type UpdateAsk = z.output<typeof ask>;

const input = z.strictObject({
  fileId: driveId,
  path: z.string(),
  mediaType: mediaTypeSchema,
  /** What it was drawn up against. */
  baseVersion: z.string().regex(/^\d{1,30}$/),
  baseRevision: driveId,
  baseMd5: z.string().regex(/^[0-9a-f]{32}$/),
  /** The whole of it afterwards. */
  text: driveText,
  sharing,
});
export type UpdateInput = z.output<typeof input>;
const handle = z.strictObject({
  /** Whether the text before is kept for good. */
  isKept: z.boolean(),
});

/** Another text for a file that is one; the one before stays in Drive's version history. */
export const updateFile: Action<UpdateAsk, UpdateInput, z.output<typeof handle>, Updated, DriveDoorClient> = {
  name: "drive.update_file",
  tier: "change",
  description: "Changes the text of a file in the owner's mirrored Drive folder: the whole text, or passages in it.",
  ask,
  input,
  handle,
  result: updatedFile,
  resolve: resolveUpdate,
  raise: (change) => tierOf(change.sharing),
  preview: previewUpdate,
  prepare: async (change, call) => ({ isKept: await keepBefore(change, call) }),
  execute: (change, kept, call) => writeContent(change, kept?.isKept === true, call),
  readBack: (request) => {
    const write = readDriveWrite(request);
    if (write.kind === "keep") return { fileId: write.fileId, baseRevision: write.revisionId };
    if (write.kind !== "write") throw foreign("its purpose");
    const { fileId, mediaType, text } = write;
    return { fileId, mediaType, text };
  },
  reconcile: (change, kept, call) => settleContent(change, kept?.isKept === true, call),
  undo: (done, call: Call<DriveDoorClient>) => putContentBack(done, call),
  edit: {
    read: ({ text }) => ({ text }),
    apply: (change, { text }) => ({ ...change, text: text ?? change.text }),
  },
  receipt: ({ path }, { isKept, foreign: others }) =>
    [
      `Changed ${shown(path)} in Drive.`,
      ...(others.length === 0 ? [] : ["Somebody else changed it at the same moment: both texts are in its versions."]),
      ...(isKept ? [] : ["Drive keeps the text before for 30 days only."]),
    ].join(" "),
};

async function resolveUpdate(asked: UpdateAsk, look: DriveLook): Promise<UpdateInput> {
  const client = needClient(look);
  const { file, path } = await findTarget(asked.file, look);
  const { headRevisionId: baseRevision, md5Checksum: baseMd5 } = file;
  if (file.mimeType.startsWith("application/vnd.google-apps.")) throw isNative(file, path);
  const now = await readText(client, file, look.signal);
  if (now === null || baseRevision === undefined || baseMd5 === undefined || !isTextKind(file)) {
    throw new StewardError("wrong_kind", `${shown(path)} is no text that steward can change.`, {
      cure: `Change it in Drive: https://drive.google.com/file/d/${file.id}/view`,
    });
  }
  const text = asked.replace === undefined ? (asked.text ?? "") : replacePassages(now, asked.replace);
  if (text === now) throw new StewardError("usage", `${shown(path)} says exactly that already.`);
  const { id: fileId, mimeType: mediaType, version: baseVersion } = file;
  const shared = readSharing(file, client.email);
  return { fileId, path, mediaType, baseVersion, baseRevision, baseMd5, text, sharing: shared };
}

function isTextKind({ mimeType }: DoorFile): boolean {
  return mediaTypeSchema.safeParse(mimeType).success && !/^(?:image|audio|video)\//.test(mimeType);
}

/** What is uploaded over a Google document replaces all of it: tabs, comments, suggestions, pictures. */
function isNative({ id }: DoorFile, path: string): StewardError {
  const where = `https://drive.google.com/open?id=${id}`;
  return new StewardError(
    "wrong_kind",
    `${shown(path)} is a Google document: writing over it would lose its comments.`,
    {
      cure: `Hand it over: handoff.open_link with ${where} and the new text to paste.`,
    },
  );
}

async function readText(client: DriveDoorClient, file: DoorFile, signal: AbortSignal): Promise<string | null> {
  return file.size > 4_000_000 ? null : readDriveText(await client.bytes(file.id, signal));
}

async function previewUpdate(change: UpdateInput, look: DriveLook): Promise<Preview> {
  const client = needClient(look);
  const file = await client.file(change.fileId, look.signal);
  const before = file === null || file.trashed ? "" : ((await readText(client, file, look.signal)) ?? "");
  const item = await look.itemByExternalId("drive", change.fileId);
  return {
    ...blankPreview,
    title: `Change ${change.path} in Drive`,
    recipients: recipientsOf(change.sharing),
    fields: [{ label: "Kind", value: change.mediaType }],
    diffs: [{ name: change.path, before, after: change.text }],
    consequences: [...sharingWords(change.sharing), "The text before stays in its versions in Drive."],
    about: { threadId: null, itemIds: item === null ? [] : [item.id] },
    basis: [contentBasis(file, change.path), ...fileBasis(file, change.path, client.email)],
  };
}
