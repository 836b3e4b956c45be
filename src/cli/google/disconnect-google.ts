import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { revokeToken } from "../../../connectors/google-account/sign-in-token.ts";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import { removeSource } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { makePaint } from "../render/paint.ts";
import { wrap } from "../render/width.ts";
import { type KnownAccount, listKnownAccounts } from "./known-accounts.ts";

const byHand = "https://myaccount.google.com/connections";

/**
 * Ends the reading of a Google account: the permission is taken back at Google, its secrets and sources go, its items stay.
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
    const account = pickAccount(context, await listKnownAccounts(home, secrets), options.account);
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
  const token = await secrets.get(googleSecretName(account, "refresh_token"));
  if (token === null) return false;
  return await revokeToken({ fetch: context.fetch, baseUrl: config?.baseUrl ?? null, signal }, token);
}

async function forget(home: OpenHome, secrets: Secrets, { account, sources }: KnownAccount): Promise<void> {
  await secrets.delete(googleSecretName(account, "refresh_token"));
  await secrets.delete(googleSecretName(account, "client_secret"));
  await home.store.write(async (tx) => {
    for (const { id } of sources) await removeSource(tx, id);
  });
}

function pickAccount(context: CommandContext, known: readonly KnownAccount[], wanted: string | null): KnownAccount {
  const names = known.map(({ account }) => forScreen(account)).join(", ");
  const [only, second] = known;
  if (only === undefined) throw new StewardError("not_found", "No Google account is connected.");
  if (wanted === null && second === undefined) return only;
  const found = known.find(({ account }) => account === wanted);
  if (found !== undefined) return found;
  throw wanted === null
    ? new StewardError("usage", `Several accounts are connected: ${names}.`, {
        cure: `Name one: ${context.self} disconnect google --account ADDRESS`,
      })
    : new StewardError("not_found", `${wanted} is not connected.`, { cure: `Connected are: ${names}.` });
}
