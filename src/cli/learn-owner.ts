import { type Config, toOwner } from "../core/config.ts";
import { channels } from "../core/item.ts";
import { listWords } from "../core/plural.ts";
import { forScreen } from "../core/untrusted.ts";
import { saveConfig } from "../daemon/home.ts";
import type { Store } from "../store/open-store.ts";
import { inferOwner, type OwnerGuess } from "../store/person-owner.ts";
import type { OpenHome } from "./open-home.ts";

/** What the sent mail and the chats say about who the owner is, beyond what the settings say. Only what is certain. */
export async function guessOwner(store: Store, config: Config): Promise<{ config: Config; learned: OwnerGuess[] }> {
  const inferred = await inferOwner(store);
  const known = new Set([...toOwner(config).identities, ...config.owner.notMe]);
  const learned = inferred.identities.filter((guess) => guess.certain && !known.has(guess.value));
  const of = (kind: "address" | "phone" | "handle"): string[] =>
    learned.map(({ value }) => value).filter((value) => kindOf(value) === kind);
  const { owner } = config;
  return {
    learned,
    config: {
      ...config,
      owner: {
        names: owner.names.length > 0 ? owner.names : inferred.names.slice(0, 1),
        addresses: [...owner.addresses, ...of("address")],
        phones: [...owner.phones, ...of("phone")],
        handles: [...owner.handles, ...of("handle")],
        notMe: owner.notMe,
      },
    },
  };
}

function kindOf(value: string): "address" | "phone" | "handle" {
  if (/^\+\d+$/.test(value)) return "phone";
  return channels.some((channel) => value.startsWith(`${channel}:`)) ? "handle" : "address";
}

/**
 * Writes what was learned about the owner into the settings, where they can see and correct it, and says so. Returns the home
 * with its new settings. Contract: nothing is learned twice, and nothing that `notMe` names.
 */
export async function learnOwner(home: OpenHome): Promise<{ home: OpenHome; lines: string[] }> {
  const { config, learned } = await guessOwner(home.store, home.config);
  const named = config.owner.names.length > home.config.owner.names.length;
  if (learned.length === 0 && !named) return { home, lines: [] };
  await saveConfig(home.paths.home, config);
  const values = listWords(learned.map(({ value }) => forScreen(value)));
  const reason = learned.length === 1 ? ` (${learned[0]?.why ?? ""})` : "";
  const lines =
    learned.length === 0
      ? []
      : [`Taken for you: ${values}${reason}. If one is not, move it to notMe in ${home.paths.config}`];
  return { home: { ...home, config, owner: toOwner(config) }, lines };
}
