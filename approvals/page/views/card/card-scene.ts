import { type FullItem, listThreadItems } from "../../../../src/store/items.ts";
import type { Store } from "../../../../src/store/open-store.ts";
import { loadHits, type SearchHit } from "../../../../src/store/search-hits.ts";
import { getThread, type ThreadInfo } from "../../../../src/store/thread-views.ts";
import type { BundleView } from "../../../door.ts";
import type { Reader } from "../message-view.ts";

/** What an item is recognised by: who, when, where. */
export type ItemBrief = Pick<SearchHit, "itemId" | "threadId" | "sentAt" | "channel" | "sender" | "subject">;

/** Everything one page with a bundle is made from. */
export interface CardScene extends Reader {
  bundle: BundleView;
  csrf: string;
  /** Sealed when and where it is shown. */
  ticket: string;
  hasPasskey: boolean;
  /** The second page: everything whole, then the button. */
  confirming: boolean;
  /** The step whose editor stands open. */
  editing: number | null;
  briefs: ReadonlyMap<number, ItemBrief>;
  /** What it is about, newest first; null when it is about nothing that was read. */
  original: { thread: ThreadInfo; items: FullItem[] } | null;
}

const shownItems = 12;

/** Loads what stands around the cards of a bundle: the conversation, and who wrote what they rest on. */
export async function loadAround(store: Store, bundle: BundleView): Promise<Pick<CardScene, "briefs" | "original">> {
  const threadId = bundle.cards
    .map(({ preview, card }) => preview.about.threadId ?? card.threadId)
    .find((id) => id !== null);
  const ids = bundle.cards.flatMap(({ facts, preview }) => [
    ...facts.values.flatMap((value) => value.itemIds),
    ...facts.warnings.flatMap((warning) => warning.itemIds),
    ...facts.recipients.flatMap((recipient) => recipient.itemIds),
    ...preview.about.itemIds,
  ]);
  const briefs = loadBriefs(store, [...ids, ...bundle.origin.itemsRead]);
  const thread = threadId == null ? null : await getThread(store, threadId);
  if (thread === null) return { briefs, original: null };
  const items = await listThreadItems(store, thread.id, shownItems);
  return { briefs, original: { thread, items: items.reverse() } };
}

/** Briefs by item id; items that are gone have none. */
export function loadBriefs(store: Store, itemIds: readonly number[]): Map<number, ItemBrief> {
  const found = [...new Set(itemIds)].slice(0, 400).map((id) => ({ id, score: 0 }));
  return new Map(loadHits(store, found, []).map((hit) => [hit.itemId, hit]));
}
