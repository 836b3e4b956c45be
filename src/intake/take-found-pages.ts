import { sha256Hex } from "../core/canonical.ts";
import { toInstant } from "../core/clock.ts";
import type { Store } from "../store/open-store.ts";
import { takePushed } from "./take-pushed.ts";

/**
 * Makes items of pages that a search of the web found: words of others, with the address they were found at as their place. Contract:
 * the same page with the same words is one item; none of them is news in a digest. Returns one item id a page, in order.
 */
export async function takeFoundPages(
  store: Store,
  pages: readonly { url: string; title: string; text: string }[],
  nowMs: number,
): Promise<number[]> {
  if (pages.length === 0) return [];
  const source = { id: "web", connector: "web", kind: "pages", location: "web", label: "Web", config: {} };
  const records = pages.map(({ url, title, text }) => ({
    format: "text" as const,
    externalId: sha256Hex(JSON.stringify([url, title, text])),
    bytes: new TextEncoder().encode(text === "" ? title : text),
    hints: { title: title === "" ? url : title, modifiedAt: toInstant(nowMs), format: { app: "web" } },
    locator: { path: url, offset: null },
  }));
  return await takePushed(store, source, records);
}
