import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rawText } from "../../src/core/untrusted.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { type SearchOrder, searchItems } from "../../src/store/search.ts";
import { parseQuery } from "../../src/store/search-query.ts";
import { clock, draft, nowMs, prepare, registerAb, take } from "./store-fixture.ts";

/** A message as the brute force sees it: the words of each column, in the order of the index. */
interface Row {
  id: number;
  sentMs: number;
  columns: string[][];
}

type Matcher = (row: Row) => boolean;

const count = 3_000;
const weights = [3, 1.5, 5, 1, 0.7, 0];
const vocabulary = [
  "alpha",
  "alpine",
  "alps",
  "bravo",
  "brave",
  "cargo",
  "delta",
  "echo",
  "fox",
  "golf",
  "hotel",
  "kilo",
];

/** The same numbers on every run; small ones come up most, so that some words are very common and some rare. */
function* numbers(): Generator<number> {
  for (let state = 12_345; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

describe("search against reading every message", () => {
  let store: Store;
  let rows: Row[];
  const folder = mkdtempSync(join(tmpdir(), "steward-brute-"));

  beforeAll(async () => {
    store = await openStore(join(folder, "steward.db"), { clock });
    await registerAb(store);
    const random = numbers();
    const next = (): number => random.next().value ?? 0;
    const words = (most: number): string =>
      Array.from({ length: 1 + Math.floor(next() * most) }, () => vocabulary[Math.floor(next() ** 3 * 12)]).join(" ");
    const drafts = Array.from({ length: count }, (_, at) =>
      draft({
        id: `m${at}`,
        at: new Date(Date.UTC(2020, 0, 1) + at * 70_000_000).toISOString(),
        from: `${vocabulary[Math.floor(next() * 12)]}@one.example`,
        to: [`${vocabulary[Math.floor(next() * 12)]}@two.example`],
        subject: words(4),
        text: words(60),
        quoted: next() < 0.3 ? words(30) : "",
      }),
    );
    await take(store, "a", drafts);
    const idOf = new Map(
      drafts.map((one) => [
        one.externalId,
        store.read.number("SELECT item_id FROM sightings WHERE external_id = ?", one.externalId),
      ]),
    );
    rows = drafts.map((one) => {
      const { sender, recipients, subject, body, attachments, place } = prepare(one).search;
      return {
        id: idOf.get(one.externalId) ?? 0,
        sentMs: Date.parse(one.sentAt ?? ""),
        columns: [sender, recipients, subject, body, attachments, place].map((text) => text.match(/[a-z0-9]+/g) ?? []),
      };
    });
  }, 60_000);
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const occurrences = (words: string[], phrase: string[], prefix: boolean): number =>
    words.filter((_, at) =>
      phrase.every((word, next) => {
        const here = words[at + next] ?? "";
        return prefix && next === phrase.length - 1 ? here.startsWith(word) && here !== "" : here === word;
      }),
    ).length;
  const has = (phrase: string, options: { prefix?: boolean; columns?: number[] } = {}): Matcher => {
    const columns = options.columns ?? [0, 1, 2, 3, 4, 5];
    return (row) =>
      columns.some((at) => occurrences(row.columns[at] ?? [], phrase.split(" "), options.prefix ?? false) > 0);
  };
  const all =
    (...parts: Matcher[]): Matcher =>
    (row) =>
      parts.every((part) => part(row));
  const any =
    (...parts: Matcher[]): Matcher =>
    (row) =>
      parts.some((part) => part(row));
  const not =
    (part: Matcher): Matcher =>
    (row) =>
      !part(row);
  const between =
    (from: string, to: string): Matcher =>
    (row) =>
      row.sentMs >= Date.parse(`${from}T00:00:00Z`) && row.sentMs < Date.parse(`${to}T00:00:00Z`);

  const search = (text: string, order: SearchOrder, limit: number) =>
    searchItems(store, parseQuery(text, { zone: "UTC", nowMs }), { limit, order, nowMs });

  const cases: [string, () => Matcher][] = [
    ["alpha", () => has("alpha")],
    ["kilo", () => has("kilo")],
    ["nowhere", () => has("nowhere")],
    ["alpha kilo", () => all(has("alpha"), has("kilo"))],
    ['"alpha alpine"', () => has("alpha alpine")],
    ['"alpha alpha alps"', () => has("alpha alpha alps")],
    ['"hotel kilo"', () => has("hotel kilo")],
    ["alp*", () => has("alp", { prefix: true })],
    ["hot*", () => has("hot", { prefix: true })],
    ['"golf bra"*', () => has("golf bra", { prefix: true })],
    ["fox OR golf hotel", () => all(any(has("fox"), has("golf")), has("hotel"))],
    ["alpha -bravo", () => all(has("alpha"), not(has("bravo")))],
    ["-alpha", () => not(has("alpha"))],
    ["subject:delta", () => has("delta", { columns: [2] })],
    ["from:kilo echo", () => all(has("kilo", { columns: [0] }), has("echo"))],
    ["to:golf subject:bra*", () => all(has("golf", { columns: [1] }), has("bra", { prefix: true, columns: [2] }))],
    ["alpha after:2021-03-01 before:2021-06-01", () => all(has("alpha"), between("2021-03-01", "2021-06-01"))],
    ["on:2022-02", () => between("2022-02-01", "2022-03-01")],
  ];

  test.each(cases)("%s, newest first", async (text, matcher) => {
    const expected = rows.filter(matcher()).sort((a, b) => b.id - a.id);
    const everything = await search(text, "newest", count);
    expect(everything.hits.map((hit) => hit.itemId)).toEqual(expected.map((row) => row.id));
    expect(everything).toMatchObject({ total: expected.length, totalIsExact: expected.length < count });
    const some = await search(text, "newest", 20);
    expect(some.hits).toEqual(everything.hits.slice(0, 20));
    expect(some).toMatchObject({ total: Math.min(expected.length, 1_000), totalIsExact: expected.length < 1_000 });
  });

  /** BM25 over the weighted columns with the gain for recent ones, for one word or phrase. */
  function weigh(phrase: string[], prefix: boolean): { id: number; score: number }[] {
    const sizes = rows.map((row) => row.columns.reduce((sum, words) => sum + words.length, 0));
    const average = sizes.reduce((sum, size) => sum + size, 0) / rows.length;
    const hits = rows.flatMap((row, at) => {
      const found = row.columns.map((words) => occurrences(words, phrase, prefix));
      return found.some((times) => times > 0) ? [{ row, found, size: sizes[at] ?? 0 }] : [];
    });
    const rarity = Math.max(Math.log((rows.length - hits.length + 0.5) / (hits.length + 0.5)), 1e-6);
    return hits
      .map(({ row, found, size }) => {
        const times = found.reduce((sum, one, at) => sum + one * (weights[at] ?? 0), 0);
        const relevance = (rarity * times * 2.2) / (times + 1.2 * (0.25 + (0.75 * size) / average));
        const ageDays = Math.max(0, nowMs - Math.floor(row.sentMs / 1000) * 1000) / 86_400_000;
        return { id: row.id, score: relevance * (1 + 0.5 / (1 + ageDays / 60)) };
      })
      .sort((a, b) => b.score - a.score || b.id - a.id);
  }

  test.each([
    ["kilo", ["kilo"], false],
    ["alpha", ["alpha"], false],
    ['"hotel kilo"', ["hotel", "kilo"], false],
    ['"alpha alpha alps"', ["alpha", "alpha", "alps"], false],
    ["hot*", ["hot"], true],
    ["alp*", ["alp"], true],
  ] as const)("%s, by relevance", async (text, phrase, prefix) => {
    const expected = weigh([...phrase], prefix);
    const result = await search(text, "relevance", 50);
    expect(result).toMatchObject({ total: expected.length, totalIsExact: true, ranked: null });
    expect(result.hits.map((hit) => hit.itemId)).toEqual(expected.slice(0, 50).map(({ id }) => id));
    for (const [at, hit] of result.hits.entries()) expect(hit.score).toBeCloseTo(expected[at]?.score ?? 0, 9);
  });

  test.each(cases)("%s, by relevance finds the same", async (text, matcher) => {
    const expected = rows.filter(matcher()).map((row) => row.id);
    const { hits, total } = await search(text, "relevance", count);
    expect(total).toBe(expected.length);
    expect(hits.map((hit) => hit.itemId).sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
    for (const hit of hits.slice(0, 50)) expect(rawText(hit.snippet.text).length).toBeGreaterThan(0);
  });
});
