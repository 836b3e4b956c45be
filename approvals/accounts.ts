import { z } from "zod";
import type { DoorConnector, LookThread } from "../src/core/action.ts";
import { StewardError } from "../src/core/errors.ts";
import type { Store } from "../src/store/open-store.ts";
import { getSource, listSources, type Source } from "../src/store/sources.ts";

/** The account that acts: its name for the owner, the source it is read by, and the connector's config of it. */
export interface ActingAccount {
  account: string;
  sourceId: string | null;
  config: unknown;
}

const named = z.looseObject({ account: z.string().default("") });

/**
 * The account an action is done with: the one asked for; else the one the thread was read by; else the only one.
 * Errors: `not_found` with what is connected, `usage` when several would do.
 */
export async function chooseAccount(
  store: Store,
  connector: DoorConnector,
  wanted: string | null,
  thread: LookThread | null,
): Promise<ActingAccount> {
  if (!connector.needsAccount) return { account: "", sourceId: null, config: connector.config.parse({}) };
  const sources = (await listSources(store)).filter((source) => source.connector === connector.name);
  const known = sources.map((source) => ({ source, account: accountOf(source) }));
  if (wanted !== null) {
    const found = known.find(({ account, source }) => account === wanted.toLowerCase() || source.id === wanted);
    if (found !== undefined) return toActing(connector, found.source);
    throw new StewardError("not_found", `No ${connector.name} account ${wanted} is connected.`, {
      cure:
        known.length === 0
          ? "Connect it: steward connect google"
          : `Connected: ${known.map((one) => one.account).join(", ")}.`,
    });
  }
  const seenBy = thread?.items.findLast((item) => item.externalIds.some((id) => id.connector === connector.name));
  const sighting = seenBy?.externalIds.find((id) => id.connector === connector.name);
  const found =
    known.find(({ source }) => source.id === sighting?.sourceId) ?? (known.length === 1 ? known[0] : undefined);
  if (found !== undefined) return toActing(connector, found.source);
  if (known.length === 0) {
    throw new StewardError("not_found", `No ${connector.name} account is connected.`, {
      cure: "Connect it: steward connect google",
    });
  }
  throw new StewardError("usage", `Which account? ${known.map((one) => one.account).join(", ")}.`, {
    cure: "Name it with --account ADDRESS.",
  });
}

/** The account of a card again, by the source it was made with. Errors: `not_found` when it was disconnected. */
export async function accountOfCard(
  store: Store,
  connector: DoorConnector,
  card: { sourceId: string | null },
): Promise<ActingAccount> {
  if (!connector.needsAccount) return { account: "", sourceId: null, config: connector.config.parse({}) };
  const source = card.sourceId === null ? null : await getSource(store, card.sourceId);
  if (source === null || source.connector !== connector.name) {
    throw new StewardError("not_found", "The account this card acts with is no longer connected.", {
      cure: "Connect it again (steward connect google), then redraft the card.",
    });
  }
  return toActing(connector, source);
}

function toActing(connector: DoorConnector, source: Source): ActingAccount {
  return { account: accountOf(source), sourceId: source.id, config: connector.config.parse(source.config) };
}

function accountOf(source: Source): string {
  return (named.safeParse(source.config).data?.account ?? "").toLowerCase();
}
