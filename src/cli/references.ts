import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StewardError } from "../core/errors.ts";
import { writePrivateFile } from "../daemon/home.ts";
import type { HomePaths } from "../daemon/home-paths.ts";
import { latestDigest } from "../store/digests.ts";
import type { Store } from "../store/open-store.ts";
import { getThread, threadOfItem } from "../store/thread-views.ts";

/** What the owner pointed at: a thread, and the one item in it when they named one. */
export interface Reference {
  threadId: number | null;
  /** Further threads that the entry of the digest spoke of, which are about the same event. */
  alsoThreadIds: number[];
  itemId: number | null;
}

const lastSearchSchema = z.strictObject({ query: z.string(), itemIds: z.array(z.number()) });

const lastSearchPath = (paths: HomePaths): string => join(paths.home, "last-search.json");

/** Keeps which hit had which number, so that `show s2` knows it. */
export async function keepSearch(paths: HomePaths, query: string, itemIds: readonly number[]): Promise<void> {
  await writePrivateFile(lastSearchPath(paths), `${JSON.stringify({ query, itemIds })}\n`);
}

/**
 * Finds what `2` (entry of the last digest), `t17` (thread), `i45` (item) or `s3` (hit of the last search) means. Errors:
 * `usage`, `not_found`.
 */
export async function resolveReference(store: Store, paths: HomePaths, text: string): Promise<Reference> {
  const match = /^([tisTIS]?)(\d{1,12})$/.exec(text.trim());
  if (match === null) {
    throw new StewardError("usage", `"${text}" is neither an entry's number nor an id.`, {
      cure: "Use 2 (entry of the last digest), t17 (thread), i45 (item) or s3 (hit of the last search).",
    });
  }
  const number = Number(match[2]);
  switch ((match[1] ?? "").toLowerCase()) {
    case "t":
      return await toThread(store, number, text);
    case "i":
      return await toItem(store, number, text);
    case "s":
      return await toItem(store, await hitOf(paths, number), text);
    default: {
      const [threadId = 0, ...also] = await entryOf(store, number);
      return { ...(await toThread(store, threadId, text)), alsoThreadIds: also };
    }
  }
}

/** The threads that are meant, one unless an entry of the digest spoke of several. Errors: as `resolveReference`. */
export async function resolveThreads(
  store: Store,
  paths: HomePaths,
  text: string,
): Promise<[threadId: number, ...also: number[]]> {
  const { threadId, alsoThreadIds } = await resolveReference(store, paths, text);
  if (threadId === null) throw new StewardError("not_found", `${text} belongs to no thread.`);
  return [threadId, ...alsoThreadIds];
}

async function entryOf(store: Store, number: number): Promise<number[]> {
  const digest = await latestDigest(store);
  if (digest === null) {
    throw new StewardError("not_found", `No digest was shown yet, so ${number} means nothing.`, {
      cure: "Run steward digest first, or name a thread as t17.",
    });
  }
  const threadIds = digest.entries.filter((one) => one.number === number).map((one) => one.threadId);
  if (threadIds.length > 0) return threadIds;
  const last = Math.max(0, ...digest.entries.map((one) => one.number));
  throw new StewardError("not_found", `The last digest has no entry ${number}.`, {
    cure:
      last === 0
        ? "It was empty; name a thread as t17."
        : `Its entries are 1 to ${last}. A thread is named t${number}.`,
  });
}

async function hitOf(paths: HomePaths, number: number): Promise<number> {
  const text = await readFile(lastSearchPath(paths), "utf8").catch(() => null);
  const parsed = text === null ? null : lastSearchSchema.safeParse(parseJson(text));
  const itemId = parsed?.success === true ? parsed.data.itemIds[number - 1] : undefined;
  if (itemId === undefined) {
    throw new StewardError("not_found", `The last search has no hit ${number}.`, { cure: "Run steward search again." });
  }
  return itemId;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function toThread(store: Store, threadId: number, text: string): Promise<Reference> {
  if ((await getThread(store, threadId)) !== null) return { threadId, alsoThreadIds: [], itemId: null };
  throw new StewardError("not_found", `There is no thread ${text}.`, {
    cure: "It may have been joined to another one: run steward digest again.",
  });
}

async function toItem(store: Store, itemId: number, text: string): Promise<Reference> {
  const { getItem } = await import("../store/items.ts");
  if ((await getItem(store, itemId)) === null) throw new StewardError("not_found", `There is no item ${text}.`);
  return { threadId: await threadOfItem(store, itemId), alsoThreadIds: [], itemId };
}
