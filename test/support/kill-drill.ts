import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Ended, startSteward } from "./drill-home.ts";
import { drillMails, toMbox, writeMaildir } from "./drill-mail.ts";
import { damageOf, dumpHome, type HomeDump } from "./dump-home.ts";

export interface KillDrillOptions {
  /** An empty folder of its own. */
  folder: string;
  kills: number;
  seed: number;
  signals: readonly NodeJS.Signals[];
  onKill?(text: string): void;
}

export interface KillDrillReport {
  kills: number;
  /** Homes begun: a home that came to its end is compared, and the next one is begun. */
  homes: number;
  /** Runs that ended by themselves before their time was up. */
  finished: number;
  /** Everything that was not as it should be, in words. */
  faults: string[];
}

/** Numbers between 0 and 1 from a seed (Mulberry32), so that a drill can be done again. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A folder with some 600 records in five shapes. */
export function writeDrillExports(folder: string): string {
  const exports = join(folder, "exports");
  mkdirSync(join(exports, "Drive"), { recursive: true });
  const mails = drillMails(420, { words: 150 });
  writeFileSync(join(exports, "All mail.mbox"), toMbox(mails, { labels: true }));
  writeMaildir(join(exports, "Maildir"), mails.slice(300).concat(drillMails(60, { prefix: "other", words: 80 })));
  const chat = Array.from({ length: 120 }, (_, n) => {
    const minute = String(n % 60).padStart(2, "0");
    return `13/11/26, ${10 + Math.floor(n / 60)}:${minute} - ${n % 2 === 0 ? "Ana" : "Clara"}: Lamp ${n} of the river`;
  });
  writeFileSync(join(exports, "WhatsApp Chat with Ana.txt"), `${chat.join("\n")}\n`);
  for (let n = 0; n < 20; n += 1) writeFileSync(join(exports, "Drive", `${n}.md`), `# Paper ${n}\nThe invoice ${n}.`);
  return exports;
}

/**
 * Imports the same exports again and again and ends the process at random moments, then compares what came of it with an
 * import that nobody disturbed.
 */
export async function drillKills(options: KillDrillOptions): Promise<KillDrillReport> {
  const random = seededNumbers(options.seed);
  const exports = writeDrillExports(options.folder);
  const calm = join(options.folder, "calm");
  const began = performance.now();
  const undisturbed = await startSteward(calm, ["import", exports]).ended;
  let wholeMs = performance.now() - began;
  const report: KillDrillReport = { kills: 0, homes: 0, finished: 0, faults: [] };
  if (undisturbed.code !== 0) return { ...report, faults: [`undisturbed: ${undisturbed.code} ${undisturbed.out}`] };
  const wanted = dumpHome(join(calm, "steward.db"));
  let home = join(options.folder, "home-0");
  let isFresh = true;
  while (report.kills < options.kills) {
    const signal = options.signals[Math.floor(random() * options.signals.length)] ?? "SIGKILL";
    const delayMs = Math.floor(wholeMs * (0.1 + random() * 0.9));
    const startedAt = performance.now();
    const ended = await runAndKill(home, exports, signal, delayMs);
    const isKilled = ended.signal !== null || ended.code === 130;
    report.faults.push(...faultsOf(home, ended, `${signal} after ${delayMs} ms`));
    options.onKill?.(`${signal} after ${delayMs} ms: ${isKilled ? "killed" : `ended with ${ended.code}`}`);
    if (isKilled) {
      report.kills += 1;
      isFresh = false;
    } else {
      report.finished += 1;
      // A machine that was busy at first would else let most runs end before their time is up.
      if (isFresh) wholeMs = Math.min(wholeMs, performance.now() - startedAt);
      isFresh = true;
      report.faults.push(...(await finish(home, exports, wanted)));
      report.homes += 1;
      home = join(options.folder, `home-${report.homes}`);
    }
  }
  report.faults.push(...(await finish(home, exports, wanted)));
  report.homes += 1;
  return report;
}

async function runAndKill(home: string, exports: string, signal: NodeJS.Signals, delayMs: number): Promise<Ended> {
  const { kill, ended } = startSteward(home, ["import", exports]);
  const waiting = new AbortController();
  const killing = sleep(delayMs, undefined, { signal: waiting.signal }).then(
    () => kill(signal),
    () => undefined,
  );
  const result = await ended;
  waiting.abort();
  await killing;
  return result;
}

function faultsOf(home: string, { code, signal, out }: Ended, when: string): string[] {
  const faults: string[] = [];
  if (signal === null && code !== 0 && code !== 130) faults.push(`${when}: exit code ${code}: ${out}`);
  if (out.includes("Another steward")) faults.push(`${when}: busy after a kill: ${out}`);
  if (!readdirIfThere(home).includes("steward.db")) return faults;
  try {
    return [...faults, ...damageOf(join(home, "steward.db")).map((damage) => `${when}: ${damage}`)];
  } catch (error) {
    // Killed before the tables were made: the next run makes them.
    if (error instanceof Error && /no such table|unable to open/.test(error.message)) return faults;
    throw error;
  }
}

/** Imports to the end without disturbance and says what differs from the undisturbed home. */
async function finish(home: string, exports: string, wanted: HomeDump): Promise<string[]> {
  const ended = await startSteward(home, ["import", exports]).ended;
  const faults = faultsOf(home, ended, "at the end");
  if (ended.code !== 0) return faults;
  const found = dumpHome(join(home, "steward.db"));
  for (const [part, lines] of Object.entries(wanted)) {
    const here: unknown = Reflect.get(found, part);
    if (JSON.stringify(here) === JSON.stringify(lines)) continue;
    const others = new Set<unknown>(Array.isArray(here) ? here : []);
    const missing = lines.filter((line: string) => !others.has(line));
    faults.push(`${part} differ: ${missing.length} of ${lines.length} missing, such as ${missing[0]}`);
  }
  const left = readdirIfThere(home).filter((name) => name.endsWith(".tmp"));
  if (left.length > 0) faults.push(`left over: ${left.join(", ")}`);
  if (faults.length === 0) rmSync(home, { recursive: true, force: true });
  return faults;
}

function readdirIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Killed before the home was made.
    return [];
  }
}
