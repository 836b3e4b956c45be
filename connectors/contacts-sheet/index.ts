import { z } from "zod";
import type { Connector } from "../../src/core/connector.ts";
import { googleAccountConfig } from "../google-account/account.ts";
import type { GoogleAccounts } from "../google-account/open-accounts.ts";
import { sheetCalls } from "./client.ts";
import { checkSheet, pullSheet, type SheetClient } from "./pull-sheet.ts";

export const contactsSheetConfig = googleAccountConfig.extend({
  spreadsheetId: z.string().min(1),
  /** The sheet in it, by its title; null is the first one. */
  sheet: z.string().nullable().default(null),
  /** Given to every connector by intake; a live one reads by itself. */
  recentSince: z.string().nullable().default(null),
  olderThan: z.string().nullable().default(null),
  zone: z.string().default("UTC"),
  region: z.string().default("US"),
});
export type ContactsSheetConfig = z.output<typeof contactsSheetConfig>;

/**
 * The sheet that holds the owner's contacts, as one table in the form of contacts.csv. An unchanged sheet costs one read.
 *
 * Contract: as `Connector`; the table is searchable, and kept beside contacts.csv by intake; nobody becomes known by it.
 * Errors: those of the account, and `not_found` when the sheet is not there any more.
 */
export function makeContactsSheetConnector(accounts: GoogleAccounts): Connector<ContactsSheetConfig, SheetClient> {
  return {
    name: "contacts-sheet",
    config: contactsSheetConfig,
    connect: async (config, deps) => {
      const { account, clientId, scopes, baseUrl, spreadsheetId, sheet, region } = config;
      const opened = await accounts.open({ account, clientId, scopes, baseUrl }, deps);
      return { calls: sheetCalls(opened), spreadsheetId, sheet, region };
    },
    check: checkSheet,
    pull: pullSheet,
  };
}
