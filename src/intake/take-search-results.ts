import { z } from "zod";
import type { Store } from "../store/open-store.ts";
import { listUntakenSearches, markSearchTaken } from "../store/searches-taken.ts";
import { takeFoundPages } from "./take-found-pages.ts";

const searchAction = "web.search";
const mostAtOnce = 20;
const resultSchema = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string(), text: z.string() })).max(50),
});

/**
 * Makes items of what searches brought that the owner said yes to after the run that wanted them had ended. Contract: each search once;
 * pages that are items already stay the same ones; a result that cannot be read counts as taken. Returns the items' ids.
 */
export async function takeSearchResults(store: Store, nowMs: number): Promise<number[]> {
  const all: number[] = [];
  for (const { cardId, result } of await listUntakenSearches(store, searchAction, mostAtOnce)) {
    const pages = resultSchema.safeParse(result).data?.results ?? [];
    all.push(...(await takeFoundPages(store, pages, nowMs)));
    await store.write((tx) => markSearchTaken(tx, cardId));
  }
  return all;
}
