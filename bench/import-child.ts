import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import PostalMime from "postal-mime";
import { filesConnector } from "../connectors/files/index.ts";
import { recognisePath } from "../connectors/files/recognise.ts";
import { uuidv7 } from "../src/core/ids.ts";
import { createIntake } from "../src/intake/intake.ts";
import { openStore } from "../src/store/open-store.ts";
import { registerSource } from "../src/store/sources.ts";

/**
 * One measurement in its own process, so that its memory is its own: `import-child.ts TASK MAILBOX FOLDER`. Prints one line of
 * JSON: {messages, ms, peakMb, bytes}. Tasks: parse (postal-mime alone), index (the same texts into a bare FTS5 table), naive
 * (both on one thread), steward (the product), again (the product, nothing new).
 */
const [task = "", mailbox = "", folder = ""] = process.argv.slice(2);
const clock = { now: () => Date.now(), sleep: async () => undefined };

interface Outcome {
  messages: number;
  ms: number;
  bytes: number;
}

/** Cuts an mbox in memory; the fixed cost is left out of the one-thread measurements below. */
function cutMailbox(path: string): Uint8Array[] {
  const bytes = readFileSync(path);
  const messages: Uint8Array[] = [];
  let from = bytes.indexOf("From ");
  while (from !== -1) {
    const headerEnd = bytes.indexOf(10, from) + 1;
    const next = bytes.indexOf("\nFrom ", headerEnd);
    messages.push(bytes.subarray(headerEnd, next === -1 ? bytes.length : next));
    from = next === -1 ? -1 : next + 1;
  }
  return messages;
}

async function parseOnly(): Promise<Outcome> {
  const messages = cutMailbox(mailbox);
  const started = performance.now();
  for (const message of messages) await PostalMime.parse(message);
  return { messages: messages.length, ms: performance.now() - started, bytes: 0 };
}

function openBareIndex(): DatabaseSync {
  const database = new DatabaseSync(join(folder, "bare.db"));
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE VIRTUAL TABLE t USING fts5 (subject, body)",
  );
  return database;
}

async function indexOnly(): Promise<Outcome> {
  const texts: [string, string][] = [];
  for (const message of cutMailbox(mailbox)) {
    const parsed = await PostalMime.parse(message);
    texts.push([parsed.subject ?? "", parsed.text ?? parsed.html ?? ""]);
  }
  const database = openBareIndex();
  const insert = database.prepare("INSERT INTO t (subject, body) VALUES (?, ?)");
  const started = performance.now();
  for (let at = 0; at < texts.length; at += 1000) {
    database.exec("BEGIN");
    for (const [subject, body] of texts.slice(at, at + 1000)) insert.run(subject, body);
    database.exec("COMMIT");
  }
  const ms = performance.now() - started;
  database.close();
  return { messages: texts.length, ms, bytes: statSync(join(folder, "bare.db")).size };
}

async function naive(): Promise<Outcome> {
  const started = performance.now();
  const messages = cutMailbox(mailbox);
  const database = openBareIndex();
  const insert = database.prepare("INSERT INTO t (subject, body) VALUES (?, ?)");
  let inTransaction = 0;
  for (const message of messages) {
    const parsed = await PostalMime.parse(message);
    if (inTransaction === 0) database.exec("BEGIN");
    insert.run(parsed.subject ?? "", parsed.text ?? parsed.html ?? "");
    inTransaction += 1;
    if (inTransaction === 1000) {
      database.exec("COMMIT");
      inTransaction = 0;
    }
  }
  if (inTransaction > 0) database.exec("COMMIT");
  const ms = performance.now() - started;
  database.close();
  return { messages: messages.length, ms, bytes: statSync(join(folder, "bare.db")).size };
}

async function steward(): Promise<Outcome> {
  const store = await openStore(join(folder, "steward.db"), { clock });
  const intake = createIntake({
    store,
    connectors: [filesConnector],
    connectorDeps: { fetch, clock, newId: () => uuidv7(Date.now()), secret: async () => null, log: () => undefined },
    clock,
    newId: () => uuidv7(Date.now()),
    originalsDirectory: join(folder, "originals"),
  });
  const { found } = await recognisePath(mailbox);
  const started = performance.now();
  let messages = 0;
  for (const { kind, path, label } of found) {
    const id = createHash("sha256").update(path).digest("hex").slice(0, 12);
    const source = await store.write((tx) =>
      registerSource(tx, { id, connector: "files", kind, location: path, label, config: { kind, path } }),
    );
    const report = await intake.importSource(source, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      read: { zone: "UTC", region: "US", recentDays: null },
    });
    messages += report.added + report.known;
  }
  const ms = performance.now() - started;
  await intake.close();
  await store.close();
  return { messages, ms, bytes: statSync(join(folder, "steward.db")).size };
}

const tasks: Record<string, () => Promise<Outcome>> = {
  parse: parseOnly,
  index: indexOnly,
  naive,
  steward,
  again: steward,
};
const outcome = await (tasks[task] ?? parseOnly)();
console.log(JSON.stringify({ ...outcome, peakMb: process.resourceUsage().maxRSS / 1024 }));
