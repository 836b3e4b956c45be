import { StewardError } from "../../core/errors.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { revokeAccount } from "./disconnect-google.ts";
import { listKnownAccounts } from "./known-accounts.ts";

/** Takes back the permissions of every account; returns what Google could not be told about. */
export async function revokeEveryAccount(context: CommandContext, secrets: Secrets): Promise<string[]> {
  const signal = context.takeInterrupts();
  try {
    return await withHome(context, { create: false }, async (home) => {
      const left: string[] = [];
      for (const account of await listKnownAccounts(home, secrets)) {
        if (account.hasToken && !(await revokeAccount(context, secrets, account, signal))) left.push(account.account);
      }
      return left;
    });
  } catch (error) {
    if (error instanceof StewardError && error.code === "locked")
      return ["the accounts whose secrets cannot be opened"];
    throw error;
  }
}
