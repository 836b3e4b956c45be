import { toOwner } from "../../core/config.ts";
import { saveConfig } from "../../daemon/home.ts";
import type { OpenHome } from "../open-home.ts";

/**
 * Whoever signed in to an account is its owner: its address joins the settings, unless they say that it is not theirs.
 * Changes the opened home with them. True when it was new.
 */
export async function learnAddress(home: OpenHome, account: string): Promise<boolean> {
  const { owner } = home.config;
  if (home.owner.identities.includes(account) || owner.notMe.includes(account)) return false;
  const config = { ...home.config, owner: { ...owner, addresses: [...owner.addresses, account] } };
  await saveConfig(home.paths.home, config);
  Object.assign(home, { config, owner: toOwner(config) });
  return true;
}
