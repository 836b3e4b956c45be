import type { Page } from "../core/connector.ts";
import { StewardError } from "../core/errors.ts";
import { saveHealth, savePolled } from "../store/source-health.ts";
import { saveCursor } from "../store/sources.ts";
import { batchRecords } from "./batch-records.ts";
import type { ParseResult } from "./parse-batch.ts";
import { type Pass, planPasses } from "./passes.ts";
import type { Reading } from "./reading.ts";
import { storePage } from "./store-page.ts";

const pagesAhead = 2;
const dayMs = 86_400_000;

/** Reads all passes of a source that its plan names, and notes at the end that it is whole and well. */
export async function readPasses(reading: Reading): Promise<void> {
  const { deps, source, options, report } = reading;
  const live = reading.connector.local !== true;
  const plan = planPasses(source.cursors, options.read.recentDays, deps.clock.now(), { live });
  if (plan.since !== null) await deps.store.write((tx) => saveCursor(tx, source.id, "since", plan.since, null));
  const cursors = new Map<string, unknown>(Object.entries(source.cursors));
  for (const pass of plan.passes) {
    const last = await readPass(reading, pass, cursors.get(pass.cursor) ?? null);
    cursors.set(pass.cursor, last);
    if (report.stopped === "enough") await deps.store.write((tx) => savePolled(tx, source.id));
    if (report.stopped !== null) return;
    if (options.read.recentOnly === true && pass.name === "recent") return;
  }
  await deps.store.write(async (tx) => {
    await saveCursor(tx, source.id, "whole", true, tx.nowAt);
    await saveHealth(tx, source.id, { state: "ok", detail: "", retryAt: null });
    await savePolled(tx, source.id);
  });
}

interface Pulled {
  page: Page;
  parsed: Promise<ParseResult[]>;
  /** No page follows: the source's end, or enough. */
  last: boolean;
}

/** While one page is stored the next is pulled and parsed; `pagesAhead` bounds how many raw pages there are at once. */
async function readPass(reading: Reading, pass: Pass, from: unknown): Promise<unknown> {
  const { options, report } = reading;
  const pull = openPull(reading, pass);
  const stopAt = stopInstant(reading);
  const pullAfter = async (before: Promise<Pulled | null> | null): Promise<Pulled | null> => {
    const previous = before === null ? null : await before;
    if ((before !== null && previous === null) || previous?.last === true || reading.signal.aborted) return null;
    const page = await pull(previous === null ? from : previous.page.cursor);
    const parsed = parsePage(reading, page);
    parsed.catch(() => undefined);
    return { page, parsed, last: page.done || reaches(page, stopAt) };
  };
  const ahead: Promise<Pulled | null>[] = [];
  const pullOn = (): void => {
    const next = pullAfter(ahead.at(-1) ?? newest);
    next.catch(() => undefined);
    ahead.push(next);
  };
  let newest: Promise<Pulled | null> | null = null;
  let committed = from;
  while (ahead.length < pagesAhead) pullOn();
  for (;;) {
    newest = ahead.shift() ?? null;
    const next = newest === null ? null : await newest;
    const results = next === null ? null : await unlessAborted(next.parsed, options.signal);
    if (next === null || results === null) {
      // Stopped before the source's end: what was pulled and not stored will be pulled again.
      report.stopped = "interrupted";
      return committed;
    }
    await storePage(reading, pass, next.page, results);
    committed = next.page.cursor;
    if (next.last) {
      if (!next.page.done) report.stopped = "enough";
      return committed;
    }
    pullOn();
  }
}

/** Binds `pull` to the source; the client of a live one is kept between polls. Errors: `config`. */
function openPull(reading: Reading, pass: Pass): (cursor: unknown) => Promise<Page> {
  const { connector, source, options } = reading;
  const { zone, region } = options.read;
  const given = { recentSince: pass.recentSince, olderThan: pass.olderThan, zone, region };
  const config = connector.config.safeParse({ ...source.config, ...given });
  if (!config.success) {
    const again = `Register it again: steward import ${JSON.stringify(source.location)}`;
    throw new StewardError("config", `What is stored about the source ${source.label} is damaged.`, {
      cure: connector.local === true ? again : "Connect it again: steward connect",
      cause: config.error,
    });
  }
  return bindPull(reading, config.data);
}

function bindPull(
  { deps, connector, source, clients, signal }: Reading,
  config: unknown,
): (cursor: unknown) => Promise<Page> {
  const key = JSON.stringify(config);
  const live = connector.local !== true;
  const known = live ? clients.get(source.id) : undefined;
  let kept = known?.key === key ? known : null;
  let client: Promise<unknown> = kept === null ? connect() : Promise.resolve(kept.client);
  client.catch(() => undefined);
  async function connect(): Promise<unknown> {
    const made = await connector.connect(config, deps.connectorDeps);
    if (live) clients.set(source.id, { key, client: made });
    return made;
  }
  return async (cursor) => {
    try {
      return await connector.pull(await client, cursor, signal);
    } catch (error) {
      // The owner may have signed in again since the client was made; with the old sign-in this asks nobody.
      if (kept === null || !(error instanceof StewardError) || error.code !== "needs_reauth") throw error;
      kept = null;
      client = connect();
      return await connector.pull(await client, cursor, signal);
    }
  };
}

/** Until when a live source is to be read back; null reads all of it. */
function stopInstant({ connector, options, startedAt }: Reading): string | null {
  if (connector.local === true) return null;
  const { stopAt, recentOnly, recentDays } = options.read;
  if (stopAt !== undefined && stopAt !== null) return stopAt;
  if (recentOnly !== true || recentDays === null) return null;
  return new Date(Date.parse(startedAt) - recentDays * dayMs).toISOString();
}

function reaches(page: Page, stopAt: string | null): boolean {
  const from = page.coverage?.from ?? null;
  return stopAt !== null && from !== null && from <= stopAt;
}

/** Null once the signal is given: a page that is still being parsed is not worth the wait, it will be pulled again. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  const { promise, resolve } = Promise.withResolvers<null>();
  const stop = (): void => resolve(null);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function parsePage(reading: Reading, page: Page): Promise<ParseResult[]> {
  const { deps, pool, source } = reading;
  const keepOriginals = deps.originalsDirectory !== null && source.config["keep"] !== false;
  const jobs = batchRecords(page.records).map((records) =>
    pool.parse({ records, places: [source.label], keepOriginals }),
  );
  return Promise.all(jobs);
}
