import { z } from "zod";
import { channels, untrustedSchema } from "../core/item.ts";
import { rawText, type Untrusted } from "../core/untrusted.ts";
import type { SqlValue } from "./connection.ts";
import type { Store } from "./open-store.ts";
import { jsonText } from "./row-types.ts";
import type { Phrase, SearchQuery } from "./search-query.ts";
import { createRunFold, findSnippet, firstLines, type Snippet } from "./snippet.ts";
import { firstItemIdAt } from "./take-items.ts";

export type SearchOrder = "relevance" | "newest";

export interface SearchOptions {
  /** How many hits to return. */
  limit: number;
  order: SearchOrder;
  nowMs: number;
}

export interface SearchHit {
  itemId: number;
  threadId: number | null;
  sentAt: string | null;
  channel: (typeof channels)[number];
  /** The sender's name, or address where no name is known. */
  sender: Untrusted;
  subject: Untrusted;
  snippet: Snippet;
  /** Higher is better; 0 when ordered by time. */
  score: number;
}

export interface SearchResult {
  hits: SearchHit[];
  /** How many items match; a lower bound when `totalIsExact` is false. */
  total: number;
  totalIsExact: boolean;
  /** Set when only the newest `newest` hits were ranked. */
  ranked: { newest: number } | null;
  tookMs: number;
  notes: string[];
}

const rankedHits = 20_000;
const countedHits = 1_000;
/** How much an item of this moment counts above one of long ago, and after how many days half of that is left. */
const recencyGain = 0.5;
const recencyDays = 60;
const secondsShift = 2 ** 19;
/** Of each hit this many characters are loaded first; most matches lie there. */
const firstPart = 4_000;
const lastId = 2 ** 53 - 1;

/**
 * Finds items: the newest first, or by relevance (BM25 with weights per column, times a gain for recent items), for which
 * only the newest 20,000 hits are weighed. Superseded items are never found. Contract: one read at a time on the store's
 * reading connection; no query text can make it throw.
 */
export async function searchItems(store: Store, query: SearchQuery, options: SearchOptions): Promise<SearchResult> {
  const started = performance.now();
  const plan = planSearch(query);
  const result = { notes: query.notes, ranked: null };
  if (plan === null) return { ...result, hits: [], total: 0, totalIsExact: true, tookMs: performance.now() - started };
  const byRelevance = options.order === "relevance" && query.match !== null;
  const limit = byRelevance ? rankedHits : Math.max(countedHits, options.limit);
  const { count, oldest } = countHits(store, plan, limit);
  const found = byRelevance ? rankHits(store, plan, oldest, options) : newestHits(store, plan, options.limit);
  const mark = createMarker(query.highlights);
  const hits = found.flatMap(({ id, score }) => loadHit(store, id, score, mark) ?? []);
  return {
    ...result,
    hits,
    total: count,
    totalIsExact: count < limit,
    ranked: byRelevance && count === rankedHits ? { newest: rankedHits } : null,
    tookMs: performance.now() - started,
  };
}

/** FROM and WHERE of a search, with their values; `id` is the expression of the item's id. */
interface Plan {
  id: string;
  from: string;
  where: string[];
  values: SqlValue[];
}

function planSearch(query: SearchQuery): Plan | null {
  const fromId = query.fromMs === null ? 0 : idAt(query.fromMs);
  const endId = query.beforeMs === null ? lastId : idAt(query.beforeMs);
  // Items without a date lie before 1970; they are neither before nor after anything.
  const firstId = query.beforeMs === null ? fromId : Math.max(fromId, secondsShift);
  if (query.match === null && query.exclude === null && query.conditions.length === 0) {
    if (query.fromMs === null && query.beforeMs === null) return null;
  }
  return query.match === null ? planWalk(query, firstId, endId) : planMatch(query, query.match, firstId, endId);
}

function planMatch(query: SearchQuery, match: string, firstId: number, endId: number): Plan {
  const expression = query.exclude === null ? match : `(${match}) NOT (${query.exclude})`;
  const where = ["search MATCH ?", "search.rowid >= ?", "search.rowid < ?"];
  const values: SqlValue[] = [expression, firstId, endId];
  if (query.conditions.length === 0) return { id: "search.rowid", from: "search", where, values };
  const from = "search CROSS JOIN items i ON i.id = search.rowid LEFT JOIN threads t ON t.id = i.thread_id";
  return { id: "search.rowid", from, where: [...where, ...conditionSql(query)], values };
}

function planWalk(query: SearchQuery, firstId: number, endId: number): Plan {
  const where = ["i.superseded_by IS NULL", "i.id >= ?", "i.id < ?"];
  const values: SqlValue[] = [firstId, endId];
  if (query.exclude !== null) {
    where.push("i.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)");
    values.push(query.exclude);
  }
  const from = query.conditions.length === 0 ? "items i" : "items i LEFT JOIN threads t ON t.id = i.thread_id";
  return { id: "i.id", from, where: [...where, ...conditionSql(query)], values };
}

function conditionSql(query: SearchQuery): string[] {
  return query.conditions.map(({ name, wanted }) => {
    const sql = {
      from_owner: "i.from_owner = 1",
      to_owner: `EXISTS (SELECT 1 FROM item_parties p JOIN identities n ON n.id = p.identity_id
        WHERE p.item_id = i.id AND p.role IN ('to', 'cc', 'bcc', 'member') AND n.is_owner = 1)`,
      unanswered:
        "(i.kind = 'message' AND i.from_owner = 0 AND i.sent_at IS NOT NULL AND coalesce(t.outbound_at, '') < i.sent_at)",
    }[name];
    return wanted ? sql : `NOT ${sql}`;
  });
}

