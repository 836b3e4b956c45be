import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type BenchRow, median } from "./bench-row.ts";

const outcomeSchema = z.object({ messages: z.number(), ms: z.number(), bytes: z.number(), peakMb: z.number() });
type Outcome = z.output<typeof outcomeSchema>;
const tasks = ["parse", "index", "naive", "steward", "again"] as const;

/**
 * Imports a mailbox `rounds` times, interleaved with the raw limits on the same mailbox in the same run: postal-mime alone on
 * one thread, a bare FTS5 insert of the same texts, and a naive one-thread importer.
 */
export function benchImport(name: string, mailbox: string, workFolder: string, rounds: number): BenchRow[] {
  const outcomes = new Map<string, Outcome[]>(tasks.map((task) => [task, []]));
  for (let round = 0; round < rounds; round += 1) {
    mkdirSync(workFolder, { recursive: true });
    const folder = mkdtempSync(join(workFolder, "import-"));
    for (const task of tasks) {
      if (task === "naive" || task === "steward") rmSync(join(folder, "bare.db"), { force: true });
      outcomes.get(task)?.push(runChild(task, mailbox, folder));
    }
    rmSync(folder, { recursive: true, force: true });
  }
  const rate = (task: string): number =>
    median((outcomes.get(task) ?? []).map((one) => (one.messages / one.ms) * 1000));
  const of = (task: string, pick: (one: Outcome) => number): number => median((outcomes.get(task) ?? []).map(pick));
  const ratios = (other: string): number =>
    median((outcomes.get("steward") ?? []).map((one, at) => pace(one) / pace(outcomes.get(other)?.[at] ?? one)));
  const count = of("steward", (one) => one.messages);
  return [
    {
      name: `${name}: import`,
      value: rate("steward"),
      unit: "messages/s",
      note: `${count} messages, parsed, threaded, indexed, kept`,
    },
    { name: `${name}: postal-mime alone, one thread`, value: rate("parse"), unit: "messages/s", note: "same messages" },
    { name: `${name}: bare FTS5 insert`, value: rate("index"), unit: "messages/s", note: "same texts" },
    { name: `${name}: naive importer, one thread`, value: rate("naive"), unit: "messages/s", note: "parse and insert" },
    { name: `${name}: import against postal-mime alone`, value: ratios("parse"), unit: "x", note: "aim 1.0" },
    { name: `${name}: import against the naive importer`, value: ratios("naive"), unit: "x", note: "aim 1.3" },
    { name: `${name}: peak memory`, value: of("steward", (one) => one.peakMb), unit: "MB", note: "aim < 300" },
    {
      name: `${name}: database`,
      value: of("steward", (one) => one.bytes / one.messages),
      unit: "bytes/message",
      note: "index included, originals apart",
    },
    {
      name: `${name}: import again, nothing new`,
      value: of("again", (one) => one.ms),
      unit: "ms",
      note: "aim < 1000 at 100,000",
    },
  ];
}

function pace(one: Outcome): number {
  return one.messages / one.ms;
}

function runChild(task: string, mailbox: string, folder: string): Outcome {
  const child = join(import.meta.dirname, "import-child.ts");
  const result = spawnSync(process.execPath, ["--max-semi-space-size=2", child, task, mailbox, folder], {
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  if (result.status !== 0) throw new Error(`The measurement "${task}" failed: ${result.stderr}`);
  return outcomeSchema.parse(JSON.parse(result.stdout.trim().split("\n").at(-1) ?? ""));
}
