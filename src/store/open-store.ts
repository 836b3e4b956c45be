import { closeSync, existsSync, fchmodSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { toInstant } from "../core/clock.ts";
import { StewardError, toStewardError } from "../core/errors.ts";
import { Connection } from "./connection.ts";
import { makeFolder } from "./make-folder.ts";
import { migrations, schemaVersion } from "./migrations/all.ts";

/** The write side inside one transaction. Contract: only calls on `tx` may be awaited inside `store.write`. */
export interface Tx {
  readonly sql: Connection;
  /** The instant the transaction began, UTC ISO-8601. */
  readonly nowAt: string;
}

/**
 * The database: one writing connection behind a queue, one reading connection.
 *
 * Contract: `write` runs its callbacks one after the other, each in its own BEGIN IMMEDIATE transaction, and resolves after
 * COMMIT; when the callback throws, nothing of it is stored. Reads see what was committed when they started. Two processes
 * may have the same file open.
 */
export interface Store {
  readonly path: string;
  readonly read: Connection;
  write<T>(work: (tx: Tx) => Promise<T> | T): Promise<T>;
  /** What the writing connection really is set to, as SQLite says. */
  durability(): "normal" | "full";
  close(): Promise<void>;
}

export interface OpenOptions {
  clock: Clock;
  /** How long to wait for another process that is writing. Default 10,000. */
  busyTimeoutMs?: number;
  /** `full` has every commit on disk before it counts, as the door needs; `normal` may lose the last ones to a power cut. */
  durability?: "normal" | "full";
}

/**
 * Opens or creates the database at `path`, migrating an older one after a snapshot beside it (`<path>.before-v<n>`).
 * Errors: `database_newer`, `database_corrupt` (never overwritten), `database_busy`, `disk_full`, `no_permission`.
 */
export async function openStore(path: string, options: OpenOptions): Promise<Store> {
  try {
    await makeFolder(dirname(path));
    refuseForeignFile(path);
    makePrivate(path);
    const writer = new Connection(path, { readOnly: false, busyTimeoutMs: options.busyTimeoutMs ?? 10_000 });
    try {
      refuseForeignTables(writer, path);
      writer.exec("PRAGMA journal_mode = WAL; PRAGMA cache_size = -8000;");
      writer.exec(`PRAGMA synchronous = ${options.durability === "full" ? "FULL" : "NORMAL"}`);
      writer.exec("PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 16000;");
      migrate(writer, path, options.clock);
      const reader = new Connection(path, { readOnly: true, busyTimeoutMs: options.busyTimeoutMs ?? 10_000 });
      reader.exec("PRAGMA cache_size = -16000; PRAGMA query_only = ON;");
      return makeStore(path, writer, reader, options.clock);
    } catch (error) {
      writer.close();
      throw error;
    }
  } catch (error) {
    throw nameOpenError(error, path);
  }
}

function makeStore(path: string, writer: Connection, reader: Connection, clock: Clock): Store {
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;
  const write = <T>(work: (tx: Tx) => Promise<T> | T): Promise<T> => {
    const turn = queue.then(async () => {
      if (closed) throw new StewardError("internal", "The store is closed.");
      return await inTransaction(writer, clock, work);
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  const close = async (): Promise<void> => {
    await queue;
    if (closed) return;
    closed = true;
    reader.close();
    writer.close();
  };
  const durability = (): "normal" | "full" => ((writer.number("PRAGMA synchronous") ?? 0) >= 2 ? "full" : "normal");
  return { path, read: reader, write, durability, close };
}

async function inTransaction<T>(writer: Connection, clock: Clock, work: (tx: Tx) => Promise<T> | T): Promise<T> {
  try {
    writer.exec("BEGIN IMMEDIATE");
  } catch (error) {
    throw toStewardError(error, "writing to the database");
  }
  try {
    const result = await work({ sql: writer, nowAt: toInstant(clock.now()) });
    writer.exec("COMMIT");
    return result;
  } catch (error) {
    if (writer.database.isTransaction) writer.exec("ROLLBACK");
    throw toStewardError(error, "writing to the database");
  }
}

const versionRow = z.object({ user_version: z.number() });
const checkRow = z.object({ quick_check: z.string() });

function migrate(writer: Connection, path: string, clock: Clock): void {
  const version = writer.get(versionRow, "PRAGMA user_version")?.user_version ?? 0;
  if (version > schemaVersion) {
    throw new StewardError(
      "database_newer",
      `The database is of version ${version}; this steward knows ${schemaVersion}.`,
      {
        cure: "Use the newer steward that wrote it, or restore a backup made before the upgrade.",
      },
    );
  }
  if (version === schemaVersion) return;
  const check = writer.get(checkRow, "PRAGMA quick_check(1)")?.quick_check;
  if (check !== "ok")
    throw new StewardError("database_corrupt", `The database at ${path} is damaged: ${check ?? "no answer"}.`);
  writer.exec("BEGIN IMMEDIATE");
  try {
    const current = writer.get(versionRow, "PRAGMA user_version")?.user_version ?? 0;
    if (current > 0 && current < schemaVersion) snapshot(path, current, clock);
    for (const [index, sql] of migrations.entries()) if (index >= current) writer.exec(sql);
    writer.exec(`PRAGMA user_version = ${schemaVersion}`);
    writer.exec("COMMIT");
  } catch (error) {
    if (writer.database.isTransaction) writer.exec("ROLLBACK");
    throw error;
  }
}

/** Copies the database as it was through a second connection, which sees the last commit while the migration waits. */
function snapshot(path: string, version: number, clock: Clock): void {
  const plain = `${path}.before-v${version + 1}`;
  const target = existsSync(plain) ? `${plain}-${clock.now()}` : plain;
  const reader = new Connection(path, { readOnly: true, busyTimeoutMs: 1000 });
  try {
    reader.run("VACUUM INTO ?", target);
  } finally {
    reader.close();
  }
}

/** Another program's database has tables but no version of ours; it must not get our tables beside its own. */
function refuseForeignTables(writer: Connection, path: string): void {
  const tables = writer.number("SELECT count(*) FROM sqlite_schema") ?? 0;
  const version = writer.get(versionRow, "PRAGMA user_version")?.user_version ?? 0;
  if (version === 0 && tables > 0) throw new StewardError("wrong_kind", `${path} is the database of another program.`);
}

/** For the owner alone before SQLite opens it: the files it puts beside get the mode this one has then. */
function makePrivate(path: string): void {
  const file = openSync(path, "a", 0o600);
  try {
    fchmodSync(file, 0o600);
  } finally {
    closeSync(file);
  }
}

/** SQLite would start anew over an empty file and complain late about others; say so before it touches anything. */
function refuseForeignFile(path: string): void {
  if (!existsSync(path)) return;
  const stat = statSync(path);
  if (!stat.isFile()) throw new StewardError("wrong_kind", `${path} is not a file.`);
  if (stat.size === 0) return;
  const head = Buffer.alloc(16);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, 16, 0);
  } finally {
    closeSync(file);
  }
  if (head.toString("latin1") !== "SQLite format 3\u0000") {
    throw new StewardError("database_corrupt", `${path} is not a steward database, or its beginning is damaged.`);
  }
}

function nameOpenError(error: unknown, path: string): StewardError {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof StewardError) {
    if (error.code !== "database_corrupt" || error.cure !== null) return error;
    return new StewardError("database_corrupt", error.message, { cure: corruptCure(path), cause: error });
  }
  if (/malformed|not a database|disk image|file is encrypted/.test(text)) {
    return new StewardError("database_corrupt", `The database at ${path} is damaged: ${text}.`, {
      cure: corruptCure(path),
      cause: error,
    });
  }
  return toStewardError(error, `opening the database ${path}`);
}

function corruptCure(path: string): string {
  return `Nothing was changed. Move ${path} aside (keep it), restore a backup or a ${path}.before-v* snapshot, or import again.`;
}
