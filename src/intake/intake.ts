import type { Clock } from "../core/clock.ts";
import { toInstant } from "../core/clock.ts";
import type { Connector, ConnectorDeps, CoverageRange, Page } from "../core/connector.ts";
import { StewardError, toStewardError } from "../core/errors.ts";
import type { Problem } from "../core/record.ts";
import type { Store, Tx } from "../store/open-store.ts";
import {
  addCoverage,
  addProblems,
  forgetGone,
  getSource,
  leaseSource,
  releaseSource,
  type Source,
  saveCursor,
  spanOfSource,
} from "../store/sources.ts";
import { takeItems } from "../store/take-items.ts";
import { batchRecords } from "./batch-records.ts";
import { isLeaseOwnerGone, makeLeaseOwner } from "../store/lease-owner.ts";
import { openPackWriter, type PackWriter } from "./originals.ts";
import type { ParseResult } from "./parse-batch.ts";
import { type Pass, planPasses } from "./passes.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { WorkerPool } from "./worker-pool.ts";

/** What a connector's `pull` is bound to for one pass: intake neither knows nor cares which service it is. */
export type AnyConnector = Connector<unknown, unknown>;

export interface IntakeDeps {
  store: Store;
  connectors: readonly AnyConnector[];
  connectorDeps: ConnectorDeps;
  clock: Clock;
  newId(): string;
  /** Where raw mail is kept; null stores pointers only (`--no-keep`). */
  originalsDirectory: string | null;
  /** Parsing threads. Default 2. */
  workers?: number;
}

export interface ImportProgress {
  sourceId: string;
  label: string;
  doneBytes: number;
  totalBytes: number;
  unit: "bytes" | "records";
  added: number;
  known: number;
  problems: number;
  /** Items per second over the last few seconds. */
  perSecond: number;
  secondsLeft: number | null;
  pass: "recent" | "rest" | "all";
}

export interface ImportOptions {
  signal: AbortSignal;
  onProgress(progress: ImportProgress): void;
  read: {
    zone: string;
    region: string;
    /** Read what is not older than this many days first; null reads in the source's order. */
    recentDays: number | null;
    /** Stop when the recent pass is done; the rest is read by the next call. */
    recentOnly?: boolean;
  };
}

export interface ImportReport {
  sourceId: string;
  label: string;
  added: number;
  known: number;
  changed: number;
  gone: number;
  partial: number;
  /** The first 10,000 of them; the store has all. */
  problems: Problem[];
  problemCount: number;
  tookMs: number;
  stopped: null | "interrupted" | "disk_full" | "busy";
  /** True when the source had nothing that was not known already. */
  unchanged: boolean;
}

/** Reads sources into the store. Contract: see `importSource`; `close` ends the worker threads. */
export interface Intake {
  importSource(source: Source, options: ImportOptions): Promise<ImportReport>;
  close(): Promise<void>;
}

const leaseMs = 60_000;
/** Reading and parsing a page of something huge takes longer than the lease lasts. */
const renewMs = 20_000;
/** A damaged export of a million rows must not end in memory. */
const problemsListed = 10_000;
const pagesAhead = 2;
const itemsPerTransaction = 240;

/** Makes the intake: one pool of parsing threads over one store. */
export function createIntake(deps: IntakeDeps): Intake {
  const pool = new WorkerPool({ size: deps.workers ?? 2 });
  return {
    importSource: (source, options) => importSource(deps, pool, source, options),
    close: () => pool.close(),
  };
}

/**
 * Reads one source from its cursors to its end: pages are pulled a few ahead and parsed in workers; they are stored in order,
 * each page's cursor in the transaction of its last items.
 *
 * Contract: idempotent and resumable after a kill at any point; an abort stops at a page boundary and is a value
 * (`stopped`), as are a full disk and another process that holds the source. Throws for a source that cannot be read at all.
 */
async function importSource(
  deps: IntakeDeps,
  pool: WorkerPool,
  source: Source,
  options: ImportOptions,
): Promise<ImportReport> {
  const startedAt = deps.clock.now();
  const owner = makeLeaseOwner(deps.newId);
  const report: ImportReport = {
    sourceId: source.id,
    label: source.label,
    added: 0,
    known: 0,
    changed: 0,
    gone: 0,
    partial: 0,
    problems: [],
    problemCount: 0,
    tookMs: 0,
    stopped: null,
    unchanged: true,
  };
  const lease = (tx: Tx): Promise<boolean> =>
    leaseSource(tx, source.id, owner, toInstant(deps.clock.now() + leaseMs), isLeaseOwnerGone);
  if (!(await deps.store.write(lease))) return { ...report, stopped: "busy" };
  const packs = openPackWriter(deps.originalsDirectory ?? "", deps.newId);
  const renewing = setInterval(() => void deps.store.write(lease).catch(() => undefined), renewMs);
  try {
    // Another process may have read on between the registering and the lease.
    const current = (await getSource(deps.store, source.id)) ?? source;
    await readPasses({ deps, pool, source: current, options, report, packs, lease });
  } catch (error) {
    if (error instanceof LeaseLost) return { ...report, stopped: "busy" };
    const named = toStewardError(error, `reading ${source.label}`);
    if (named.code === "disk_full") report.stopped = "disk_full";
    else if (named.code === "interrupted" || options.signal.aborted) report.stopped = "interrupted";
    else throw named;
  } finally {
    clearInterval(renewing);
    packs.close();
    await deps.store.write((tx) => releaseSource(tx, source.id, owner)).catch(() => undefined);
  }
  report.tookMs = deps.clock.now() - startedAt;
  return report;
}

