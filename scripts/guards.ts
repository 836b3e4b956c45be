import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/**
 * Proves that every guard is guarded: each listed one-line mutation is applied to a copy of the tree, and the test it names
 * must fail there. `npm run guards [part-of-name]`; exit code 1 when a mutated copy stays green.
 */

const guardSchema = z.strictObject({
  name: z.string(),
  file: z.string(),
  find: z.string().min(8),
  replace: z.string(),
  test: z.string(),
});
type Guard = z.output<typeof guardSchema>;

const root = join(import.meta.dirname, "..");
const copied = [
  "src",
  "connectors",
  "approvals",
  "skills",
  "test",
  "data",
  "scripts",
  "bench",
  "bin",
  "package.json",
  "vitest.config.ts",
  "tsconfig.json",
];
const lanes = 2;

export function readGuards(): Guard[] {
  const folder = join(root, "scripts", "guards");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => z.array(guardSchema).parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

async function main(filter: string | undefined): Promise<void> {
  const guards = readGuards().filter(
    (guard) => filter === undefined || guard.name.includes(filter) || guard.file.includes(filter),
  );
  const waiting = [...guards];
  let green = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const copy = makeCopy();
      try {
        for (let guard = waiting.shift(); guard !== undefined; guard = waiting.shift()) {
          const verdict = await tryGuard(copy, guard);
          if (verdict !== "red") green += 1;
          console.log(
            `${verdict === "red" ? "red as it should" : `PROBLEM: ${verdict}`}  ${guard.name}  (${guard.file} → ${guard.test})`,
          );
        }
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    }),
  );
  console.log(`\n${guards.length - green} of ${guards.length} guards are guarded by a test.`);
  if (green > 0) process.exitCode = 1;
}

function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), "steward-guards-"));
  const present = new Set(readdirSync(root));
  for (const name of copied) if (present.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

async function tryGuard(copy: string, guard: Guard): Promise<string> {
  const path = join(copy, guard.file);
  const source = readFileSync(path, "utf8");
  const times = source.split(guard.find).length - 1;
  if (times !== 1) return `its line occurs ${times} times`;
  writeFileSync(
    path,
    source.replace(guard.find, () => guard.replace),
  );
  try {
    return await runTest(copy, guard.test);
  } finally {
    writeFileSync(path, source);
  }
}

/** A mutation may take out what ends a loop: a test that never ends is as red as one that fails. */
const longestRunMs = 240_000;

async function endOf(child: ChildProcess): Promise<number | "hangs"> {
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    // The runner's own threads and children, too: one that spins does not hear anything milder.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, longestRunMs);
  const code = await new Promise<number>((resolve) => child.on("exit", (exit) => resolve(exit ?? 1)));
  clearTimeout(timer);
  return hangs ? "hangs" : code;
}

const reportSchema = z.object({ numTotalTests: z.number(), numFailedTests: z.number() });

async function runTest(copy: string, test: string): Promise<string> {
  const out = join(copy, "guard-report.json");
  rmSync(out, { force: true });
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", test, "--reporter=json", `--outputFile=${out}`, "--bail=1"], {
    cwd: copy,
    stdio: "ignore",
    detached: true,
    env: { ...process.env, STEWARD_DATA: join(root, "..", "shared", "data"), STEWARD_GUARDS: "1" },
  });
  const code = await endOf(child);
  if (code === "hangs") return "red";
  if (code === 0) return "the test stays green";
  const report = reportSchema.safeParse(JSON.parse(readFileSync(out, "utf8")));
  if (!report.success || report.data.numTotalTests === 0) return "the mutation broke the file instead of the guard";
  return report.data.numFailedTests > 0 ? "red" : "the run failed, but no test did";
}

if (import.meta.main) await main(process.argv[2]);
