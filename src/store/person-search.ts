import { z } from "zod";
import { fold, foldedWords } from "../core/fold.ts";
import { emailIdentity, phoneIdentity } from "../core/identity.ts";
import type { Store } from "./open-store.ts";
import { loadContactRows } from "./person-contact-rows.ts";
import { loadSummaries, type PersonSummary } from "./person-summaries.ts";

const nameRow = z.object({ person_id: z.number(), person: z.string(), value: z.string(), name: z.string() });

/**
 * People by what the owner types: an exact address, number or handle first, then an exact name or alias, then names,
 * addresses and organisations that have a word beginning with each word typed. Ids, best match first, at most `limit`.
 * `region` is how a national number is read.
 */
export async function searchPeople(store: Store, query: string, limit: number, region = ""): Promise<number[]> {
  const exact = exactValues(query, region);
  const found = store.read.numbers(
    "SELECT DISTINCT person_id FROM identities WHERE value IN (SELECT value FROM json_each(?)) ORDER BY written_count DESC",
    JSON.stringify(exact),
  );
  if (found.length > 0) return found.slice(0, limit);
  const whole = fold(query).trim();
  const words = foldedWords(query);
  if (words.length === 0) return [];
  const equal = new Set<number>();
  const alike = new Set<number>();
  for (const { personId, texts } of await loadNames(store)) {
    if (texts.some((text) => fold(text).trim() === whole)) equal.add(personId);
    else if (matchesWords(texts, words)) alike.add(personId);
  }
  return [...equal, ...[...alike].filter((id) => !equal.has(id))].slice(0, limit);
}

function exactValues(query: string, region: string): string[] {
  const typed = query.trim();
  return [typed, typed.toLowerCase(), emailIdentity(typed)?.value, phoneIdentity(typed, region)?.value].flatMap(
    (value) => value ?? [],
  );
}

/** Everybody's names and addresses, the most written to first. */
async function loadNames(store: Store): Promise<{ personId: number; texts: string[] }[]> {
  const rows = store.read.all(
    nameRow,
    `SELECT n.person_id, p.name AS person, n.value, n.name FROM identities n JOIN people p ON p.id = n.person_id
     ORDER BY n.in_contacts DESC, n.written_count DESC, n.seen_count DESC, n.id`,
  );
  const listed = (await loadContactRows(store)).flatMap((row) => {
    const personId = store.read.number("SELECT id FROM people WHERE contact_key = ?", row.key);
    return personId === null ? [] : [{ personId, texts: [row.name, ...row.aliases, row.organisation] }];
  });
  return [...listed, ...rows.map((row) => ({ personId: row.person_id, texts: [row.person, row.name, row.value] }))];
}

function matchesWords(texts: readonly string[], words: readonly string[]): boolean {
  const inside = texts.flatMap(foldedWords);
  return words.every((word) => inside.some((each) => each.startsWith(word)));
}

/**
 * People for a list: those that match `query`, or (null) the known ones first and then those who write most. Without the
 * owner unless asked for by query.
 */
export async function listPeople(
  store: Store,
  options: { query: string | null; limit: number; region?: string },
): Promise<PersonSummary[]> {
  const ids =
    options.query !== null
      ? await searchPeople(store, options.query, options.limit, options.region)
      : store.read.numbers(
          `SELECT p.id FROM people p LEFT JOIN identities n ON n.person_id = p.id
           GROUP BY p.id HAVING coalesce(max(n.is_owner), 0) = 0
           ORDER BY p.contact_key IS NOT NULL OR coalesce(sum(n.written_count), 0) > 0 DESC, sum(n.written_count) DESC, sum(n.seen_count) DESC, p.id LIMIT ?`,
          options.limit,
        );
  return await loadSummaries(store, ids);
}
