import { googleSecretName, googleSecrets } from "../../../connectors/google-account/secret-names.ts";
import { revokeToken } from "../../../connectors/google-account/sign-in-token.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import { removeSource } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { makePaint } from "../render/paint.ts";
import { wrap } from "../render/width.ts";
import { type KnownAccount, listKnownAccounts, pickAccount } from "./known-accounts.ts";

const byHand = "https://myaccount.google.com/connections";

/**
 * Ends the use of a Google account: the permissions to read and to write are taken back at Google, its secrets and sources go, its items stay.
 *
 * Contract: works without a network too, and then says what is left to do by hand. Errors: `not_found`, `usage` when several
 * are connected and none is named.
 */
export async function disconnectGoogle(
  context: CommandContext,
  options: { account: string | null; yes: boolean },
): Promise<void> {
  const signal = context.takeInterrupts();
  await withHome(context, { create: false }, async (home) => {
    const secrets = await context.openSecrets(context.home);
    const account = pickAccount(context, await listKnownAccounts(home, secrets), options.account, "disconnect google");
    if (!options.yes && context.terminal.interactive) {
      const ask = await context.loadAsk();
      if (!(await ask.yes(`Disconnect ${forScreen(account.account)}? What was read stays.`, false))) return;
    }
    const isRevoked = await revokeAccount(context, secrets, account, signal);
    await forget(home, secrets, account);
    const paint = makePaint(context.terminal.colour);
    const lines = [
      `${paint.green("✓")} Disconnected ${forScreen(account.account)}: its secrets are deleted, ${plural(account.sources.length, "source")} forgotten. What was read stays.`,
      isRevoked
        ? "Google confirms that steward may no longer read it."
        : `${paint.yellow("!")} Google could not be told. Remove steward there yourself: ${byHand}`,
    ];
    for (const line of lines.flatMap((one) => wrap(one, Math.min(context.terminal.columns, 78)))) {
      context.terminal.out(`${line}\n`);
    }
    if (!isRevoked) context.endWith(1);
  });
}

/** Takes the permission back at Google; false when Google could not be told. Never throws for a network that is down. */
export async function revokeAccount(
  context: CommandContext,
  secrets: Secrets,
  { account, config }: KnownAccount,
  signal: AbortSignal,
): Promise<boolean> {
  const net = { fetch: context.fetch, baseUrl: config?.baseUrl ?? null, signal };
  let isRevoked = false;
  for (const name of ["write_refresh_token", "refresh_token"] as const) {
    const token = await secrets.get(googleSecretName(account, name));
    if (token === null) continue;
    if (!(await revokeToken(net, token))) return false;
    isRevoked = true;
  }
  return isRevoked;
}

async function forget(home: OpenHome, secrets: Secrets, { account, sources }: KnownAccount): Promise<void> {
  for (const name of googleSecrets) await secrets.delete(googleSecretName(account, name));
  await home.store.write(async (tx) => {
    for (const { id } of sources) await removeSource(tx, id);
  });
}
