import type { DoorConnector } from "../../src/core/action.ts";
import { isReadingPost } from "../google-account/is-reading-post.ts";
import { openWritingAccount } from "../google-account/open-writing-account.ts";
import { missingWriteScopes } from "../google-account/write-scopes.ts";
import { createFile } from "./actions/create-file.ts";
import { rename } from "./actions/rename.ts";
import { updateFile } from "./actions/update-file.ts";
import { type DriveDoorClient, driveDoorClient } from "./door-client.ts";
import { type DriveConfig, driveConfig } from "./index.ts";

/** The write side of a mirrored Drive folder. Contract: as `DoorConnector`; nothing here shares, or deletes for good. */
export const driveDoor: DoorConnector<DriveConfig, DriveDoorClient> = {
  name: "drive",
  config: driveConfig,
  needsAccount: true,
  connect: async ({ account, clientId, scopes, baseUrl, folderId }, deps) =>
    driveDoorClient(await openWritingAccount({ account, clientId, scopes, baseUrl }, deps), folderId),
  access: async (config, deps) => {
    if ((await missingWriteScopes(config, ["drive"], deps.secret)).length === 0) return { state: "ok" };
    return {
      state: "needs_consent",
      why: `Drive of ${config.account} needs your consent to change files.`,
      cure: `steward connect google --write drive --account ${config.account}`,
    };
  },
  isReading: isReadingPost,
  actions: [createFile, updateFile, rename],
};
