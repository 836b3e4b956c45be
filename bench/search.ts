import { existsSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fingerprint } from "../src/core/fingerprint.ts";
import type { DraftItem, Party, PartyRole } from "../src/core/item.ts";
import { untrusted } from "../src/core/untrusted.ts";
import { blankItem } from "../src/formats/blank-item.ts";
import { openStore, type Store } from "../src/store/open-store.ts";
import { searchItems } from "../src/store/search.ts";
import { searchColumns } from "../src/store/search-columns.ts";
import { parseQuery } from "../src/store/search-query.ts";
import { registerSource } from "../src/store/sources.ts";
import { type PreparedItem, takeItems } from "../src/store/take-items.ts";
import type { BenchRow } from "./bench-row.ts";
import {
  everywhereWord,
  type GeneratedMail,
  generateMail,
  type Person,
  rareWord,
  veryRareWord,
} from "./generate-mail.ts";
import { createRandom, createVocabulary } from "./invented-words.ts";

const clock = { now: () => Date.now(), sleep: async () => undefined };
const nowMs = Date.UTC(2026, 10, 20);
const messageCount = 100_000;
const batchSize = 200;
const rounds = 40;

/**
 * Times searches over the store at `storePath`, which is filled with 100,000 generated messages when it does not exist (about
 * a minute; the cost of that is reported too). Rows are p50, p99 and the slowest, in milliseconds, snippets included.
 */
export async function benchSearch(storePath: string): Promise<BenchRow[]> {
  const built = existsSync(storePath) ? [] : await buildStore(storePath, messageCount);
  const store = await openStore(storePath, { clock });
  try {
    const rows = [...built];
    for (const order of ["newest", "relevance"] as const) {
      const all: number[] = [];
      for (const [name, texts] of queries()) {
        const { times, total } = await timeQueries(store, texts, order);
        all.push(...times);
        rows.push({
          name: `search ${order}: ${name}`,
          value: quantile(times, 0.5),
          unit: "ms",
          note: `p50; ${describe(times)}; ${total} hits`,
        });
      }
      rows.push({
        name: `search ${order}: all queries`,
        value: quantile(all, 0.5),
        unit: "ms",
        note: `p50; ${describe(all)}`,
      });
      rows.push({
        name: `search ${order}: all queries, p99`,
        value: quantile(all, 0.99),
        unit: "ms",
        note: `${all.length} queries`,
      });
    }
    return rows;
  } finally {
    await store.close();
  }
}

/** The kinds of queries, each with several texts, so that no single list of hits stays in the caches. */
function queries(): [string, string[]][] {
  const { words } = createVocabulary(createRandom(1), 30_000);
  const word = (rank: number, step = 1): string[] =>
    Array.from({ length: 8 }, (_, at) => words[rank + at * step] ?? "");
  return [
    ["very rare word", [veryRareWord, ...word(29_000, 97)]],
    ["rare word", [rareWord, ...word(9_000, 41)]],
    ["middling word", word(700, 13)],
    ["common word", word(40, 5)],
    ["word in nine of ten", [everywhereWord]],
    ["two words", word(300, 17).map((one, at) => `${one} ${words[900 + at * 11] ?? ""}`)],
    ["phrase", word(3, 2).map((one, at) => `"${one} ${words[at] ?? ""}"`)],
    ["prefix", word(5_000, 31).map((one) => `${one.slice(0, 4)}*`)],
    ["short prefix", ["bai*", "glo*", "roi*"]],
    ["OR of three", word(800, 9).map((one, at) => `${one} OR ${words[1200 + at] ?? ""} OR ${words[2500 + at] ?? ""}`)],
    ["word not word", word(500, 7).map((one) => `${one} -${everywhereWord}`)],
    ["from and word", word(200, 9).map((one) => `from:${words[2000] ?? ""} ${one}`)],
    ["subject", word(100, 9).map((one) => `subject:${one}`)],
    ["word in a year", word(120, 9).map((one) => `${one} on:2023`)],
    ["files after a date", ["has:attachment after:2026-01-01", "has:attachment before:2021-01-01"]],
    ["dates alone", ["on:2024-05", "after:7d", "before:2021-01-01"]],
    ["unanswered", ["is:unanswered after:2026-11-01", `is:unanswered ${words[150] ?? ""}`]],
  ];
}

async function timeQueries(
  store: Store,
  texts: readonly string[],
  order: "newest" | "relevance",
): Promise<{ times: number[]; total: number }> {
  const times: number[] = [];
  let total = 0;
  for (let round = -1; round < rounds; round += 1) {
    const text = texts[Math.max(round, 0) % texts.length] ?? "";
    const started = performance.now();
    const result = await searchItems(store, parseQuery(text, { zone: "UTC", nowMs }), { limit: 20, order, nowMs });
    if (round >= 0) times.push(performance.now() - started);
    total = Math.max(total, result.total);
  }
  return { times, total };
}

