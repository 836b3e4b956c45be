import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { benchAgent } from "./agent.ts";
import type { BenchRow } from "./bench-row.ts";
import { benchDigest } from "./digest.ts";
import { benchExports } from "./exports.ts";
import { writeMailbox } from "./generate-mail.ts";
import { benchGoogle } from "./google.ts";
import { benchImport } from "./import.ts";
import { dataFolder } from "./load-mailbox.ts";
import { benchSearch } from "./search.ts";
import { benchTerminal } from "./terminal.ts";
import { benchTriage } from "./triage-eval.ts";
import { benchTriageModel } from "./triage-model.ts";

/**
 * `npm run bench [-- PART...]`: measures, prints a table with medians and the machine's facts, and writes JSON to bench/out/.
 * Parts: import, real, google, search, digest, terminal, triage, exports, agent. `--count N` is the size of the generated mailbox.
 */
const folder = mkdtempSync(join(tmpdir(), "steward-bench-"));

const parts: Record<string, () => Promise<BenchRow[]>> = {
  import: async () => {
    const mailbox = join(folder, "generated.mbox");
    const count = numberOption("--count", 20_000);
    await writeMailbox(mailbox, { seed: 1, count });
    return benchImport(`${count} generated`, mailbox, folder, numberOption("--rounds", 3));
  },
  real: async () => {
    const data = dataFolder();
    const history = join(data ?? "", "mail", "persona", "branden", "history.mbox.gz");
    if (data === null || !existsSync(history)) return skipped("real mail");
    const mailbox = join(folder, "branden.mbox");
    writeFileSync(mailbox, gunzipSync(readFileSync(history)));
    return benchImport("1,189 real", mailbox, folder, numberOption("--rounds", 3));
  },
  google: () => benchGoogle(folder, numberOption("--messages", 5_000), numberOption("--rounds", 3)),
  search: () => benchSearch(join(folder, "search.db")),
  digest: () => benchDigest(join(folder, "digest.db")),
  terminal: () => benchTerminal(folder),
  triage: benchTriage,
  model: () => benchTriageModel(join(folder, "model.db")),
  exports: () => benchExports(folder),
  agent: () => benchAgent(folder),
};

function skipped(what: string): BenchRow[] {
  return [{ name: `${what}: skipped`, value: 0, unit: "", note: "STEWARD_DATA is not there" }];
}

function numberOption(name: string, usual: number): number {
  const at = process.argv.indexOf(name);
  return at === -1 ? usual : Number(process.argv[at + 1] ?? usual);
}

function machine(): Record<string, string> {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  return {
    node: process.version,
    processor: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    load: readLoad(),
    commit,
    at: new Date().toISOString(),
  };
}

function readLoad(): string {
  return existsSync("/proc/loadavg")
    ? readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ")
    : "unknown";
}

function print(row: BenchRow): void {
  const value = row.name.endsWith("skipped") ? "" : row.value >= 100 ? row.value.toFixed(0) : row.value.toPrecision(3);
  console.log(`${row.name.padEnd(56)} ${value.padStart(9)} ${row.unit.padEnd(14)} ${row.note}`);
}

const named = process.argv.slice(2).filter((word) => parts[word] !== undefined);
const facts = machine();
console.log(
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join("   "),
);
const results: Record<string, BenchRow[]> = {};
try {
  for (const part of named.length > 0 ? named : Object.keys(parts)) {
    console.log(`\n${part}`);
    const rows = (await parts[part]?.()) ?? [];
    results[part] = rows;
    for (const row of rows) print(row);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const out = join(import.meta.dirname, "out");
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "bench.json"), `${JSON.stringify({ machine: facts, results }, null, 2)}\n`);
console.log("\nWritten to bench/out/bench.json");
