import { z } from "zod";
import type { Action, Call, Outcome } from "../../../src/core/action.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { readSharing, recipientsOf, sharing, sharingWords, tierOf } from "../../google-account/file-sharing.ts";
import { stillSettling } from "../../google-account/still-settling.ts";
import type { DriveDoorClient } from "../door-client.ts";
import { documentType, spreadsheetType } from "../drive-file.ts";
import { fileBasis } from "../file-basis.ts";
import { type DriveLook, findTarget, needClient, shown, whichFile } from "../find-target.ts";
import { driveId, foreign, readDriveWrite } from "../write-requests.ts";

const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]*$/u, "One line without invisible characters.");
const ask = z.strictObject({ file: whichFile, name: line });
const input = z.strictObject({
  fileId: driveId,
  path: z.string(),
  /** The names in Drive, before and after. */
  from: z.string(),
  name: line,
  sharing,
});
type RenameInput = z.output<typeof input>;
const result = z.strictObject({ fileId: driveId, from: z.string(), name: z.string() });
type Renamed = z.output<typeof result>;
type DriveCall = Call<DriveDoorClient>;

/** Another name for a file, a Google document included. */
export const rename: Action<z.output<typeof ask>, RenameInput, null, Renamed, DriveDoorClient> = {
  name: "drive.rename",
  tier: "change",
  description: "Gives a file in the owner's Drive another name; its place and content stay.",
  ask,
  input,
  handle: z.null(),
  result,
  resolve: resolveRename,
  raise: (change) => tierOf(change.sharing),
  preview: async (change, look) => {
    const client = needClient(look);
    const file = await client.file(change.fileId, look.signal);
    const item = await look.itemByExternalId("drive", change.fileId);
    return {
      ...blankPreview,
      title: `Rename ${change.path} to ${change.name}`,
      recipients: recipientsOf(change.sharing),
      fields: [{ label: "File", value: change.path }],
      diffs: [{ name: `the name of ${change.path}`, before: change.from, after: change.name }],
      consequences: sharingWords(change.sharing),
      about: { threadId: null, itemIds: item === null ? [] : [item.id] },
      basis: fileBasis(file, change.path, client.email),
    };
  },
  execute: async ({ fileId, from, name }, _handle, call) => {
    const file = await call.client.file(fileId, call.signal);
    if (file === null || file.trashed || file.name !== from) throw hasMoved(from);
    await call.client.change(fileId, { name }, call.signal);
    return { fileId, from, name };
  },
  readBack: (request) => {
    const write = readDriveWrite(request);
    if (write.kind !== "rename") throw foreign("its purpose");
    return { fileId: write.fileId, name: write.name };
  },
  // A name that is neither is somebody else's: the checks of the next try find that it moved.
  reconcile: async ({ fileId, from, name }, _handle, call): Promise<Outcome<Renamed>> => {
    const file = await call.client.file(fileId, call.signal);
    if (file?.name === name) return { kind: "done", result: { fileId, from, name } };
    return file?.name === from ? stillSettling(call, "Drive has the name before by now.") : { kind: "not_done" };
  },
  undo: async ({ fileId, from, name }, { client, signal }: DriveCall) => {
    const file = await client.file(fileId, signal);
    if (file?.name === from) return;
    if (file?.name !== name) throw hasMoved(name);
    await client.change(fileId, { name: from }, signal);
  },
  receipt: ({ from, name }) => `Renamed ${shown(from)} to ${shown(name)} in Drive.`,
};

async function resolveRename(asked: z.output<typeof ask>, look: DriveLook): Promise<RenameInput> {
  const { file, path } = await findTarget(asked.file, look);
  const ending = file.mimeType === documentType ? /\.md$/i : file.mimeType === spreadsheetType ? /\.csv$/i : null;
  // The ending of a Google document is the mirror's alone.
  const name = ending === null ? asked.name : asked.name.replace(ending, "") || asked.name;
  if (name === file.name) throw new StewardError("usage", `${shown(path)} has that name already.`);
  return { fileId: file.id, path, from: file.name, name, sharing: readSharing(file, needClient(look).email) };
}

function hasMoved(name: string): StewardError {
  return new StewardError("moved", `${shown(name)} is gone from Drive, or has another name by now.`);
}
