import type { Clock } from "../core/clock.ts";
import { toInstant } from "../core/clock.ts";
import type { ConnectorDeps } from "../core/connector.ts";
import { StewardError, toStewardError } from "../core/errors.ts";
import type { Problem } from "../core/record.ts";
import { isLeaseOwnerGone, makeLeaseOwner } from "../store/lease-owner.ts";
import type { Store, Tx } from "../store/open-store.ts";
import { getHealth, saveHealth } from "../store/source-health.ts";
import { getSource, leaseSource, releaseSource, type Source } from "../store/sources.ts";
import type { MirrorHome } from "./mirror/keep-mirrors.ts";
import { openPackWriter } from "./originals.ts";
import { ProgressMeter } from "./progress-meter.ts";
import { readPasses } from "./read-passes.ts";
import { type AnyConnector, type ClientCache, LeaseLost, type Reading, SourceRemoved } from "./reading.ts";
import { healthAfterFailure } from "./source-failure.ts";
import { WorkerPool } from "./worker-pool.ts";

export type { AnyConnector } from "./reading.ts";

export interface IntakeDeps {
  store: Store;
  connectors: readonly AnyConnector[];
  connectorDeps: ConnectorDeps;
  clock: Clock;
  newId(): string;
  /** Where raw mail is kept; null stores pointers only (`--no-keep`). */
  originalsDirectory: string | null;
  /** Where mirrors of the owner's own documents are kept; absent keeps none. */
  mirror?: MirrorHome;
  /** Parsing threads. Default 2. */
  workers?: number;
  /** 0..1, spreads waits. Default Math.random. */
  random?(): number;
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
    /** Stop when the recent days are read; the rest is read by the next call. */
    recentOnly?: boolean;
    /** Of a live source: stop (`enough`) once what was seen reaches back to this instant, UTC ISO-8601. */
    stopAt?: string | null;
  };
}

export interface ImportReport {
  sourceId: string;
  label: string;
  added: number;
  known: number;
  changed: number;
  /** Items whose labels changed and nothing else. */
  relabelled: number;
  gone: number;
  partial: number;
  /** The first 10,000 of them; the store has all. */
  problems: Problem[];
  problemCount: number;
  tookMs: number;
  /**
   * Why it ended before the source's end: `enough` is `stopAt` reached, `removed` that somebody removed the source meanwhile;
   * `needs_reauth` and `degraded` that a live source could not be read on, with `failure`.
   */
  stopped: null | "interrupted" | "disk_full" | "busy" | "enough" | "removed" | "needs_reauth" | "degraded";
  /** Why a live source could not be read (on); stored as its health, too. */
  failure: StewardError | null;
  /** True when the source had nothing that was not known already. */
  unchanged: boolean;
}

/** Reads sources into the store. Contract: see `importSource`; several sources may be read at once; `close` ends the worker threads. */
export interface Intake {
  importSource(source: Source, options: ImportOptions): Promise<ImportReport>;
  close(): Promise<void>;
}

const leaseMs = 60_000;
/** Reading and parsing a page of something huge takes longer than the lease lasts. */
const renewMs = 20_000;
const fileWindowMs = 5000;
/** A live source gives a few pages a minute, as its quota allows. */
const liveWindowMs = 180_000;

/** Makes the intake: one pool of parsing threads over one store. */
export function createIntake(deps: IntakeDeps): Intake {
  const pool = new WorkerPool({ size: deps.workers ?? 2 });
  const clients: ClientCache = new Map();
  return {
    importSource: (source, options) => importSource({ deps, pool, clients }, source, options),
    close: () => pool.close(),
  };
}

type Workshop = Pick<Reading, "deps" | "pool" | "clients">;

/**
 * Reads one source from its cursors to its end: pages are pulled a few ahead and parsed in workers; they are stored in order,
 * each page's cursor in the transaction of its last items. How the source is, and how far a long read, is stored as it goes.
 *
 * Contract: idempotent and resumable after a kill at any point; an abort stops at a page boundary and is a value
 * (`stopped`), as are a full disk, another process that holds the source, and everything that keeps a live source from being
 * read. A live source that needs a new sign-in is not asked at all. Throws for a file that cannot be read, and for bugs.
 */
