import { z } from "zod";
import type { Action, Call, Outcome, Preview } from "../../../src/core/action.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { afterEffect } from "../../google-account/after-effect.ts";
import { readSharing, recipientsOf, sharing, sharingWords, tierOf } from "../../google-account/file-sharing.ts";
import type { DriveDoorClient } from "../door-client.ts";
import { driveText, md5Of } from "../drive-text.ts";
import { fileBasis } from "../file-basis.ts";
import { type DriveLook, findFolder, mirrorName, needClient, shown, splitPath } from "../find-target.ts";
import { nameKey, safeName } from "../safe-name.ts";
import { driveId, foreign, readDriveWrite } from "../write-requests.ts";

const kinds = ["text/markdown", "text/csv", "text/plain"] as const;

const ask = z.strictObject({
  /** Where it is to be, in the mirrored folder; the folders must be there. */
  path: z.string().min(1).max(900),
  text: driveText,
  /** What it is; by its ending when this is not said. */
  mediaType: z.enum(kinds).optional(),
});
type CreateAsk = z.output<typeof ask>;

const input = z.strictObject({
  folderId: driveId,
  /** The folder's path in the mirrored one, empty for that one. */
  folder: z.string().max(900),
  name: z
    .string()
    .min(1)
    .max(200)
    .refine((name) => name === safeName(name), "A name that every disk takes."),
  mediaType: z.enum(kinds),
  text: driveText,
  /** Who sees what is in the folder. */
  sharing,
});
type CreateInput = z.output<typeof input>;

/** Drive takes an id once: that is what makes trying again safe. */
const handle = z.strictObject({ fileId: driveId });
const result = z.strictObject({ fileId: driveId, md5: z.string() });
type Created = z.output<typeof result>;
type DriveCall = Call<DriveDoorClient>;

/** A new text file, Markdown or table in the mirrored folder. */
export const createFile: Action<CreateAsk, CreateInput, z.output<typeof handle>, Created, DriveDoorClient> = {
  name: "drive.create_file",
  tier: "change",
  description: "Creates a Markdown, CSV or text file in the owner's mirrored Drive folder.",
  ask,
  input,
  handle,
  result,
  resolve: resolveFile,
  raise: (file) => tierOf(file.sharing),
  preview: previewFile,
  prepare: async (file, call) => ({ fileId: await takeId(file, call) }),
  execute: async (file, made, call) => {
    if (made === null) throw new StewardError("internal", "No id was taken for the file.");
    const { folderId, name, mediaType, text } = file;
    const answer = await call.client.create({ id: made.fileId, folderId, name, mediaType, text }, call.signal);
    if (answer === null) await afterEffect(() => needCreated(made.fileId, call));
    return { fileId: made.fileId, md5: md5Of(text) };
  },
  readBack: (request) => {
    const write = readDriveWrite(request);
    // No file has an empty name: the bin is for undoing alone, where nothing is compared.
    if (write.kind === "trash") return { name: "" };
    if (write.kind !== "create") throw foreign("its purpose");
    const { folderId, name, text } = write.file;
    const mediaType = z.enum(kinds).parse(write.file.mediaType);
    return { folderId, name, mediaType, text };
  },
  reconcile: async ({ text }, made, call): Promise<Outcome<Created>> => {
    const found = made === null ? null : await call.client.file(made.fileId, call.signal);
    return found === null ? { kind: "not_done" } : { kind: "done", result: { fileId: found.id, md5: md5Of(text) } };
  },
  undo: putInBin,
  edit: {
    read: ({ text }) => ({ text }),
    apply: (file, { text }) => ({ ...file, text: text ?? file.text }),
  },
  receipt: (file) => `Created ${pathOf(file)} in Drive.`,
};

function pathOf({ folder, name }: Pick<CreateInput, "folder" | "name">): string {
  return folder === "" ? name : `${folder}/${name}`;
}

async function resolveFile(asked: CreateAsk, look: DriveLook): Promise<CreateInput> {
  const client = needClient(look);
  const segments = splitPath(asked.path);
  const name = segments.pop() ?? "";
  if (name !== safeName(name)) {
    throw new StewardError("usage", `“${shown(name)}” is no name that every disk takes.`, {
      cure: `Call it “${safeName(name)}”.`,
    });
  }
  const { id, path: folder } = await findFolder(segments.join("/"), look);
  const found = await client.file(id, look.signal);
  if (found === null || found.trashed) throw new StewardError("not_found", "The folder is not in Drive now.");
  if ((await namesakes(client, found.id, name, look.signal)).length > 0) {
    throw new StewardError("usage", `${shown(pathOf({ folder, name }))} is in Drive already.`, {
      cure: "Change it with drive.update_file, or give another name.",
    });
  }
  const mediaType = asked.mediaType ?? kindOf(name);
  return { folderId: found.id, folder, name, mediaType, text: asked.text, sharing: readSharing(found, client.email) };
}

function kindOf(name: string): (typeof kinds)[number] {
  if (/\.(?:md|markdown)$/i.test(name)) return "text/markdown";
  return /\.csv$/i.test(name) ? "text/csv" : "text/plain";
}

async function namesakes(client: DriveDoorClient, folderId: string, name: string, signal: AbortSignal) {
  const there = await client.children(folderId, signal);
  return there.filter((file) => nameKey(mirrorName(file)) === nameKey(name)).map(({ id }) => id);
}

async function previewFile(file: CreateInput, look: DriveLook): Promise<Preview> {
  const client = needClient(look);
  const path = pathOf(file);
  const folder = await client.file(file.folderId, look.signal);
  return {
    ...blankPreview,
    title: `Create ${path} in Drive`,
    recipients: recipientsOf(file.sharing),
    fields: [
      { label: "Folder", value: file.folder === "" ? "the mirrored folder itself" : file.folder },
      { label: "Kind", value: file.mediaType },
    ],
    diffs: [{ name: path, before: "", after: file.text }],
    consequences: sharingWords(file.sharing),
    basis: fileBasis(folder, file.folder === "" ? "the mirrored folder" : file.folder, client.email),
  };
}

/** Before the first try alone: afterwards the name may be taken by what that try made. */
async function takeId(file: CreateInput, { client, signal }: DriveCall): Promise<string> {
  if ((await namesakes(client, file.folderId, file.name, signal)).length > 0) {
    throw new StewardError("moved", `There is another ${shown(pathOf(file))} in Drive by now.`);
  }
  return await client.newFileId(signal);
}

async function needCreated(fileId: string, { client, signal }: DriveCall): Promise<void> {
  if ((await client.file(fileId, signal)) !== null) return;
  throw new StewardError("unavailable", "Drive says that the file is there, and does not show it.");
}

/** The bin, from where it can be taken again. Errors: `moved` when somebody wrote on in it. */
async function putInBin({ fileId, md5 }: Created, { client, signal }: DriveCall): Promise<void> {
  const file = await client.file(fileId, signal);
  if (file === null || file.trashed) return;
  if (file.md5Checksum !== md5) {
    throw new StewardError("moved", `${shown(file.name)} was changed since: it was not put into the bin.`, {
      cure: "Look at it in Drive, and put it into the bin there.",
    });
  }
  await client.change(fileId, { trashed: true }, signal);
}
