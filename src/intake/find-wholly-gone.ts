import { createHash } from "node:crypto";
import type { Page } from "../core/connector.ts";
import type { Problem } from "../core/record.ts";
import { compareWhole } from "../store/whole-source.ts";
import type { Reading } from "./reading.ts";

/** Fewer than this may always go at once: a small calendar is emptied in an afternoon. */
const fewRecords = 50;

export interface WhollyGone {
  gone: string[];
  problems: Problem[];
  /** To be stored with the page's cursor, so that the same page pulled again is no second witness; null changes nothing. */
  held: { key: string; count: number | null } | null;
}

/**
 * What has gone, where a page says what the source holds in whole. An answer that a fault has emptied or cut short looks like
 * a mailbox that was emptied: nothing at all is never believed of a whole source, and most of it only when a second full list
 * says so too.
 */
export async function findWhollyGone({ deps, source }: Reading, page: Page): Promise<WhollyGone> {
  // Of a part, other parts may still be read after it.
  if (page.whole === undefined || (page.whole.of === "" && !page.done)) return { gone: [], problems: [], held: null };
  const { of, externalIds } = page.whole;
  const { sighted, missing } = await compareWhole(deps.store, source.id, page.whole);
  const isAll = of === "" && externalIds.length === 0;
  const isMost = missing.length > fewRecords && missing.length * 2 > sighted;
  const key = `held_${createHash("sha256").update(of).digest("hex").slice(0, 16)}`;
  const heldBefore = source.cursors[key];
  const isSecond = typeof heldBefore === "number" && missing.length >= heldBefore * 0.9;
  if (missing.length === 0 || (!isAll && (!isMost || isSecond))) {
    return { gone: missing, problems: [], held: typeof heldBefore === "number" ? { key, count: null } : null };
  }
  const told = externalIds.length === 0 ? "nothing at all" : `only ${sighted - missing.length}`;
  const reason = `The service listed ${told} of the ${sighted} records known from there; nothing was taken as deleted.`;
  const problem: Problem = { locator: { path: source.location, offset: null }, reason };
  return { gone: [], problems: [problem], held: isAll ? null : { key, count: missing.length } };
}

/** Everything sighted under the beginnings of ids that a page names as gone. */
export async function findGoneUnder({ deps, source }: Reading, page: Page): Promise<string[]> {
  const under = (page.goneUnder ?? []).map((of) => compareWhole(deps.store, source.id, { of, externalIds: [] }));
  return (await Promise.all(under)).flatMap(({ missing }) => missing);
}
