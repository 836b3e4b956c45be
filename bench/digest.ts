import { join } from "node:path";
import { loadTriageSetting } from "../src/cli/triage-setting.ts";
import { toInstant } from "../src/core/clock.ts";
import { parseMail } from "../src/formats/mail/parse-mail.ts";
import { openStore } from "../src/store/open-store.ts";
import { searchColumns } from "../src/store/search-columns.ts";
import { registerSource } from "../src/store/sources.ts";
import { takeItems } from "../src/store/take-items.ts";
import { readDigest } from "../src/triage/read-digest.ts";
import { type BenchRow, median } from "./bench-row.ts";
import { generateMail } from "./generate-mail.ts";

const count = 10_000;
const batch = 200;

/** A digest over 10,000 messages that nobody has judged yet, then the same again with the verdicts kept. */
export async function benchDigest(path: string): Promise<BenchRow[]> {
  let newestMs = 0;
  const clock = { now: () => newestMs, sleep: async () => undefined };
  const store = await openStore(path, { clock });
  const source = { id: "bench", connector: "files", kind: "mbox", location: path, label: "bench", config: {} };
  await store.write((tx) => registerSource(tx, source));
  let waiting: Parameters<typeof takeItems>[2][number][] = [];
  for (const mail of generateMail({ seed: 3, count })) {
    const bytes = Buffer.from(mail.raw);
    const locator = { path, offset: waiting.length };
    const record = { format: "mail" as const, externalId: `${mail.messageId}`, bytes, hints: {}, locator };
    for (const draft of (await parseMail(record)).items) {
      newestMs = Math.max(newestMs, draft.sentAt === null ? 0 : Date.parse(draft.sentAt));
      waiting.push({ draft, search: searchColumns(draft, []), original: null, sizeBytes: bytes.length, locator });
    }
    if (waiting.length >= batch) {
      const some = waiting;
      waiting = [];
      await store.write((tx) => takeItems(tx, source.id, some));
    }
  }
  await store.write((tx) => takeItems(tx, source.id, waiting));
  const owner = { names: ["Owner"], identities: [], zone: "UTC", region: "US", languages: ["en"] };
  const setting = await loadTriageSetting(join(import.meta.dirname, ".."), owner);
  // Every message within the horizon: the newest is now, the oldest as far back as it goes.
  const reading = { setting, nowMs: newestMs };
  const request = { since: toInstant(0), limit: 12, showIgnored: false };
  const rows: BenchRow[] = [];
  const measure = async (): Promise<number> => {
    const started = performance.now();
    await readDigest(store, reading, request);
    return performance.now() - started;
  };
  const cold: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await store.write((tx) => void tx.sql.run("DELETE FROM verdicts"));
    cold.push(await measure());
  }
  rows.push({
    name: `digest over ${count} new messages, none judged yet`,
    value: median(cold),
    unit: "ms",
    note: "aim < 1000",
  });
  const warm = [await measure(), await measure(), await measure()];
  rows.push({ name: `digest over ${count} messages, verdicts kept`, value: median(warm), unit: "ms", note: "" });
  await store.close();
  return rows;
}
