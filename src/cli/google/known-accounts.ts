import { type GoogleAccountConfig, googleAccountConfig } from "../../../connectors/google-account/account.ts";
import { accountsOf } from "../../../connectors/google-account/secret-names.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import { listSources, type Source } from "../../store/sources.ts";
import type { OpenHome } from "../open-home.ts";

/** One Google account of this home: what is read from it, and whether its secrets are here. */
export interface KnownAccount {
  account: string;
  sources: Source[];
  hasToken: boolean;
  /** Of any of its sources: they share it. */
  config: Pick<GoogleAccountConfig, "clientId" | "baseUrl"> | null;
}

/** The accounts that have sources, secrets or both, by address. Contract: asks for no network. Errors: `locked`. */
export async function listKnownAccounts(home: OpenHome, secrets: Secrets): Promise<KnownAccount[]> {
  const withToken = accountsOf(await secrets.list());
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
