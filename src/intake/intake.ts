import type { Clock } from "../core/clock.ts";
import { toInstant } from "../core/clock.ts";
import type { Connector, ConnectorDeps, Page } from "../core/connector.ts";
import { StewardError, toStewardError } from "../core/errors.ts";
import type { Problem } from "../core/record.ts";
import type { Store } from "../store/open-store.ts";
import {
  addCoverage,
  addProblems,
  forgetGone,
  leaseSource,
  releaseSource,
  type Source,
  saveCursor,
} from "../store/sources.ts";
import { takeItems } from "../store/take-items.ts";
import { batchRecords } from "./batch-records.ts";
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
  problems: Problem[];
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
  const owner = deps.newId();
  const report: ImportReport = {
    sourceId: source.id,
    label: source.label,
    added: 0,
    known: 0,
    changed: 0,
    gone: 0,
    partial: 0,
    problems: [],
    tookMs: 0,
    stopped: null,
    unchanged: true,
  };
  const lease = (): Promise<boolean> =>
    deps.store.write((tx) => leaseSource(tx, source.id, owner, toInstant(deps.clock.now() + leaseMs)));
  if (!(await lease())) return { ...report, stopped: "busy" };
  const packs = openPackWriter(deps.originalsDirectory ?? "", deps.newId);
  try {
    await readPasses({ deps, pool, source, options, report, packs, lease });
  } catch (error) {
    const named = toStewardError(error, `reading ${source.label}`);
    if (named.code === "disk_full") report.stopped = "disk_full";
    else if (named.code === "interrupted" || options.signal.aborted) report.stopped = "interrupted";
    else throw named;
  } finally {
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
  lease(): Promise<boolean>;
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

async function readPass(reading: Reading, pass: Pass, from: unknown): Promise<unknown> {
  const { deps, source, options, report } = reading;
  const connector = deps.connectors.find((one) => one.name === source.connector);
  if (connector === undefined) throw new StewardError("config", `No connector is called ${source.connector}.`);
  const { zone, region } = options.read;
  const config = connector.config.parse({
    ...source.config,
    recentSince: pass.recentSince,
    olderThan: pass.olderThan,
    zone,
    region,
  });
  const client = await connector.connect(config, deps.connectorDeps);
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
    await storePage(reading, pass, next.page, await next.parsed);
    committed = next.page.cursor;
    options.onProgress(meter.read(source, pass, next.page, report));
    if (options.signal.aborted && !(ended && ahead.length === 0)) {
      await Promise.allSettled(ahead.map((one) => one.parsed));
      report.stopped = "interrupted";
      return committed;
    }
  }
  return committed;
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
  await deps.store.write(async (tx) => {
    report.gone += await forgetGone(tx, source.id, page.gone);
    await addProblems(tx, source.id, problems);
    await addCoverage(tx, source.id, coverageOf(items, page));
    await saveCursor(tx, source.id, pass.cursor, page.cursor, null);
  });
  await reading.lease();
  report.partial += results.reduce((sum, result) => sum + result.partial, 0);
  report.problems.push(...problems);
  if (report.added + report.changed + report.gone > 0) report.unchanged = false;
}

/** What the connector says it has seen; else the span of what it gave. */
function coverageOf(items: ParseResult["items"], page: Page): { from: string | null; to: string | null } {
  if (page.coverage !== null) return page.coverage;
  let from: string | null = null;
  let to: string | null = null;
  for (const { draft } of items) {
    if (draft.sentAt === null || draft.kind === "contact") continue;
    if (from === null || draft.sentAt < from) from = draft.sentAt;
    if (to === null || draft.sentAt > to) to = draft.sentAt;
  }
  return { from, to };
}
