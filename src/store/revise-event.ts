import { z } from "zod";
import { type DraftItem, type EventDetails, eventSchema } from "../core/item.ts";
import { rawText } from "../core/untrusted.ts";
import type { Connection } from "./connection.ts";
import { ensureIdentity } from "./people.ts";
import { reindexItem } from "./reindex-item.ts";
import { jsonText } from "./row-types.ts";

const eventRow = z.object({ thread_id: z.number().nullable(), event: jsonText.pipe(eventSchema).nullable() });

/**
 * An event says other things in the same words: an answer, a guest, a repeat, that it is cancelled. What is newer is kept, with
 * its people, and its thread is judged anew. `sightedHere`: the same record of the same source said it before. Returns whether
 * anything changed.
 */
export function reviseEvent(sql: Connection, itemId: number, draft: DraftItem, sightedHere: boolean): boolean {
  if (draft.kind !== "event" || draft.event === null) return false;
  const row = sql.get(eventRow, "SELECT thread_id, event FROM items WHERE id = ?", itemId);
  if (row === null) return false;
  if (row.event !== null && !isNewer(draft.event, row.event, sightedHere)) return false;
  const event = JSON.stringify(draft.event);
  const attachments = JSON.stringify(draft.attachments);
  const { changes } = sql.run(
    "UPDATE items SET event = ?, attachments = ? WHERE id = ? AND (event IS NOT ? OR attachments IS NOT ?)",
    event,
    attachments,
    itemId,
    event,
    attachments,
  );
  if (changes === 0) return false;
  sql.run("DELETE FROM item_parties WHERE item_id = ?", itemId);
  for (const { role, identity, name } of draft.parties) {
    sql.run(
      "INSERT OR IGNORE INTO item_parties (item_id, role, identity_id, name) VALUES (?, ?, ?, ?)",
      itemId,
      role,
      ensureIdentity(sql, identity, rawText(name)).id,
      rawText(name),
    );
  }
  reindexItem(sql, itemId);
  if (row.thread_id !== null) sql.run("DELETE FROM verdicts WHERE thread_id = ?", row.thread_id);
  return true;
}

/** The owner's own calendar knows better than one that others share; else what was changed last, where that is told. */
function isNewer(said: EventDetails, kept: EventDetails, sightedHere: boolean): boolean {
  if (said.ownCalendar !== kept.ownCalendar) return said.ownCalendar;
  if (said.updatedAt !== null && kept.updatedAt !== null && said.updatedAt !== kept.updatedAt)
    return said.updatedAt > kept.updatedAt;
  if (said.sequence !== kept.sequence) return said.sequence > kept.sequence;
  if (sightedHere || kept.updatedAt === null) return true;
  return said.ownAnswer !== null && kept.ownAnswer === null;
}
