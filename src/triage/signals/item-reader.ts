import type { ItemView, ThreadView } from "../../core/thread.ts";
import type { TriageContext } from "../triage-context.ts";
import { type ItemFacts, readItem } from "./read-item.ts";

/** Reads an item of one thread, at most once. */
export type ItemReader = (item: ItemView) => ItemFacts;

/** A reader that remembers what it read, for the time one thread is judged. */
export function createItemReader(view: ThreadView, context: TriageContext): ItemReader {
  const read = new Map<ItemView, ItemFacts>();
  return (item) => {
    const known = read.get(item);
    if (known !== undefined) return known;
    const facts = readItem(item, view, context);
    read.set(item, facts);
    return facts;
  };
}
