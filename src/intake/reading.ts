import type { Connector } from "../core/connector.ts";
import { StewardError } from "../core/errors.ts";
import type { Tx } from "../store/open-store.ts";
import type { Source } from "../store/sources.ts";
import type { ImportOptions, ImportReport, IntakeDeps } from "./intake.ts";
import type { PackWriter } from "./originals.ts";
import type { ProgressMeter } from "./progress-meter.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** What a connector's `pull` is bound to for one pass: intake neither knows nor cares which service it is. */
export type AnyConnector = Connector<unknown, unknown>;

/** The clients of live sources, kept between polls so that a poll costs no connecting; by source, with the config they are of. */
export type ClientCache = Map<string, { key: string; client: unknown }>;

/** One reading of one source, from the lease to the report. */
export interface Reading {
  deps: IntakeDeps;
  pool: WorkerPool;
  clients: ClientCache;
  connector: AnyConnector;
  source: Source;
  options: ImportOptions;
  report: ImportReport;
  packs: PackWriter;
  meter: ProgressMeter;
  /** When it began, UTC ISO-8601: what the source said since is not claimed as seen. */
  startedAt: string;
  /** Aborted when the reading ends, however it ends: nothing is pulled on behind its back. */
  signal: AbortSignal;
  lease(tx: Tx): Promise<boolean>;
}

/** This process slept so long that another one took the source over and reads it now. */
export class LeaseLost extends StewardError {
  constructor() {
    super("database_busy", "Another steward took this source over.");
  }
}

/** Somebody removed the source while it was read. */
export class SourceRemoved extends StewardError {
  constructor() {
    super("not_found", "The source was removed.");
  }
}
