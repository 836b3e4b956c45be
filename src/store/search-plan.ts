import type { SqlValue } from "./connection.ts";
import type { SearchQuery } from "./search-query.ts";
import { firstItemIdAt, idsPerSecond } from "./take-items.ts";

/** FROM and WHERE of a search, with their values; `id` is the expression of the item's id. */
export interface SearchPlan {
  id: string;
  from: string;
  where: string;
  values: SqlValue[];
  /** True when the index finds the hits, which bm25 can then weigh. */
  isIndexed: boolean;
}

const lastId = 2 ** 53 - 1;

/** How a query is answered: from the index, or by walking the items when it names no words. Null when it asks for nothing. */
export function planSearch(query: SearchQuery): SearchPlan | null {
  const fromId = query.fromMs === null ? 0 : idAt(query.fromMs);
  const endId = query.beforeMs === null ? lastId : idAt(query.beforeMs);
  // Items without a date have the ids of the first second, and are neither before nor after anything.
  const firstId = query.beforeMs === null ? fromId : Math.max(fromId, idsPerSecond);
  if (query.match === null && query.exclude === null && query.conditions.length === 0) {
    if (query.fromMs === null && query.beforeMs === null) return null;
  }
  return query.match === null ? planWalk(query, firstId, endId) : planMatch(query, query.match, firstId, endId);
}

function planMatch(query: SearchQuery, match: string, firstId: number, endId: number): SearchPlan {
  const expression = query.exclude === null ? match : `(${match}) NOT (${query.exclude})`;
  const where = ["search MATCH ?", "search.rowid >= ?", "search.rowid < ?", ...conditionSql(query)].join(" AND ");
  const from =
    query.conditions.length === 0
      ? "search"
      : "search CROSS JOIN items i ON i.id = search.rowid LEFT JOIN threads t ON t.id = i.thread_id";
  return { id: "search.rowid", from, where, values: [expression, firstId, endId], isIndexed: true };
}

function planWalk(query: SearchQuery, firstId: number, endId: number): SearchPlan {
  const where = ["i.superseded_by IS NULL", "i.id >= ?", "i.id < ?"];
  const values: SqlValue[] = [firstId, endId];
  if (query.exclude !== null) {
    where.push("i.id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)");
    values.push(query.exclude);
  }
  const from = query.conditions.length === 0 ? "items i" : "items i LEFT JOIN threads t ON t.id = i.thread_id";
  return { id: "i.id", from, where: [...where, ...conditionSql(query)].join(" AND "), values, isIndexed: false };
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

function idAt(ms: number): number {
  return firstItemIdAt(new Date(Math.max(0, ms)).toISOString());
}
