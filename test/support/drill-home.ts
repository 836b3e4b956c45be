import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesConnector } from "../../connectors/files/index.ts";
import type { FileKind } from "../../connectors/files/reader.ts";
import { recognisePath } from "../../connectors/files/recognise.ts";
import { StewardError } from "../../src/core/errors.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import type { Problem } from "../../src/core/record.ts";
import { createIntake, type ImportProgress, type ImportReport, type Intake } from "../../src/intake/intake.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { registerSource, type Source } from "../../src/store/sources.ts";

export const checkout = join(import.meta.dirname, "..", "..");
export const drillNowMs = Date.parse("2026-11-21T10:00:00Z");

/** What an import of one path came to: a report per source that could be read, an error per source that could not. */
export interface DrillRead {
  reports: ImportReport[];
  errors: StewardError[];
  /** What was not recognised at all. */
  unrecognised: Problem[];
}

export interface DrillReadOptions {
  as?: FileKind;
  recentDays?: number | null;
  recentOnly?: boolean;
  signal?: AbortSignal;
  onProgress?(progress: ImportProgress): void;
}

/** A store, an intake with real threads and a folder for what is read, wired as the terminal wires them. */
export interface DrillHome {
  folder: string;
  store: Store;
  intake: Intake;
  /** The clock; a drill may turn it. */
  time: { nowMs: number };
  /** Writes a file below the folder and returns its path. */
  file(name: string, contents: string | Uint8Array): string;
  read(path: string, options?: DrillReadOptions): Promise<DrillRead>;
  register(path: string, as?: FileKind): Promise<Source[]>;
  close(): Promise<void>;
}

export async function openDrillHome(): Promise<DrillHome> {
  const folder = mkdtempSync(join(tmpdir(), "steward-drill-"));
  const time = { nowMs: drillNowMs };
  const clock = { now: () => time.nowMs, sleep: async () => undefined };
  const newId = (): string => uuidv7(time.nowMs);
  const store = await openStore(join(folder, "home", "steward.db"), { clock });
  const intake = createIntake({
    store,
    connectors: [filesConnector],
    connectorDeps: { fetch, clock, newId, secret: async () => null, log: () => undefined },
    clock,
    newId,
    originalsDirectory: join(folder, "home", "originals"),
  });
  const home: DrillHome = {
    folder,
    store,
    intake,
    time,
    file: (name, contents) => {
      const path = join(folder, name);
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, contents);
      return path;
    },
    read: (path, options = {}) => readPath(home, path, options),
    register: async (path, as) => (await registerPath(home, newId, path, as)).sources,
    close: async () => {
      await intake.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return home;
}

async function registerPath(home: DrillHome, newId: () => string, path: string, as?: FileKind) {
  const { found, problems } =
    as === undefined ? await recognisePath(path) : { found: [{ kind: as, path, label: path }], problems: [] };
  const sources: Source[] = [];
  for (const { kind, path: location, label } of found) {
    const source = { id: newId(), connector: "files", kind, location, label, config: { kind, path: location } };
    sources.push(await home.store.write((tx) => registerSource(tx, source)));
  }
  return { sources, problems };
}

async function readPath(home: DrillHome, path: string, options: DrillReadOptions): Promise<DrillRead> {
  const { sources, problems } = await registerPath(home, () => uuidv7(home.time.nowMs), path, options.as);
  const read: DrillRead = { reports: [], errors: [], unrecognised: problems };
  for (const source of sources) {
    try {
      const report = await home.intake.importSource(source, {
        signal: options.signal ?? new AbortController().signal,
        onProgress: (progress) => options.onProgress?.(progress),
        read: {
          zone: "UTC",
          region: "US",
          recentDays: options.recentDays ?? null,
          ...(options.recentOnly === undefined ? {} : { recentOnly: options.recentOnly }),
        },
      });
      read.reports.push(report);
    } catch (error) {
      // Anything else is the crash that the drill is looking for.
      if (!(error instanceof StewardError) || error.code === "internal") throw error;
      read.errors.push(error);
    }
  }
  return read;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  /** The most memory the process ever held, as Linux tells it; null elsewhere. */
  peakBytes: number | null;
}

export interface Started {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** Runs the real terminal as a process of its own on a home; what it printed on both streams comes back as one text. */
export function startSteward(home: string, argv: readonly string[], options: { uid?: number } = {}): Started {
  const child = spawn(
    process.execPath,
    // As the launcher would start it: given at once, there is one process, and a signal ends all of it.
    ["--max-semi-space-size=2", join(checkout, "bin", "steward.js"), "--home", home, ...argv],
    {
      env: {
        PATH: process.env["PATH"],
        HOME: join(home, ".."),
        TZ: "UTC",
        MALLOC_ARENA_MAX: "1",
        MALLOC_TRIM_THRESHOLD_: "4000000",
        LANG: "en_US.UTF-8",
      },
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    },
  );
  let out = "";
  const take = (data: Buffer): void => {
    out += data.toString();
  };
  let peakBytes: number | null = null;
  const measuring = setInterval(() => {
    peakBytes = peakOf(child.pid ?? 0) ?? peakBytes;
  }, 100);
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    ended: new Promise((resolve) =>
      child.on("close", (code, signal) => {
        clearInterval(measuring);
        resolve({ code, signal, out, peakBytes });
      }),
    ),
  };
}

function peakOf(pid: number): number | null {
  try {
    const kilobytes = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    // Not Linux, or the process is gone.
    return null;
  }
}
