import type { RawRecord } from "../core/record.ts";
import type { Store } from "../store/open-store.ts";
import { findSighted } from "../store/sighted.ts";
import { type NewSource, registerSource } from "../store/sources.ts";
import { takeItems } from "../store/take-items.ts";
import { setThreadState, threadOfItem } from "../store/thread-views.ts";
import { parseBatch } from "./parse-batch.ts";

/**
 * Stores records that nobody pulls: what the owner handed over, what a search found. `source.connector` is one of
 * `pushedConnectors`. Contract: the same external id twice is one item, and what is known already is left as it is; none of them is
 * news in a digest. Returns the items' ids in the order of the records, without those of which nothing could be read.
 */
export async function takePushed(store: Store, source: NewSource, records: readonly RawRecord[]): Promise<number[]> {
  const known = await Promise.all(records.map(({ externalId }) => findSighted(store, source.id, [externalId])));
  const news = records.filter((_record, at) => known[at]?.length === 0);
  const parsed = await parseBatch({ records: news, places: [source.label], keepOriginals: false });
  const ids = await store.write(async (tx) => {
    const { id } = await registerSource(tx, source);
    await takeItems(tx, id, parsed.items);
    return await findSighted(
      tx,
      id,
      records.map(({ externalId }) => externalId),
    );
  });
  for (const id of ids) {
    const threadId = await threadOfItem(store, id);
    if (threadId !== null) await setThreadState(store, threadId, "done", null);
  }
  return ids;
}