/** Fills a new store on this one thread; the generator's and the preparation's time are left out of the rates. */
async function buildStore(storePath: string, count: number): Promise<BenchRow[]> {
  const store = await openStore(storePath, { clock });
  await store.write((tx) =>
    registerSource(tx, {
      id: "bench",
      connector: "files",
      kind: "mbox",
      location: "/bench",
      label: "bench",
      config: {},
    }),
  );
  const barePath = `${storePath}.bare`;
  const bare = openBare(barePath);
  const spent = { prepare: 0, take: 0, bare: 0, worstBatch: 0 };
  let batch: PreparedItem[] = [];
  const flush = async (): Promise<void> => {
    const started = performance.now();
    await store.write((tx) => takeItems(tx, "bench", batch));
    const took = performance.now() - started;
    spent.take += took;
    spent.worstBatch = Math.max(spent.worstBatch, took);
    const bareStarted = performance.now();
    bare.insert(batch);
    spent.bare += performance.now() - bareStarted;
    batch = [];
  };
  for (const mail of generateMail({ seed: 1, count })) {
    const started = performance.now();
    batch.push(prepare(mail));
    spent.prepare += performance.now() - started;
    if (batch.length === batchSize) await flush();
  }
  await flush();
  bare.close();
  const bytes = { store: statSync(storePath).size, bare: statSync(barePath).size };
  for (const end of ["", "-wal", "-shm"]) rmSync(barePath + end, { force: true });
  await store.close();
  const rate = (ms: number): number => (count / ms) * 1000;
  return [
    {
      name: "takeItems, one thread",
      value: rate(spent.take),
      unit: "items/s",
      note: `${count} items, ${batchSize} a transaction, slowest ${spent.worstBatch.toFixed(0)} ms`,
    },
    { name: "bare FTS5 insert, same texts", value: rate(spent.bare), unit: "rows/s", note: "same batches" },
    { name: "takeItems against bare FTS5", value: spent.bare / spent.take, unit: "x", note: "1 = as fast" },
    { name: "fold and columns", value: rate(spent.prepare), unit: "items/s", note: "done in workers by the intake" },
    {
      name: "database",
      value: bytes.store / count,
      unit: "bytes/message",
      note: `bare FTS5: ${Math.round(bytes.bare / count)}`,
    },
  ];
}

function openBare(path: string): { insert(batch: readonly PreparedItem[]): void; close(): void } {
  const database = new DatabaseSync(path);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -24000; CREATE VIRTUAL TABLE t USING fts5 (subject, body, content = '')",
  );
  const statement = database.prepare("INSERT INTO t (subject, body) VALUES (?, ?)");
  return {
    insert: (batch) => {
      database.exec("BEGIN");
      for (const { search } of batch) statement.run(search.subject, search.body);
      database.exec("COMMIT");
    },
    close: () => database.close(),
  };
}

function prepare(mail: GeneratedMail): PreparedItem {
  const draft = toDraft(mail);
  return {
    draft,
    search: searchColumns(draft, []),
    original: null,
    sizeBytes: mail.raw.length,
    locator: { path: "/bench", offset: 0 },
  };
}

function toDraft(mail: GeneratedMail): DraftItem {
  const sentAt = new Date(mail.sentAtMs).toISOString();
  const party = (role: PartyRole, person: Person): Party => ({
    role,
    identity: { kind: "email", value: person.address },
    name: untrusted(person.name),
  });
  return {
    ...blankItem("message", "mail", `mid:${mail.messageId}`),
    messageId: mail.messageId,
    fingerprint: fingerprint(mail.from.address, sentAt, mail.subject, mail.text),
    threadKeys: [mail.messageId, ...mail.references].map((id) => `mid:${id}`),
    threadTitle: untrusted(mail.subject),
    sentAt,
    sentEvidence: mail.sent,
    parties: [party("from", mail.from), ...mail.to.map((person) => party("to", person))],
    subject: untrusted(mail.subject),
    text: untrusted(mail.text),
    quoted: untrusted(mail.quoted),
    labels: mail.labels,
    attachments: mail.attachmentNames.map((name) => ({
      name: untrusted(name),
      mediaType: "application/pdf",
      sizeBytes: 5000,
      sha256: null,
      inline: false,
      text: untrusted(""),
    })),
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function describe(times: readonly number[]): string {
  return `p99 ${quantile(times, 0.99).toFixed(2)}, worst ${Math.max(...times).toFixed(2)}`;
}

if (import.meta.main) {
  const rows = await benchSearch(process.argv[2] ?? "bench-search.db");
  for (const row of rows)
    console.log(`${row.name.padEnd(44)} ${row.value.toFixed(2).padStart(10)} ${row.unit.padEnd(14)} ${row.note}`);
  console.log(JSON.stringify(rows));
}
