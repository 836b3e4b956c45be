import { z } from "zod";
import type { Store } from "../../../src/store/open-store.ts";

const row = z.object({ id: z.number(), subject: z.string(), words: z.string() });
const nameRow = z.object({ item_id: z.number(), name: z.string() });
const run = 5;

/**
 * What each item says, so that a text can be asked whose it is: runs of five words that stand in one item only, whole titles, and
 * display names that contacts.csv does not have.
 */
export class TextsOfItems {
  readonly #runs = new Map<string, number | null>();
  readonly #titles = new Map<string, Set<number>>();
  readonly #names = new Map<string, Set<number>>();

  constructor(store: Store, ownersWords: readonly string[]) {
    const known = new Set(ownersWords);
    const sql = `SELECT i.id, i.subject, i.subject || ' ' || t.text || ' ' || t.quoted || ' ' || t.signature || ' ' || t.hidden || ' ' || i.attachments || ' '
      || coalesce(json_extract(i.event, '$.location'), '') || ' ' || coalesce(i.contact, '') AS words FROM items i JOIN item_texts t ON t.item_id = i.id`;
    for (const { id, subject, words } of store.read.all(row, sql)) {
      for (const each of runsOf(words)) {
        const before = this.#runs.get(each);
        this.#runs.set(each, before === undefined || before === id ? id : null);
      }
      if (subject.trim() !== "" && !known.has(subject.trim())) note(this.#titles, subject.trim(), id);
    }
    for (const { item_id, name } of store.read.all(nameRow, "SELECT item_id, name FROM item_parties WHERE name <> ''"))
      if (!known.has(name)) note(this.#names, name, item_id);
  }

  /** Texts in a tool's data of which no item is named. */
  unnamed(data: unknown, itemIds: readonly number[]): string[] {
    const named = new Set(itemIds);
    const isNamed = (ids: ReadonlySet<number> | undefined): boolean =>
      ids === undefined || [...ids].some((id) => named.has(id));
    return leaves("", data).flatMap(([key, text]) => {
      // A name with its address is a text that nobody wrote; the name is looked at by itself.
      const name = /^(.*) <[^<>]*>$/.exec(text)?.[1] ?? text;
      // An address is who somebody is, wherever it was read.
      const alone = runsOf(/\s/.test(name) ? name : "").filter((each) => {
        const id = this.#runs.get(each);
        return typeof id === "number" && !named.has(id);
      });
      if (key === "title" && !isNamed(this.#titles.get(text.trim()))) alone.push(`title: ${text}`);
      if (!isNamed(this.#names.get(name))) alone.push(`name: ${name}`);
      return alone;
    });
  }
}

function note(map: Map<string, Set<number>>, key: string, id: number): void {
  const ids = map.get(key) ?? new Set();
  ids.add(id);
  map.set(key, ids);
}

function runsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(run - 1).map((_, index) => words.slice(index, index + run).join(" "));
}

function leaves(key: string, data: unknown): [key: string, text: string][] {
  if (typeof data === "string") return [[key, data]];
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([name, member]) => leaves(Array.isArray(data) ? key : name, member));
}