const countRow = z.object({ count: z.number(), oldest: z.number().nullable() });

/** How many of the newest `limit` hits there are, and the id of the oldest of them. */
function countHits(store: Store, plan: Plan, limit: number): { count: number; oldest: number } {
  const row = store.read.get(
    countRow,
    `SELECT count(*) AS count, min(id) AS oldest FROM
       (SELECT ${plan.id} AS id FROM ${plan.from} WHERE ${plan.where.join(" AND ")} ORDER BY ${plan.id} DESC LIMIT ${limit})`,
    ...plan.values,
  );
  return { count: row?.count ?? 0, oldest: row?.oldest ?? 0 };
}

interface Found {
  id: number;
  score: number;
}

function newestHits(store: Store, plan: Plan, limit: number): Found[] {
  return store.read
    .numbers(
      `SELECT ${plan.id} FROM ${plan.from} WHERE ${plan.where.join(" AND ")} ORDER BY ${plan.id} DESC LIMIT ?`,
      ...plan.values,
      limit,
    )
    .map((id) => ({ id, score: 0 }));
}

const scoreRow = z.object({ id: z.number(), score: z.number() });

function rankHits(store: Store, plan: Plan, oldest: number, options: SearchOptions): Found[] {
  // Weights in the order of the columns: sender, recipients, subject, body, attachments, place.
  const relevance = "-bm25(search, 3.0, 1.5, 5.0, 1.0, 0.7, 0.0)";
  const ageDays = `max(0.0, ? - search.rowid / ${secondsShift}) / 86400.0`;
  return store.read.all(
    scoreRow,
    `SELECT search.rowid AS id, ${relevance} * (1.0 + ${recencyGain.toFixed(1)} / (1.0 + ${ageDays} / ${recencyDays.toFixed(1)})) AS score
     FROM ${plan.from} WHERE ${plan.where.join(" AND ")} AND search.rowid >= ? ORDER BY score DESC, id DESC LIMIT ?`,
    Math.floor(options.nowMs / 1000),
    ...plan.values,
    oldest,
    options.limit,
  );
}

const hitRow = z.object({
  id: z.number(),
  thread_id: z.number().nullable(),
  sent_at: z.string().nullable(),
  channel: z.enum(channels),
  subject: untrustedSchema,
  text: z.string(),
  sender: untrustedSchema,
});

const senderSql = `CASE WHEN p.name <> n.value THEN p.name WHEN n.name <> '' THEN n.name
  WHEN n.kind IN ('handle', 'chatname') THEN substr(n.value, instr(n.value, ':') + 1) ELSE coalesce(n.value, '') END`;
const hitSelect = `SELECT i.id, i.thread_id, i.sent_at, i.channel, i.subject, substr(t.text, 1, ${firstPart}) AS text,
  ${senderSql} AS sender
  FROM items i JOIN item_texts t ON t.item_id = i.id LEFT JOIN identities n ON n.id = i.sender_id
  LEFT JOIN people p ON p.id = n.person_id WHERE i.id = ?`;

/** Finds the words of a query in a text; null when none of them is there. */
type Marker = (text: string) => Snippet | null;

function createMarker(phrases: readonly Phrase[]): Marker {
  const foldRun = createRunFold();
  return (text) => (text === "" || phrases.length === 0 ? null : findSnippet(text, phrases, foldRun));
}

function loadHit(store: Store, id: number, score: number, mark: Marker): SearchHit | null {
  const row = store.read.get(hitRow, hitSelect, id);
  if (row === null) return null;
  return {
    itemId: row.id,
    threadId: row.thread_id,
    sentAt: row.sent_at,
    channel: row.channel,
    sender: row.sender,
    subject: row.subject,
    snippet: mark(row.text) ?? searchRest(store, row, mark),
    score,
  };
}

const restRow = z.object({
  text: z.string(),
  quoted: z.string(),
  signature: z.string(),
  attachments: jsonText.pipe(z.array(z.object({ name: untrustedSchema, text: untrustedSchema }))),
});

/** What the beginning does not hold may be further down, in what it quotes, below the signature line, or in a file. */
function searchRest(store: Store, row: z.output<typeof hitRow>, mark: Marker): Snippet {
  const rest = store.read.get(
    restRow,
    `SELECT substr(t.text, 1, 100000) AS text, substr(t.quoted, 1, 100000) AS quoted, t.signature, i.attachments
     FROM items i JOIN item_texts t ON t.item_id = i.id WHERE i.id = ?`,
    row.id,
  );
  if (rest === null) return firstLines(row.text);
  const beginning = firstLines(row.text === "" ? rest.quoted : row.text);
  const files = rest.attachments.map((file) => `${rawText(file.name)}: ${rawText(file.text)}`);
  const inText = (row.text.length < firstPart ? null : mark(rest.text)) ?? mark(rest.quoted) ?? mark(rest.signature);
  if (inText !== null || mark(rawText(row.subject)) !== null) return inText ?? beginning;
  for (const file of files) {
    const snippet = mark(file);
    if (snippet !== null) return snippet;
  }
  return beginning;
}

function idAt(ms: number): number {
  return firstItemIdAt(new Date(Math.max(0, ms)).toISOString());
}
