import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type BenchRow, median } from "./bench-row.ts";

const steward = join(import.meta.dirname, "..", "bin", "steward.js");
const rounds = 9;

/** Wall time of the terminal as a person starts it, from the plain launcher on, warm: the demo home is imported first. */
export async function benchTerminal(folder: string): Promise<BenchRow[]> {
  const home = join(folder, "terminal-home");
  const run = (...words: string[]): number => {
    const started = performance.now();
    const result = spawnSync(process.execPath, [steward, ...words], {
      encoding: "utf8",
      env: { ...process.env, STEWARD_HOME: home },
    });
    if (result.status !== 0) throw new Error(`steward ${words.join(" ")}: ${result.stderr}`);
    return performance.now() - started;
  };
  run("--version");
  run("demo");
  run("--demo", "digest", "--peek");
  const time = (...words: string[]): number => median(Array.from({ length: rounds }, () => run(...words)));
  const bare = median(
    Array.from({ length: rounds }, () => {
      const started = performance.now();
      spawnSync(process.execPath, ["-e", "0"]);
      return performance.now() - started;
    }),
  );
  return [
    { name: "an empty Node process", value: bare, unit: "ms", note: "the floor" },
    { name: "steward --version", value: time("--version"), unit: "ms", note: "aim < 100" },
    {
      name: "steward digest, warm, the demo life",
      value: time("--demo", "digest", "--peek"),
      unit: "ms",
      note: "aim < 400",
    },
    {
      name: "steward search, warm, the demo life",
      value: time("--demo", "search", "licence plate"),
      unit: "ms",
      note: "",
    },
  ];
}
