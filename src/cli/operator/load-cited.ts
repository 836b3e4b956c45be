import { citedItems } from "../../core/citations.ts";
import { loadHits } from "../../store/search-hits.ts";
import type { OpenHome } from "../open-home.ts";
import type { ItemBrief } from "../render/card-words.ts";

const mostCited = 100;

/** What is known of the items a text cites, by their ids. */
export function loadCited({ store }: Pick<OpenHome, "store">, text: string): Map<number, ItemBrief> {
  const found = citedItems(text)
    .slice(0, mostCited)
    .map((id) => ({ id, score: 0 }));
  return new Map(loadHits(store, found, []).map((hit) => [hit.itemId, hit]));
}