interface Reading {
  deps: IntakeDeps;
  pool: WorkerPool;
  source: Source;
  options: ImportOptions;
  report: ImportReport;
  packs: PackWriter;
  lease(tx: Tx): Promise<boolean>;
}

/** This process slept so long that another one took the source over and reads it now. */
class LeaseLost extends StewardError {
  constructor() {
    super("database_busy", "Another steward took this source over.");
  }
}

async function readPasses(reading: Reading): Promise<void> {
  const { deps, source, options } = reading;
  const plan = planPasses(source.cursors, options.read.recentDays, deps.clock.now());
  if (plan.since !== null) await deps.store.write((tx) => saveCursor(tx, source.id, "since", plan.since, null));
  const cursors = new Map<string, unknown>(Object.entries(source.cursors));
  for (const pass of plan.passes) {
    const last = await readPass(reading, pass, cursors.get(pass.cursor) ?? null);
    cursors.set(pass.cursor, last);
    if (reading.report.stopped !== null) return;
    if (options.read.recentOnly === true && pass.name === "recent") return;
  }
  await deps.store.write((tx) => saveCursor(tx, source.id, "whole", true, tx.nowAt));
}

/**
 * What a page makes known as seen: a walk that came to its end has seen what the source holds of its window; until then
 * nothing is claimed. An unchanged source that was read to its end before is not asked again.
 */
async function coveredBy({ deps, source, report }: Reading, pass: Pass, page: Page): Promise<CoverageRange | null> {
  if (!page.done) return page.coverage;
  if (page.records.length === 0 && report.unchanged && source.cursors["whole"] === true) return page.coverage;
  const span = await spanOfSource(deps.store, source.id);
  return pass.name === "recent" ? { from: pass.recentSince, to: span.to } : span;
}

async function readPass(reading: Reading, pass: Pass, from: unknown): Promise<unknown> {
  const { deps, source, options, report } = reading;
  const connector = deps.connectors.find((one) => one.name === source.connector);
  if (connector === undefined) throw new StewardError("config", `No connector is called ${source.connector}.`);
  const { zone, region } = options.read;
  const given = { recentSince: pass.recentSince, olderThan: pass.olderThan, zone, region };
  const config = connector.config.safeParse({ ...source.config, ...given });
  if (!config.success) {
    throw new StewardError("config", `What is stored about the source ${source.label} is damaged.`, {
      cure: `Register it again: steward import ${JSON.stringify(source.location)}`,
      cause: config.error,
    });
  }
  const client = await connector.connect(config.data, deps.connectorDeps);
  const meter = new ProgressMeter(deps.clock);
  const ahead: { page: Page; parsed: Promise<ParseResult[]> }[] = [];
  let cursor = from;
  let committed = from;
  let ended = false;
  while (!ended || ahead.length > 0) {
    while (!ended && ahead.length < pagesAhead && !options.signal.aborted) {
      const page = await connector.pull(client, cursor, options.signal);
      const parsed = parsePage(reading, page);
      parsed.catch(() => undefined);
      ahead.push({ page, parsed });
      cursor = page.cursor;
      ended = page.done;
    }
    const next = ahead.shift();
    if (next === undefined) break;
    const results = await unlessAborted(next.parsed, options.signal);
    if (results === null) {
      report.stopped = "interrupted";
      return committed;
    }
    await storePage(reading, pass, next.page, results);
    committed = next.page.cursor;
    options.onProgress(meter.read(source, pass, next.page, report));
    if (options.signal.aborted && !(ended && ahead.length === 0)) {
      report.stopped = "interrupted";
      return committed;
    }
  }
  // Stopped before the first page of this pass: its source was not read to its end.
  if (!ended) report.stopped = "interrupted";
  return committed;
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

async function storePage(reading: Reading, pass: Pass, page: Page, results: ParseResult[]): Promise<void> {
  const { deps, source, report, packs } = reading;
  const items = results.flatMap((result) => result.items);
  const problems = [...page.failed, ...results.flatMap((result) => result.problems)];
  for (let at = 0; at < items.length; at += itemsPerTransaction) {
    const taken = await deps.store.write(async (tx) => {
      const some = await takeItems(tx, source.id, items.slice(at, at + itemsPerTransaction), (kept) =>
        packs.append(kept),
      );
      packs.flush();
      return some;
    });
    report.added += taken.added;
    report.known += taken.known;
    report.changed += taken.changed;
  }
  await packs.sync();
  const covered = await coveredBy(reading, pass, page);
  await deps.store.write(async (tx) => {
    if (!(await reading.lease(tx))) throw new LeaseLost();
    report.gone += await forgetGone(tx, source.id, page.gone);
    await addProblems(tx, source.id, problems);
    if (covered !== null) await addCoverage(tx, source.id, covered);
    await saveCursor(tx, source.id, pass.cursor, page.cursor, null);
  });
  report.partial += results.reduce((sum, result) => sum + result.partial, 0);
  report.problemCount += problems.length;
  for (const problem of problems) if (report.problems.length < problemsListed) report.problems.push(problem);
  if (report.added + report.changed + report.gone > 0) report.unchanged = false;
}