async function importSource(workshop: Workshop, source: Source, options: ImportOptions): Promise<ImportReport> {
  const { deps } = workshop;
  const startedMs = deps.clock.now();
  const report = emptyReport(source);
  const connector = deps.connectors.find((one) => one.name === source.connector);
  if (connector === undefined) throw new StewardError("config", `No connector is called ${source.connector}.`);
  const signedOut = connector.local === true ? null : await needsSignIn(deps.store, source);
  if (signedOut !== null) return { ...report, stopped: "needs_reauth", failure: signedOut };
  const owner = makeLeaseOwner(deps.newId);
  const lease = (tx: Tx): Promise<boolean> =>
    leaseSource(tx, source.id, owner, toInstant(deps.clock.now() + leaseMs), isLeaseOwnerGone);
  if (!(await deps.store.write(lease))) {
    return { ...report, stopped: (await getSource(deps.store, source.id)) === null ? "removed" : "busy" };
  }
  const packs = openPackWriter(deps.originalsDirectory ?? "", deps.newId);
  const renewing = setInterval(() => void deps.store.write(lease).catch(() => undefined), renewMs);
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const meter = new ProgressMeter(deps.clock, connector.local === true ? fileWindowMs : liveWindowMs);
  try {
    // Another process may have read on between the registering and the lease.
    const current = (await getSource(deps.store, source.id)) ?? source;
    const startedAt = toInstant(startedMs);
    await readPasses({
      ...workshop,
      connector,
      source: current,
      options,
      report,
      packs,
      meter,
      startedAt,
      signal,
      lease,
    });
  } catch (error) {
    await settleFailure(workshop, { connector, source, options, report, error });
  } finally {
    ending.abort();
    clearInterval(renewing);
    packs.close();
    await deps.store.write((tx) => releaseSource(tx, source.id, owner)).catch(() => undefined);
  }
  report.tookMs = deps.clock.now() - startedMs;
  return report;
}

function emptyReport(source: Source): ImportReport {
  return {
    sourceId: source.id,
    label: source.label,
    added: 0,
    known: 0,
    changed: 0,
    relabelled: 0,
    gone: 0,
    partial: 0,
    problems: [],
    problemCount: 0,
    tookMs: 0,
    stopped: null,
    failure: null,
    unchanged: true,
  };
}

async function needsSignIn(store: Store, source: Source): Promise<StewardError | null> {
  const health = await getHealth(store, source.id);
  if (health?.state !== "needs_reauth") return null;
  return new StewardError("needs_reauth", `${source.label} needs a new sign-in.`, { cure: health.detail });
}

interface Failed extends Pick<Reading, "connector" | "source" | "options" | "report"> {
  error: unknown;
}

/** Turns what was thrown into the report's `stopped` and the source's stored health; throws what is neither. */
async function settleFailure({ deps, clients }: Workshop, failed: Failed): Promise<void> {
  const { connector, source, options, report, error } = failed;
  if (error instanceof LeaseLost) report.stopped = "busy";
  else if (error instanceof SourceRemoved) report.stopped = "removed";
  if (report.stopped !== null) return;
  const named = toStewardError(error, `reading ${source.label}`);
  if (named.code === "disk_full") report.stopped = "disk_full";
  else if (named.code === "interrupted" || options.signal.aborted) report.stopped = "interrupted";
  if (report.stopped !== null) return;
  clients.delete(source.id);
  const failures = (await getHealth(deps.store, source.id))?.failureCount ?? 0;
  const random = (deps.random ?? Math.random)();
  const health = healthAfterFailure(named, { failures, nowMs: deps.clock.now(), random });
  if (health !== null) await deps.store.write((tx) => saveHealth(tx, source.id, health));
  if (connector.local === true || health === null) throw named;
  deps.connectorDeps.log(logLineOf(named, source));
  report.failure = named;
  report.stopped = health.state === "needs_reauth" ? "needs_reauth" : "degraded";
}

/** Where it happened, without what was said: the text of an unexpected error may hold a message. */
function logLineOf(error: StewardError, source: Source): string {
  if (error.code !== "internal") return `${source.connector}: ${error.code}: ${error.message}`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const place = /^\s+at (.*)$/m.exec(cause.stack ?? "")?.[1] ?? "nowhere";
  return `${source.connector}: internal: ${cause.name} at ${place}`;
}
