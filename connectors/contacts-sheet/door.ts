import type { DoorConnector } from "../../src/core/action.ts";
import { isReadingPost } from "../google-account/is-reading-post.ts";
import { openWritingAccount } from "../google-account/open-writing-account.ts";
import { missingWriteScopes } from "../google-account/write-scopes.ts";
import { writeRows } from "./actions/write-rows.ts";
import { type SheetDoorClient, sheetDoorClient } from "./door-client.ts";
import { type ContactsSheetConfig, contactsSheetConfig } from "./index.ts";

/** The write side of the contacts sheet. Contract: as `DoorConnector`; rows are written and changed, never deleted. */
export const contactsSheetDoor: DoorConnector<ContactsSheetConfig, SheetDoorClient> = {
  name: "contacts-sheet",
  config: contactsSheetConfig,
  needsAccount: true,
  connect: async ({ account, clientId, scopes, baseUrl, ...place }, deps) =>
    sheetDoorClient(await openWritingAccount({ account, clientId, scopes, baseUrl }, deps), place),
  access: async (config, deps) => {
    if ((await missingWriteScopes(config, ["sheets"], deps.secret)).length === 0) return { state: "ok" };
    return {
      state: "needs_consent",
      why: `The contacts sheet of ${config.account} needs your consent to be written.`,
      cure: `steward connect google --write sheets --account ${config.account}`,
    };
  },
  isReading: isReadingPost,
  actions: [writeRows],
};
