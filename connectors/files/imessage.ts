import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { z } from "zod";
import type { Page } from "../../src/core/connector.ts";
import { stopIfAborted, toStewardError } from "../../src/core/errors.ts";
import type { RawRecord } from "../../src/core/record.ts";
import { appleInstant, type ImessageRow } from "../../src/formats/chat/imessage-row.ts";
import { baseName } from "./chat-source.ts";
import { emptyPage } from "./empty-page.ts";
import { ImessageDatabase, noAccess } from "./imessage-query.ts";
import { isInPass } from "./is-in-pass.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";

const pageRows = 200;
const recentDays = 7;
const maxRecent = 5000;

const cursorSchema = z.strictObject({
  /** Sizes and times of chat.db and its WAL, to see at once that nothing happened. */
  stamp: z.string(),
  lastRowId: z.number(),
  /** Guid to hash of the rows of the last seven days, which may still change, as the last finished walk saw them. */
  recent: z.record(z.string(), z.string()),
  /** The same, of the walk that is under way. */
  seen: z.record(z.string(), z.string()),
  done: z.boolean(),
});
type Cursor = z.output<typeof cursorSchema>;

/** Reads the database of Messages on a Mac, live or copied. */
export const imessageReader: FileReader = { kind: "imessage", recognise, pull };

async function recognise(candidate: Candidate): Promise<Recognised | null> {
  const isSqlite = Buffer.from(candidate.head.subarray(0, 15)).toString("latin1") === "SQLite format 3";
  if (candidate.isFolder || !isSqlite) return null;
  const found: Recognised = { kind: "imessage", label: "Messages on this Mac", sizeBytes: candidate.sizeBytes };
  if (baseName(candidate.path) === "chat.db") return found;
  const head = Buffer.from(candidate.head).toString("latin1");
  return head.includes("chat_message_join") && head.includes("attributedBody") ? found : null;
}

async function pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
  stopIfAborted(signal);
  const stamp = await stampOf(path);
  const before = cursorSchema.safeParse(cursor).data ?? null;
  if (before?.done === true && before.stamp === stamp) return emptyPage(before, before.lastRowId, "records");
  const database = new ImessageDatabase(path);
  try {
    const extent = database.extent(path);
    const windowMs = extent.newestMs === null ? null : extent.newestMs - recentDays * 86_400_000;
    const firstRecent = windowMs === null ? null : database.firstRowSince(windowMs, path);
    const start = startOf(before, stamp, extent.lastRowId, firstRecent);
    return readPage(database, path, start, { ...extent, windowMs }, options);
  } finally {
    database.close();
  }
}

/** After a finished walk the next one begins where the last seven days do, because their rows may still change. */
function startOf(before: Cursor | null, stamp: string, lastRowId: number, firstRecent: number | null): Cursor {
  const fresh: Cursor = { stamp, lastRowId: 0, recent: {}, seen: {}, done: false };
  if (before === null) return fresh;
  if (!before.done) return before;
  // Fewer rows than were read: the database was laid out anew, and row numbers mean nothing any more.
  if (lastRowId < before.lastRowId) return { ...fresh, recent: before.recent };
  const from = Math.min(before.lastRowId, firstRecent === null ? before.lastRowId : firstRecent - 1);
  return { ...fresh, lastRowId: from, recent: before.recent };
}

function readPage(
  database: ImessageDatabase,
  path: string,
  start: Cursor,
  extent: { lastRowId: number; windowMs: number | null },
  options: ReadOptions,
): Page {
  const { rows, broken, lastRowId } = database.after(start.lastRowId, pageRows, path);
  const records: RawRecord[] = [];
  const gone: string[] = [];
  const seen = new Map(Object.entries(start.seen));
  for (const row of rows) {
    const bytes = Buffer.from(JSON.stringify(row));
    const sentMs = appleInstant(row.date);
    const isRecent = sentMs !== null && extent.windowMs !== null && sentMs >= extent.windowMs;
    const hash = isRecent ? createHash("sha256").update(bytes).digest("base64url").slice(0, 11) : "";
    if (isRecent && seen.size < maxRecent) seen.set(row.guid, hash);
    if (isRecent && start.recent[row.guid] === hash) continue;
    if (row.isRetracted) gone.push(row.guid);
    else if (isInPass(sentMs, options)) records.push(toRecord(row, bytes, path, options));
  }
  const failed = broken.map((rowId) => ({
    locator: { path, offset: rowId },
    reason: `Row ${rowId} of Messages could not be read.`,
  }));
  const done = rows.length + broken.length < pageRows;
  const recent = Object.fromEntries(seen);
  if (done) gone.push(...Object.keys(start.recent).filter((guid) => !seen.has(guid) && !database.has(guid, path)));
  const cursor = done ? { ...start, lastRowId, recent, seen: {}, done } : { ...start, lastRowId, seen: recent };
  const progress = { done: Math.min(lastRowId, extent.lastRowId), total: extent.lastRowId, unit: "records" as const };
  return { records, gone, failed, cursor, done, coverage: null, progress };
}

function toRecord(row: ImessageRow, bytes: Buffer, path: string, options: ReadOptions): RawRecord {
  const { zone, region } = options;
  return {
    format: "imessage",
    externalId: row.guid,
    bytes: new Uint8Array(bytes),
    hints: { zone, region },
    locator: { path, offset: row.rowId },
  };
}

/** New rows may lie in the WAL alone, so its size and time count as well. */
async function stampOf(path: string): Promise<string> {
  const main = await stat(path).catch((error: unknown) => {
    const known = toStewardError(error, `reading ${baseName(path)}`);
    throw known.code === "no_permission" ? noAccess(path, error) : known;
  });
  const log = await stat(`${path}-wal`).catch(() => null);
  return [main.size, main.mtimeMs, log?.size ?? 0, log?.mtimeMs ?? 0].join(" ");
}
