import type { Identity } from "../../core/item.ts";
import type { ContactTableRow } from "./contact-table.ts";
import { identitiesOf, identityKey } from "./same-cell.ts";

export const keyColumn = "steward_id";

export interface MatchedRows {
  /** The row of the second table for each matched row of the first. */
  pairs: Map<ContactTableRow, ContactTableRow>;
  /** Rows of either table that share an address with several, and none more than the others: nobody can say which is which. */
  unclear: Set<ContactTableRow>;
}

/**
 * Finds the rows of two tables that are the same contact: by the key column, else by shared addresses, numbers and handles
 * (the pair that shares most; an equal name decides between equals), else, for rows that name nobody by address, by an equal
 * name that neither table has twice. Never by a name alone where there are addresses. Order and place play no part.
 * Contract: pure.
 */
export function matchContacts(
  first: readonly ContactTableRow[],
  second: readonly ContactTableRow[],
  region: string,
): MatchedRows {
  const pairs = new Map<ContactTableRow, ContactTableRow>();
  const taken = new Set<ContactTableRow>();
  const pair = (a: ContactTableRow, b: ContactTableRow): void => {
    pairs.set(a, b);
    taken.add(b);
  };
  const open = (): [ContactTableRow[], ContactTableRow[]] => [
    first.filter((row) => !pairs.has(row)),
    second.filter((row) => !taken.has(row)),
  ];
  for (const [a, b] of pairByUnique(...open(), keyOf)) pair(a, b);
  const scores = scoresOf(...open(), region);
  let found = mutualBest(scores, pairs, taken);
  while (found.length > 0) {
    for (const [a, b] of found) pair(a, b);
    found = mutualBest(scores, pairs, taken);
  }
  const unclear = new Set<ContactTableRow>();
  for (const { a, b } of scores) if (!pairs.has(a) && !taken.has(b)) unclear.add(a).add(b);
  const nameless = (row: ContactTableRow): string =>
    keyOf(row) === "" && identitiesOf(row, region).length === 0 ? nameOf(row) : "";
  for (const [a, b] of pairByUnique(...open(), nameless)) pair(a, b);
  return { pairs, unclear };
}

export function nameOf(row: ContactTableRow): string {
  return (row.cells.get("name") ?? "").normalize("NFC").replace(/\s+/g, " ").trim();
}

function keyOf(row: ContactTableRow): string {
  return (row.cells.get(keyColumn) ?? "").trim();
}

/** Pairs of rows with one value that each table has exactly once. */
function pairByUnique(
  first: readonly ContactTableRow[],
  second: readonly ContactTableRow[],
  wordOf: (row: ContactTableRow) => string,
): [ContactTableRow, ContactTableRow][] {
  const inFirst = Map.groupBy(first, wordOf);
  const inSecond = Map.groupBy(second, wordOf);
  return [...inFirst].flatMap(([value, rows]): [ContactTableRow, ContactTableRow][] => {
    const [a, more] = rows;
    const [b, others] = inSecond.get(value) ?? [];
    const isUnique = value !== "" && more === undefined && others === undefined;
    return isUnique && a !== undefined && b !== undefined ? [[a, b]] : [];
  });
}

interface Score {
  a: ContactTableRow;
  b: ContactTableRow;
  score: number;
}

/** Every two rows that share something and are not known to be two contacts. */
function scoresOf(first: readonly ContactTableRow[], second: readonly ContactTableRow[], region: string): Score[] {
  const holders = new Map<string, ContactTableRow[]>();
  for (const row of second) {
    for (const identity of identitiesOf(row, region)) {
      const key = identityKey(identity);
      holders.set(key, [...(holders.get(key) ?? []), row]);
    }
  }
  const scores: Score[] = [];
  for (const a of first) {
    const shared = new Map<ContactTableRow, Identity[]>();
    for (const identity of identitiesOf(a, region)) {
      for (const b of holders.get(identityKey(identity)) ?? []) shared.set(b, [...(shared.get(b) ?? []), identity]);
    }
    for (const [b, identities] of shared) {
      if (areApart(a, b, identities)) continue;
      scores.push({ a, b, score: identities.length * 2 + (nameOf(a) === nameOf(b) ? 1 : 0) });
    }
  }
  return scores;
}

/**
 * Two with different keys are two contacts, whatever they share. So are two of different names that share a number only, while
 * each has addresses of its own: a landline belongs to a household.
 */
function areApart(a: ContactTableRow, b: ContactTableRow, shared: readonly Identity[]): boolean {
  if (keyOf(a) !== "" && keyOf(b) !== "") return keyOf(a) !== keyOf(b);
  const isNumberOnly = shared.every((identity) => identity.kind === "phone");
  const haveAddresses = [a, b].every((row) => (row.cells.get("emails") ?? "") !== "");
  return isNumberOnly && haveAddresses && nameOf(a) !== nameOf(b);
}

/** Pairs in which each row is the other's best, and nobody else is as good. */
function mutualBest(
  scores: readonly Score[],
  pairs: ReadonlyMap<ContactTableRow, ContactTableRow>,
  taken: ReadonlySet<ContactTableRow>,
): [ContactTableRow, ContactTableRow][] {
  const live = scores.filter(({ a, b }) => !pairs.has(a) && !taken.has(b));
  const best = new Map<ContactTableRow, { score: number; count: number }>();
  for (const { a, b, score } of live) {
    for (const row of [a, b]) {
      const before = best.get(row);
      if (before === undefined || score > before.score) best.set(row, { score, count: 1 });
      else if (score === before.score) before.count += 1;
    }
  }
  const isBest = (row: ContactTableRow, score: number): boolean => {
    const found = best.get(row);
    return found?.score === score && found.count === 1;
  };
  return live.flatMap(({ a, b, score }): [ContactTableRow, ContactTableRow][] =>
    isBest(a, score) && isBest(b, score) ? [[a, b]] : [],
  );
}
