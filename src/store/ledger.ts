import { z } from "zod";
import { canonicalJson, sha256Hex } from "../core/canonical.ts";
import type { Tx } from "./open-store.ts";
import { type Reading, sqlOf } from "./reading.ts";
import { jsonText } from "./row-types.ts";

export const ledgerKinds = [
  "proposed",
  "revised",
  "decided",
  "refused",
  "dropped",
  "prepared",
  "committing",
  "done",
  "failed",
  "not_done",
  "unknown",
  "settled_by_owner",
  "undoing",
  "undone",
  "undo_failed",
  "marked_done",
  "stopped",
  "resumed",
  "policy",
  "cap_lifted",
  "heard",
] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

const ledgerRow = z.object({
  seq: z.number(),
  at: z.string(),
  kind: z.enum(ledgerKinds),
  card_id: z.string().nullable(),
  body: jsonText.pipe(z.record(z.string(), z.unknown())),
  previous: z.string(),
  hash: z.string(),
});
/** One entry: what happened, and the hash that chains it to the one before. */
export interface LedgerEntry {
  seq: number;
  at: string;
  kind: LedgerKind;
  cardId: string | null;
  body: Record<string, unknown>;
  previous: string;
  hash: string;
}

const columns = "seq, at, kind, card_id, body, previous, hash";
/** What the first entry follows. */
export const ledgerRoot = "0".repeat(64);

const toEntry = ({ card_id, ...row }: z.output<typeof ledgerRow>): LedgerEntry => ({ ...row, cardId: card_id });

/** The hash of an entry: over everything in it and the hash of the one before. */
export function hashEntry(entry: Omit<LedgerEntry, "hash">): string {
  const { seq, at, kind, cardId, body, previous } = entry;
  return sha256Hex(canonicalJson({ seq, at, kind, cardId, body, previous }));
}

/**
 * Adds an entry, in the transaction of what it tells. Contract: the table itself refuses to change or lose an entry; on the
 * door's connection it is on disk when the transaction is.
 */
export async function appendLedger(
  tx: Tx,
  entry: { kind: LedgerKind; cardId: string | null; body: Record<string, unknown> },
): Promise<LedgerEntry> {
  const last = await ledgerHead(tx);
  const previous = last?.hash ?? ledgerRoot;
  const body: Record<string, unknown> = JSON.parse(canonicalJson(entry.body));
  const whole = { seq: (last?.seq ?? 0) + 1, at: tx.nowAt, kind: entry.kind, cardId: entry.cardId, body, previous };
  const hash = hashEntry(whole);
  tx.sql.run(
    "INSERT INTO ledger (seq, at, kind, card_id, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
    whole.seq,
    whole.at,
    whole.kind,
    whole.cardId,
    canonicalJson(body),
    previous,
    hash,
  );
  return { ...whole, hash };
}

/** The newest entry; null when nothing ever happened. */
export async function ledgerHead(reading: Reading): Promise<LedgerEntry | null> {
  const row = sqlOf(reading).get(ledgerRow, `SELECT ${columns} FROM ledger ORDER BY seq DESC LIMIT 1`);
  return row === null ? null : toEntry(row);
}

export interface LedgerQuery {
  cardId?: string;
  kinds?: readonly LedgerKind[];
  /** Entries before this one, for paging back. */
  beforeSeq?: number;
  /** UTC ISO-8601. */
  sinceAt?: string;
  limit: number;
}

/** Entries, newest first. */
export async function listLedger(reading: Reading, query: LedgerQuery): Promise<LedgerEntry[]> {
  const rows = sqlOf(reading).all(
    ledgerRow,
    `SELECT ${columns} FROM ledger WHERE (?1 IS NULL OR card_id = ?1) AND (?2 IS NULL OR kind IN (SELECT value FROM json_each(?2)))
       AND (?3 IS NULL OR seq < ?3) AND (?4 IS NULL OR at >= ?4) ORDER BY seq DESC LIMIT ?5`,
    query.cardId ?? null,
    query.kinds === undefined ? null : JSON.stringify(query.kinds),
    query.beforeSeq ?? null,
    query.sinceAt ?? null,
    query.limit,
  );
  return rows.map(toEntry);
}

/** A stretch of the chain, oldest first, for verifying; rows that are no entries at all are given as null with their number. */
export async function readLedgerChain(
  reading: Reading,
  afterSeq: number,
  limit: number,
): Promise<{ seq: number; entry: LedgerEntry | null }[]> {
  const rows = sqlOf(reading).all(
    z.looseObject({ seq: z.number() }),
    `SELECT ${columns} FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?`,
    afterSeq,
    limit,
  );
  return rows.map((row) => {
    try {
      return { seq: row.seq, entry: toEntry(ledgerRow.parse(row)) };
    } catch {
      return { seq: row.seq, entry: null };
    }
  });
}
