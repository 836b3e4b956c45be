import { z } from "zod";
import type { Store } from "./open-store.ts";
import { type Found, loadHits, type SearchHit } from "./search-hits.ts";
import { planSearch, type SearchPlan } from "./search-plan.ts";
import type { SearchQuery } from "./search-query.ts";
import { idsPerSecond } from "./take-items.ts";

export type { SearchHit } from "./search-hits.ts";

export type SearchOrder = "relevance" | "newest";

export interface SearchOptions {
  /** How many hits to return. */
  limit: number;
  order: SearchOrder;
  nowMs: number;
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
  const byRelevance = options.order === "relevance" && plan.isIndexed;
  const limit = byRelevance ? rankedHits : Math.max(countedHits, options.limit);
  const { best, count } = byRelevance ? rankHits(store, plan, options) : newestHits(store, plan, limit, options.limit);
  const hits = loadHits(store, best, query.highlights);
  return {
    ...result,
    hits,
    total: count,
    totalIsExact: count < limit,
    ranked: byRelevance && count === rankedHits ? { newest: rankedHits } : null,
    tookMs: performance.now() - started,
  };
}

/** The hits to show, best first, and how many there are up to the bound of their kind of search. */
interface Answer {
  best: Found[];
  count: number;
}

/** One walk through the newest hits gives both their number and those to show. */
function newestHits(store: Store, plan: SearchPlan, counted: number, limit: number): Answer {
  const ids = store.read.numbers(
    `SELECT ${plan.id} FROM ${plan.from} WHERE ${plan.where} ORDER BY ${plan.id} DESC LIMIT ?`,
    ...plan.values,
    counted,
  );
  return { best: ids.slice(0, limit).map((id) => ({ id, score: 0 })), count: ids.length };
}

const scoreRow = z.object({ id: z.number(), score: z.number(), count: z.number() });

/**
 * Weighs the newest hits and counts them in the same pass: a phrase of common words, a prefix or a join is too dear to be
 * walked twice.
 */
function rankHits(store: Store, plan: SearchPlan, options: SearchOptions): Answer {
  // Weights in the order of the columns: sender, recipients, subject, body, attachments, place.
  const relevance = "-bm25(search, 3.0, 1.5, 5.0, 1.0, 0.7, 0.0)";
  const ageDays = `max(0.0, ? - search.rowid / ${idsPerSecond}) / 86400.0`;
  const rows = store.read.all(
    scoreRow,
    `WITH weighed AS MATERIALIZED (
       SELECT search.rowid AS id,
         ${relevance} * (1.0 + ${recencyGain.toFixed(1)} / (1.0 + ${ageDays} / ${recencyDays.toFixed(1)})) AS score
       FROM ${plan.from} WHERE ${plan.where} ORDER BY search.rowid DESC LIMIT ${rankedHits})
     SELECT id, score, (SELECT count(*) FROM weighed) AS count FROM weighed ORDER BY score DESC, id DESC LIMIT ?`,
    Math.floor(options.nowMs / 1000),
    ...plan.values,
    options.limit,
  );
  return { best: rows.map(({ id, score }) => ({ id, score })), count: rows[0]?.count ?? 0 };
}
