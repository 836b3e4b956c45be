import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeHugeMessage, writeManyEvents } from "../test/support/big-files.ts";
import { startSteward } from "../test/support/drill-home.ts";
import { drillKills } from "../test/support/kill-drill.ts";

const memoryLimitBytes = 300_000_000;
const big = [
  { what: "a message of 4 GB", name: "huge.mbox", write: (path: string) => writeHugeMessage(path, 4_294_967_296) },
  { what: "100,000 events", name: "many.ics", write: (path: string) => writeManyEvents(path, 100_000) },
];

/**
 * `npm run soak -- [kills] [seed]`: imports what is huge and measures the memory; then imports and kills, 200 times, and says
 * whether anything was lost, doubled or damaged. Exit code 1 when something was.
 */
async function main(kills: number, seed: number): Promise<void> {
  await readBigFiles();
  await killOften(kills, seed);
}

async function readBigFiles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "steward-soak-big-"));
  try {
    for (const { what, name, write } of big) {
      const path = join(folder, name);
      write(path);
      const began = performance.now();
      const { code, peakBytes } = await startSteward(join(folder, "home"), ["import", path]).ended;
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const memory = peakBytes === null ? "not measured here" : `${Math.round(peakBytes / 1_000_000)} MB`;
      console.log(`${what}: exit code ${code}, ${seconds} s, at most ${memory}`);
      if (code !== 0 || (peakBytes ?? 0) > memoryLimitBytes) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killOften(kills: number, seed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "steward-soak-"));
  const began = performance.now();
  let count = 0;
  const report = await drillKills({
    folder,
    kills,
    seed,
    signals: ["SIGKILL", "SIGKILL", "SIGKILL", "SIGINT", "SIGTERM"],
    onKill: (text) => {
      count += 1;
      if (count % 10 === 0) console.log(`${count}: ${text}`);
    },
  });
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.log(
    `\n${report.kills} kills (seed ${seed}) over ${report.homes} homes, ${report.finished} runs ended by themselves, ${minutes} minutes.`,
  );
  if (report.faults.length === 0) {
    console.log(
      "Every home came to the same as an import that nobody disturbed; every database was whole after every kill.",
    );
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  for (const fault of report.faults.slice(0, 50)) console.log(`FAULT ${fault}`);
  console.log(`${report.faults.length} faults; the homes are in ${folder}.`);
  process.exitCode = 1;
}

await main(Number.parseInt(process.argv[2] ?? "200", 10), Number.parseInt(process.argv[3] ?? "7", 10));
