import { z } from "zod";
import type { Connector, Health } from "../../src/core/connector.ts";
import { toStewardError } from "../../src/core/errors.ts";
import { googleAccountConfig } from "../google-account/account.ts";
import type { GoogleAccounts } from "../google-account/open-accounts.ts";
import { gmailCalls } from "./client.ts";
import type { GmailClient } from "./gmail-client.ts";
import { makeLabelWords } from "./labels.ts";
import { pullGmail } from "./pull.ts";

const readScopes = ["https://www.googleapis.com/auth/gmail.readonly", "https://mail.google.com/"];

/** What is stored of a mailbox, with what intake gives to every connector. */
export const gmailConfig = googleAccountConfig.extend({
  /** Null reads the mailbox; a list of ids only those, whole, whatever their size. */
  wanted: z
    .array(z.string().regex(/^[\w-]{1,64}$/))
    .nullable()
    .default(null),
  recentSince: z.string().nullable().default(null),
  olderThan: z.string().nullable().default(null),
  zone: z.string().default("UTC"),
  region: z.string().default("US"),
});
export type GmailConfig = z.output<typeof gmailConfig>;

/**
 * Makes the connector of Gmail mailboxes: everything but drafts, spam and trash, newest first, then what changes.
 *
 * Contract: as `Connector`; a record's external id is Gmail's id of the message; reads only. Errors: those of the account.
 * Source: https://developers.google.com/workspace/gmail/api/guides/sync
 */
export function makeGmailConnector(accounts: GoogleAccounts): Connector<GmailConfig, GmailClient> {
  return {
    name: "gmail",
    config: gmailConfig,
    connect: async ({ wanted, zone, region, account, clientId, scopes, baseUrl }, deps) => {
      const opened = await accounts.open({ account, clientId, scopes, baseUrl }, deps);
      const { clock } = deps;
      const now = (): number => clock.now();
      const calls = gmailCalls(opened, now);
      return {
        account: opened,
        calls,
        words: makeLabelWords(calls, now),
        clock,
        wanted,
        zone,
        region,
        memo: { sizes: null, list: null, whole: null },
      };
    },
    check: checkGmail,
    pull: pullGmail,
  };
}

/** One real call. */
async function checkGmail(client: GmailClient, signal: AbortSignal): Promise<Health> {
  const { email, scopes } = client.account;
  if (!scopes.some((scope) => readScopes.includes(scope))) {
    return { state: "degraded", reason: `Reading the mail of ${email} was not allowed when you signed in.` };
  }
  try {
    const profile = await client.calls.profile(signal);
    if (profile.emailAddress.toLowerCase() === email.toLowerCase()) return { state: "ok" };
    return { state: "degraded", reason: `The sign-in of ${email} opens another mailbox.` };
  } catch (error) {
    const named = toStewardError(error, `asking Gmail for ${email}`);
    if (named.code === "interrupted") throw named;
    if (named.code === "needs_reauth") return { state: "needs_reauth", cure: named.cure ?? "steward connect google" };
    return { state: "degraded", reason: named.message };
  }
}
