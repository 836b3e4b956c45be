import { z } from "zod";
import type { Connector } from "../../src/core/connector.ts";
import { type GoogleAccountConfig, googleAccountConfig } from "../google-account/account.ts";
import type { GoogleAccounts } from "../google-account/open-accounts.ts";
import { driveCalls } from "./client.ts";
import type { DriveClient } from "./drive-client.ts";
import { checkDrive, pullDrive } from "./pull-drive.ts";

export const driveConfig = googleAccountConfig.extend({
  /** The folder that is mirrored: an id, or `root` for all of My Drive. */
  folderId: z.string().min(1),
  /** Given to every connector by intake; a live one reads by itself. */
  recentSince: z.string().nullable().default(null),
  olderThan: z.string().nullable().default(null),
  zone: z.string().default("UTC"),
  region: z.string().default("US"),
});
export type DriveConfig = z.output<typeof driveConfig>;

/**
 * One folder of a Google Drive, as documents: what is in it now, then what changes. Native Docs come as Markdown, Sheets as
 * CSV. Each record has `hints.mirror`, so that intake keeps it as a file in the home's `drive/`.
 *
 * Contract: as `Connector`; the cursor holds the tree of the folder, at most 20,000 files. Errors: those of the account, and
 * `not_found` when the folder itself is not there any more.
 */
export function makeDriveConnector(accounts: GoogleAccounts): Connector<DriveConfig, DriveClient> {
  const failures = new Map<string, number>();
  return {
    name: "drive",
    config: driveConfig,
    connect: async (config, deps) => {
      const account = await accounts.open(accountOf(config), deps);
      return {
        calls: driveCalls(account),
        folderId: config.folderId,
        clock: deps.clock,
        zone: config.zone,
        seen: new Map(),
        outside: new Set(),
        failures,
      };
    },
    check: checkDrive,
    pull: pullDrive,
  };
}

function accountOf({ account, clientId, scopes, baseUrl }: DriveConfig): GoogleAccountConfig {
  return { account, clientId, scopes, baseUrl };
}
