import { Worker } from "node:worker_threads";
import { StewardError } from "../core/errors.ts";
import type { RawRecord } from "../core/record.ts";
import type { ParseJob, ParseResult } from "./parse-batch.ts";
import type { WorkerAnswer } from "./parse-worker.ts";

export interface WorkerPoolOptions {
  /** How many worker threads. */
  size: number;
  /** How long one batch may take before its worker is stopped. Default 60,000. */
  batchTimeoutMs?: number;
  /** Heap of one worker. Default 128. */
  heapMegabytes?: number;
  /** The worker's entry; a test may bring its own. */
  entry?: URL;
}

interface Waiting {
  job: ParseJob;
  resolve(result: ParseResult): void;
  reject(error: unknown): void;
}

interface Lane {
  worker: Worker;
  /** It has said that it is loaded. */
  ready: boolean;
  current: (Waiting & { id: number; timer: NodeJS.Timeout }) | null;
}

/** So many threads in a row that end before they are loaded are the machine's fault, not a record's. */
const startsTried = 4;

/**
 * Runs parsers where they can do no harm: in worker threads with a limit on time and memory. A batch whose worker dies or
 * hangs is tried again record by record, and the record that did it becomes a problem; everything else goes on.
 *
 * Contract: `parse` may be called many times at once; it rejects only when the pool was closed (`interrupted`), or when no
 * thread can be started at all (`unavailable`): then nothing was read, and nothing may be stored as read.
 */
export class WorkerPool {
  readonly #options: Required<WorkerPoolOptions>;
  readonly #lanes: Lane[] = [];
  readonly #queue: Waiting[] = [];
  #nextId = 1;
  #closed = false;
  #failedStarts = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = {
      batchTimeoutMs: 60_000,
      heapMegabytes: 128,
      entry: new URL("./parse-worker.ts", import.meta.url),
      ...options,
    };
  }

  /** Parses a batch in some worker; the records are copied there. */
  async parse(job: ParseJob): Promise<ParseResult> {
    try {
      return await this.#run(job);
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      return await this.#parseOneByOne(job, error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closing = this.#lanes.map((lane) => lane.worker.terminate());
    for (const waiting of this.#queue.splice(0)) waiting.reject(new StewardError("interrupted", "Stopped."));
    await Promise.all(closing);
  }

  async #parseOneByOne(job: ParseJob, lost: WorkerLost): Promise<ParseResult> {
    const [only] = job.records;
    if (job.records.length === 1 && only !== undefined)
      return { items: [], problems: [problemOf(only, lost)], partial: 0 };
    const whole: ParseResult = { items: [], problems: [], partial: 0 };
    for (const record of job.records) {
      const result = await this.parse({ ...job, records: [record] });
      whole.items.push(...result.items);
      whole.problems.push(...result.problems);
      whole.partial += result.partial;
    }
    return whole;
  }

  #run(job: ParseJob): Promise<ParseResult> {
    if (this.#closed) return Promise.reject(new StewardError("interrupted", "Stopped."));
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const lane = this.#lanes.find((one) => one.current === null) ?? this.#tryOpenLane();
      if (lane === null) return;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      const id = this.#nextId++;
      const timer = setTimeout(() => this.#lose(lane, "took too long"), this.#options.batchTimeoutMs);
      lane.current = { ...waiting, id, timer };
      lane.worker.postMessage({ id, job: waiting.job });
    }
  }

  #tryOpenLane(): Lane | null {
    if (this.#lanes.length >= this.#options.size) return null;
    try {
      return this.#openLane();
    } catch (error) {
      // Those that run may go on; with none, nobody would ever answer.
      if (this.#lanes.length === 0) this.#giveUp(error);
      return null;
    }
  }

  #openLane(): Lane {
    const worker = new Worker(this.#options.entry, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMegabytes, maxYoungGenerationSizeMb: 6 },
    });
    const lane: Lane = { worker, ready: false, current: null };
    worker.unref();
    worker.on("message", (answer: WorkerAnswer) => this.#settle(lane, answer));
    worker.on("error", (error: unknown) => {
      this.#lose(lane, `broke the parser (${error instanceof Error ? error.message : String(error)})`, error);
    });
    worker.on("exit", () => this.#lose(lane, "ended the parser"));
    this.#lanes.push(lane);
    return lane;
  }

  #settle(lane: Lane, answer: WorkerAnswer): void {
    lane.ready = true;
    this.#failedStarts = 0;
    if (answer.id === null) return;
    const current = lane.current;
    if (current === null || current.id !== answer.id) return;
    lane.current = null;
    clearTimeout(current.timer);
    if (answer.ok) current.resolve(answer.result);
    else current.reject(new WorkerLost(`broke the parser (${answer.message})`));
    this.#dispatch();
  }

  #lose(lane: Lane, how: string, cause?: unknown): void {
    const at = this.#lanes.indexOf(lane);
    if (at === -1) return;
    this.#lanes.splice(at, 1);
    const current = lane.current;
    lane.current = null;
    void lane.worker.terminate();
    if (current !== null) clearTimeout(current.timer);
    if (!lane.ready && !this.#closed) this.#retryStart(current, cause ?? new Error(how));
    else current?.reject(this.#closed ? new StewardError("interrupted", "Stopped.") : new WorkerLost(how));
    if (!this.#closed) this.#dispatch();
  }

  /** The batch has done nothing wrong: its thread never began. */
  #retryStart(current: Waiting | null, cause: unknown): void {
    if (current !== null) this.#queue.unshift({ job: current.job, resolve: current.resolve, reject: current.reject });
    this.#failedStarts += 1;
    if (this.#failedStarts >= startsTried) this.#giveUp(cause);
  }

  #giveUp(cause: unknown): void {
    this.#failedStarts = 0;
    const error = new StewardError("unavailable", "No thread for reading could be started on this computer.", {
      cure: "Close other programs (memory or processes are used up), then try again: nothing was lost.",
      cause,
    });
    for (const waiting of this.#queue.splice(0)) waiting.reject(error);
  }
}

class WorkerLost extends Error {}

function problemOf(record: RawRecord, lost: WorkerLost): { locator: RawRecord["locator"]; reason: string } {
  return { locator: record.locator, reason: `This ${record.format} record ${lost.message}; it was left out.` };
}
