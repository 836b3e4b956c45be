import type { ZodType } from "zod";
import type { Clock } from "./clock.ts";
import type { Problem, RawRecord } from "./record.ts";

/** What a connector may use, and no more. */
export interface ConnectorDeps {
  fetch: typeof fetch;
  clock: Clock;
  newId(): string;
  secret(name: string): Promise<string | null>;
  log(message: string): void;
}

/** What `check` answers. `cure` is a command that mends it; `reason` a sentence. */
export type Health = { state: "ok" } | { state: "needs_reauth"; cure: string } | { state: "degraded"; reason: string };

/** A range of time that a source has really seen; instants are UTC, `null` means open. */
export interface CoverageRange {
  from: string | null;
  to: string | null;
}

/**
 * One page of a pull. `records` are raw, each with its format name; `failed` could not be cut out of the source; `gone` are
 * external ids that no longer exist there. `cursor` is opaque JSON, stored in the transaction of what it covers.
 * `progress` counts bytes (or records, where a source has no size) of the whole source.
 */
export interface Page {
  records: RawRecord[];
  gone: string[];
  failed: Problem[];
  cursor: unknown;
  done: boolean;
  coverage: CoverageRange | null;
  progress: { done: number; total: number; unit: "bytes" | "records" };
  /** Records whose labels changed and nothing else: the full set that the source now gives them. Absent: none. */
  relabelled?: Relabelled[];
  /** Beginnings of external ids: everything sighted under one of them is gone (a series, a whole calendar). Absent: none. */
  goneUnder?: string[];
  /**
   * On the last page of a resync only: the external id of every record the source holds (with `of`, of every one whose id
   * begins so; then it is the last page of that part). Whatever else was sighted there is gone. Absent on every other page.
   */
  whole?: { of: string; externalIds: string[] };
}

export interface Relabelled {
  externalId: string;
  labels: string[];
}

/**
 * The read side of one service (`connectors/<name>/index.ts`).
 *
 * Contract: `pull` returns one page from `cursor` (null = from the start) and may be called again with the same cursor; one
 * unreadable record goes to `failed` and the page goes on. `check` never throws for a service that is merely down.
 * Errors are `StewardError`s.
 */
export interface Connector<Config, Client> {
  name: string;
  /**
   * What lies on this computer: it needs no network and no secret, gets neither, and can be read in windows (`recentSince`,
   * `olderThan`). Absent: a live service, which reads newest first by itself and is polled.
   */
  local?: true;
  config: ZodType<Config>;
  connect(config: Config, deps: ConnectorDeps): Promise<Client>;
  check(client: Client, signal: AbortSignal): Promise<Health>;
  pull(client: Client, cursor: unknown, signal: AbortSignal): Promise<Page>;
}

/** Sources that nobody pulls from: the owner handed something over, a search found something. Neither listed nor polled. */
export const pushedConnectors: readonly string[] = ["given", "web"];
