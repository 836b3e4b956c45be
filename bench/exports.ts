import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { filesConnector } from "../connectors/files/index.ts";
import { recognisePath } from "../connectors/files/recognise.ts";
import { uuidv7 } from "../src/core/ids.ts";
import { createIntake } from "../src/intake/intake.ts";
import { countItems } from "../src/store/items.ts";
import { openStore } from "../src/store/open-store.ts";
import { registerSource } from "../src/store/sources.ts";
import { fields, scoreNasty } from "../test/support/nasty-score.ts";
import type { BenchRow } from "./bench-row.ts";
import { dataFolder } from "./load-mailbox.ts";

const clock = { now: () => Date.now(), sleep: async () => undefined };

/** Counts of the collected exports against what is known of them, and MIME fields against what parsers agree on. */
export async function benchExports(folder: string): Promise<BenchRow[]> {
  const data = dataFolder();
  if (data === null) return [{ name: "exports: skipped", value: 0, unit: "", note: "no data folder" }];
  const synthetic = join(data, "exports", "synthetic");
  const read = (name: string): unknown => JSON.parse(readFileSync(join(synthetic, name, "expected.json"), "utf8"));
  const telegram = z.object({ chats: z.array(z.object({ messages: z.number() })) }).parse(read("telegram"));
  const rows = [
    await compare(
      folder,
      "Telegram result.json",
      join(synthetic, "telegram", "result.json"),
      telegram.chats.reduce((sum, chat) => sum + chat.messages, 0),
    ),
    await compare(
      folder,
      "Messages chat.db",
      join(synthetic, "imessage", "chat.db"),
      z.array(z.unknown()).parse(read("imessage")).length,
    ),
    await compare(
      folder,
      "Google contacts, current header",
      join(synthetic, "contacts", "google_new.csv"),
      z.array(z.unknown()).parse(read("contacts")).length,
    ),
    await compare(
      folder,
      "Google contacts, older header",
      join(synthetic, "contacts", "google_old.csv"),
      z.array(z.unknown()).parse(read("contacts")).length,
    ),
  ];
  const score = await scoreNasty(join(data, "mime_nasty"));
  for (const field of fields) {
    rows.push({
      name: `MIME ${field} wrong, of ${score.files} damaged files`,
      value: score.ours[field],
      unit: "files",
      note: `postal-mime alone: ${score.postal[field]}`,
    });
  }
  return rows;
}

async function compare(folder: string, name: string, path: string, expected: number): Promise<BenchRow> {
  const store = await openStore(join(mkdtempSync(join(folder, "exports-")), "steward.db"), { clock });
  const newId = (): string => uuidv7(Date.now());
  const connectorDeps = { fetch, clock, newId, secret: async () => null, log: () => undefined };
  const intake = createIntake({
    store,
    connectors: [filesConnector],
    connectorDeps,
    clock,
    newId,
    originalsDirectory: null,
    workers: 1,
  });
  let items = 0;
  for (const found of (await recognisePath(path)).found) {
    const source = {
      id: newId(),
      connector: "files",
      kind: found.kind,
      location: found.path,
      label: found.label,
      config: { kind: found.kind, path: found.path },
    };
    await intake.importSource(await store.write((tx) => registerSource(tx, source)), {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      read: { zone: "UTC", region: "US", recentDays: null },
    });
    const counts = await countItems(store);
    items = found.kind === "contacts_csv" ? counts.items : counts.messages;
  }
  await intake.close();
  await store.close();
  return { name: `${name}: items read`, value: items, unit: "items", note: `expected ${expected}` };
}
