import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

const itemIds = jsonText.pipe(z.array(z.number().int()));

const acceptedRow = z
  .object({ name: z.string(), sha256: z.string(), content: z.string(), accepted_at: z.string() })
  .transform((row) => ({
    name: row.name,
    sha256: row.sha256,
    content: row.content,
    acceptedAt: row.accepted_at,
  }));
/** A skill of the owner's own, as they accepted it. */
export type AcceptedSkill = z.output<typeof acceptedRow>;

export async function listAcceptedSkills(reading: Reading): Promise<AcceptedSkill[]> {
  return sqlOf(reading).all(acceptedRow, "SELECT * FROM accepted_skills ORDER BY name");
}

/** From now on the file with exactly this content is loaded. */
export async function acceptSkill(tx: Tx, skill: Omit<AcceptedSkill, "acceptedAt">): Promise<void> {
  tx.sql.run(
    `INSERT INTO accepted_skills (name, sha256, content, accepted_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, content = excluded.content, accepted_at = excluded.accepted_at`,
    skill.name,
    skill.sha256,
    skill.content,
    tx.nowAt,
  );
}

/** `words`: the owner said it; `yes`: they accepted a proposal; `consolidation`: they accepted a candidate. */
export const noteOrigins = ["words", "yes", "consolidation"] as const;

const noteRow = z
  .object({
    name: z.string(),
    made_key: z.string().nullable(),
    made_from: z.enum(noteOrigins),
    item_ids: itemIds,
    made_at: z.string(),
  })
  .transform((row) => ({
    name: row.name,
    /** The run and the call that made it; null when it came of no run. */
    madeKey: row.made_key,
    madeFrom: row.made_from,
    /** The items that had been read when it was written: whoever reads it has read them. */
    itemIds: row.item_ids,
    madeAt: row.made_at,
  }));
/** Where a note of `memory/notes/` comes from. Its text is in the file alone. */
export type NoteOrigin = z.output<typeof noteRow>;

export async function listNoteOrigins(reading: Reading): Promise<NoteOrigin[]> {
  return sqlOf(reading).all(noteRow, "SELECT * FROM memory_notes ORDER BY name");
}

export async function getNoteByKey(reading: Reading, key: string): Promise<NoteOrigin | null> {
  return sqlOf(reading).get(noteRow, "SELECT * FROM memory_notes WHERE made_key = ?", key);
}

/** Says where a note comes from. A name that is there keeps every item it ever came from. */
export async function insertNoteOrigin(tx: Tx, note: Omit<NoteOrigin, "madeAt">): Promise<void> {
  tx.sql.run(
    `INSERT INTO memory_notes (name, made_key, made_from, item_ids, made_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET made_from = excluded.made_from,
       item_ids = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(memory_notes.item_ids)
         UNION SELECT value FROM json_each(excluded.item_ids)))`,
    note.name,
    note.madeKey,
    note.madeFrom,
    JSON.stringify(note.itemIds),
    tx.nowAt,
  );
}

export async function deleteNoteOrigin(tx: Tx, name: string): Promise<void> {
  tx.sql.run("DELETE FROM memory_notes WHERE name = ?", name);
}

const cardItemRow = z.object({ file: z.string(), item: z.number() });

/** By the name of a file of `memory/`, the items that had been read when a card (`home.note`) added to it. */
export async function listNoteCardItems(reading: Reading): Promise<Map<string, number[]>> {
  const rows = sqlOf(reading).all(
    cardItemRow,
    `SELECT DISTINCT json_extract(r.content, '$.input.file') AS file, i.value AS item
     FROM cards c JOIN card_revisions r ON r.card_id = c.id AND r.revision = c.revision, json_each(c.origin, '$.itemsRead') i
     WHERE c.action = 'home.note' AND c.state = 'done' ORDER BY file, item`,
  );
  const byFile = Map.groupBy(rows, ({ file }) => file);
  return new Map([...byFile].map(([file, found]) => [file, found.map(({ item }) => item)]));
}
