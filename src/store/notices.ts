import { z } from "zod";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";

const noticeRow = z
  .object({
    id: z.number(),
    key: z.string(),
    kind: z.string(),
    level: z.enum(["push", "show"]),
    text: z.string(),
    card_id: z.string().nullable(),
    thread_id: z.number().nullable(),
    at: z.string(),
    pushed_at: z.string().nullable(),
    seen_at: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    /** What it is about: the same key is told once. */
    key: row.key,
    /** `urgent`, `card`, `reminder`, `alert`. */
    kind: row.kind,
    /** `push` may interrupt the owner; `show` waits until they look. */
    level: row.level,
    text: row.text,
    cardId: row.card_id,
    threadId: row.thread_id,
    at: row.at,
    pushedAt: row.pushed_at,
    seenAt: row.seen_at,
  }));
export type Notice = z.output<typeof noticeRow>;

export interface NewNotice {
  key: string;
  kind: string;
  level: "push" | "show";
  /** Plain text by code. */
  text: string;
  cardId?: string | null;
  threadId?: number | null;
}

/** Tells the owner something once. Returns false when that was told before. */
export async function addNotice(tx: Tx, notice: NewNotice): Promise<boolean> {
  const { changes } = tx.sql.run(
    "INSERT OR IGNORE INTO notices (key, kind, level, text, card_id, thread_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    notice.key,
    notice.kind,
    notice.level,
    notice.text,
    notice.cardId ?? null,
    notice.threadId ?? null,
    tx.nowAt,
  );
  return changes > 0;
}

/** Whether that was told before. */
export async function hasNotice(reading: Reading, key: string): Promise<boolean> {
  return sqlOf(reading).number("SELECT 1 FROM notices WHERE key = ?", key) !== null;
}

const columns = "id, key, kind, level, text, card_id, thread_id, at, pushed_at, seen_at";

/** Those that should interrupt and have not yet, oldest first. */
export async function listUnpushed(reading: Reading, limit: number): Promise<Notice[]> {
  return sqlOf(reading).all(
    noticeRow,
    `SELECT ${columns} FROM notices WHERE level = 'push' AND pushed_at IS NULL ORDER BY at, id LIMIT ?`,
    limit,
  );
}

/** The newest, for the page and the terminal. */
export async function listNotices(reading: Reading, options: { unseen: boolean; limit: number }): Promise<Notice[]> {
  return sqlOf(reading).all(
    noticeRow,
    `SELECT ${columns} FROM notices WHERE (NOT ?1 OR seen_at IS NULL) ORDER BY at DESC, id DESC LIMIT ?2`,
    Number(options.unseen),
    options.limit,
  );
}

/** How many interrupted the owner since then, but for those of these kinds. */
export async function countPushedSince(
  reading: Reading,
  sinceAt: string,
  exceptKinds: readonly string[],
): Promise<number> {
  return (
    sqlOf(reading).number(
      "SELECT count(*) FROM notices WHERE level = 'push' AND pushed_at >= ? AND kind NOT IN (SELECT value FROM json_each(?))",
      sinceAt,
      JSON.stringify(exceptKinds),
    ) ?? 0
  );
}

/** A notice had its turn: it interrupted, or from now on waits until the owner looks. */
export async function markPushed(tx: Tx, id: number, interrupted: boolean): Promise<void> {
  tx.sql.run(
    "UPDATE notices SET pushed_at = ?, level = ? WHERE id = ? AND pushed_at IS NULL",
    tx.nowAt,
    interrupted ? "push" : "show",
    id,
  );
}

/** The owner looked at these. */
export async function markSeen(tx: Tx, ids: readonly number[]): Promise<void> {
  tx.sql.run(
    "UPDATE notices SET seen_at = ? WHERE seen_at IS NULL AND id IN (SELECT value FROM json_each(?))",
    tx.nowAt,
    JSON.stringify(ids),
  );
}
