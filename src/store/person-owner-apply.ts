import { z } from "zod";
import { identityKinds } from "../core/item.ts";
import type { Store, Tx } from "./open-store.ts";
import { ensureIdentity } from "./people.ts";
import { readOwnerNames, saveOwnerNames } from "./person-owner-names.ts";
import { rebuildPeople } from "./person-rebuild.ts";
import { findIdentities, readIdentityValue } from "./person-references.ts";
import { writeInTurns } from "./person-writes.ts";
import { recountThread } from "./threads.ts";

const ownerRow = z.object({ id: z.number(), kind: z.enum(identityKinds), value: z.string() });

export interface AppliedOwner {
  /** Values that became the owner's, and that are no longer. */
  added: string[];
  removed: string[];
  /** Items whose direction changed; their threads' verdicts are out of date. */
  changedItems: number;
  threadIds: number[];
  /** Values that can name nobody. */
  unreadable: string[];
}

/**
 * Makes exactly these identities the owner's: items they sent are from the owner, their threads are counted anew, and all of
 * them are one person. `identities` are normalised values, `names` the owner's names with the usual one first.
 *
 * Contract: idempotent, and a look at two small tables when nothing changed; many short transactions; an interrupted call
 * is completed by the next, because an identity is marked only after its items are done. Call `refreshPeople` afterwards when
 * `changedItems` > 0 or anything was added.
 */
export async function applyOwner(
  store: Store,
  identities: readonly string[],
  names: readonly string[],
): Promise<AppliedOwner> {
  const current = store.read.all(ownerRow, "SELECT id, kind, value FROM identities WHERE is_owner = 1");
  const wanted = new Set(identities);
  const held = new Set(current.map((one) => one.value));
  const result: AppliedOwner = { added: [], removed: [], changedItems: 0, threadIds: [], unreadable: [] };
  const threadIds = new Set<number>();
  for (const value of [...wanted].filter((each) => !held.has(each))) {
    const ids = await ensureValue(store, value);
    if (ids.length === 0) result.unreadable.push(value);
    else result.added.push(value);
    for (const id of ids) result.changedItems += await setOwner(store, id, true, threadIds);
  }
  for (const one of current.filter((each) => !wanted.has(each.value))) {
    result.removed.push(one.value);
    result.changedItems += await setOwner(store, one.id, false, threadIds);
  }
  const renamed = JSON.stringify(await readOwnerNames(store)) !== JSON.stringify(names);
  if (renamed) await store.write((tx) => saveOwnerNames(tx, names));
  if (renamed || result.added.length + result.removed.length > 0) await rebuildPeople(store);
  result.threadIds = [...threadIds];
  return result;
}

async function ensureValue(store: Store, value: string): Promise<number[]> {
  const found = await findIdentities(store, value);
  if (found.length > 0) return found.map((one) => one.id);
  const identity = readIdentityValue(value);
  if (identity === null) return [];
  return [await store.write((tx) => ensureIdentity(tx.sql, identity, "").id)];
}

/** Marks one identity, and turns round what it sent. What has Sent evidence stays the owner's in any case. */
async function setOwner(store: Store, id: number, isOwner: boolean, threadIds: Set<number>): Promise<number> {
  let changed = 0;
  for (;;) {
    const itemIds = store.read.numbers("SELECT id FROM items WHERE sender_id = ? ORDER BY id", id);
    await writeInTurns(store, itemIds, (tx, itemId) => {
      changed += turnItem(tx, itemId, isOwner);
    });
    const threads = store.read.numbers(
      "SELECT DISTINCT thread_id FROM items WHERE sender_id = ? AND thread_id IS NOT NULL",
      id,
    );
    await writeInTurns(store, threads, (tx, threadId) => recountThread(tx.sql, threadId));
    for (const threadId of threads) threadIds.add(threadId);
    if (await markIdentity(store, id, isOwner, itemIds.length)) return changed;
  }
}

function turnItem(tx: Tx, itemId: number, isOwner: boolean): number {
  return tx.sql.run(
    "UPDATE items SET from_owner = (sent_evidence = 1 OR ?1) WHERE id = ?2 AND from_owner <> (sent_evidence = 1 OR ?1)",
    Number(isOwner),
    itemId,
  ).changes;
}

/** False when items arrived meanwhile: then those are turned round first. */
async function markIdentity(store: Store, id: number, isOwner: boolean, countedItems: number): Promise<boolean> {
  return await store.write((tx) => {
    const now = tx.sql.number("SELECT count(*) FROM items WHERE sender_id = ?", id) ?? 0;
    if (now !== countedItems) return false;
    tx.sql.run("UPDATE identities SET is_owner = ? WHERE id = ?", Number(isOwner), id);
    return true;
  });
}
