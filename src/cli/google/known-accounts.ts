import { type GoogleAccountConfig, googleAccountConfig } from "../../../connectors/google-account/account.ts";
import { accountsOf } from "../../../connectors/google-account/secret-names.ts";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import { listSources, type Source } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";

/** One Google account of this home: what is read from it, and whether its secrets are here. */
export interface KnownAccount {
  account: string;
  sources: Source[];
  /** To read or to write with. */
  hasToken: boolean;
  /** Of any of its sources: they share it. */
  config: Pick<GoogleAccountConfig, "clientId" | "baseUrl"> | null;
}

/** The accounts that have sources, secrets or both, by address. Contract: asks for no network. Errors: `locked`. */
export async function listKnownAccounts(home: OpenHome, secrets: Secrets): Promise<KnownAccount[]> {
  const secretNames = await secrets.list();
  const withToken = [...accountsOf(secretNames), ...accountsOf(secretNames, "write")];
  const configured = (await listSources(home.store)).flatMap((source) => {
    const config = accountConfigOf(source);
    return config === null ? [] : [{ source, config }];
  });
  const names = new Set([...withToken, ...configured.map(({ config }) => config.account)]);
  return [...names].sort().map((account) => {
    const own = configured.filter(({ config }) => config.account === account);
    return {
      account,
      sources: own.map(({ source }) => source),
      hasToken: withToken.includes(account),
      config: own[0]?.config ?? null,
    };
  });
}

/** The Google account in a source's stored config; null for a source of another service. */
export function accountConfigOf(source: Source): GoogleAccountConfig | null {
  const shared = googleAccountConfig.strip().safeParse(source.config);
  return shared.success ? shared.data : null;
}

/** The account that is named, else the only one. Errors: `not_found`, `usage` with what to type after `steward`. */
export function pickAccount(
  context: CommandContext,
  known: readonly KnownAccount[],
  wanted: string | null,
  command: string,
): KnownAccount {
  const names = known.map(({ account }) => forScreen(account)).join(", ");
  const [only, second] = known;
  if (only === undefined) throw new StewardError("not_found", "No Google account is connected.");
  if (wanted === null && second === undefined) return only;
  const found = known.find(({ account }) => account === wanted);
  if (found !== undefined) return found;
  throw wanted === null
    ? new StewardError("usage", `Several accounts are connected: ${names}.`, {
        cure: `Name one: ${context.self} ${command} --account ADDRESS`,
      })
    : new StewardError("not_found", `${wanted} is not connected.`, { cure: `Connected are: ${names}.` });
}
