import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drillKills } from "../test/support/kill-drill.ts";

/**
 * `npm run soak [kills] [seed]`: imports and kills, 200 times, then says whether anything was lost, doubled or damaged. Exit
 * code 1 when something was.
 */
async function main(kills: number, seed: number): Promise<void> {
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
