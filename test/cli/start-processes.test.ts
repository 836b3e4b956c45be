import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Started, startSteward } from "../support/drill-home.ts";
import { drillMails, toMbox } from "../support/drill-mail.ts";
import { damageOf } from "../support/dump-home.ts";

const mails = 6000;
let folder: string;
let home: string;
let running: Started[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steward-start-"));
  home = join(folder, "home");
  running = [];
});
afterEach(async () => {
  for (const one of running) one.kill("SIGKILL");
  await Promise.all(running.map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true });
});

function run(...argv: string[]): Started {
  const started = startSteward(home, argv);
  running.push(started);
  return started;
}

/** The inside of a supervisor; null while there is none. */
function insideOf(pid: number): number | null {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return Number(children[0]) || null;
  } catch {
    return null;
  }
}

async function until(claim: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (claim()) return;
    await sleep(25);
  }
  throw new Error(`Never: ${what}`);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A killed process stays in the list until its parent has asked.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

function countItems(): number {
  const database = new DatabaseSync(join(home, "steward.db"), { readOnly: true, timeout: 5000 });
  try {
    const row = database.prepare("SELECT count(*) AS n, count(DISTINCT message_id) AS different FROM items").get();
    expect(row?.["n"]).toBe(row?.["different"]);
    return Number(row?.["n"] ?? 0);
  } finally {
    database.close();
  }
}

const log = (): string => readFileSync(join(home, "steward.log"), "utf8");

async function importSmall(): Promise<string> {
  const path = join(folder, "a.mbox");
  writeFileSync(path, toMbox(drillMails(20)));
  expect((await run("import", path).ended).code).toBe(0);
  return path;
}

async function started(): Promise<{ supervisor: Started; inside: number }> {
  const supervisor = run("start");
  await until(() => insideOf(supervisor.pid) !== null && isReading(), "the inside runs");
  return { supervisor, inside: insideOf(supervisor.pid) ?? 0 };
}

const isReading = (): boolean => {
  try {
    return log().includes("Watching");
  } catch {
    return false;
  }
};

describe.skipIf(process.platform !== "linux")("steward start", () => {
  it("reads on after its inside was killed in the middle, loses nothing, doubles nothing, and stops at Ctrl-C", async () => {
    const path = await importSmall();
    writeFileSync(path, toMbox(drillMails(mails)));
    const { supervisor, inside } = await started();
    await until(() => countItems() > 20, "something is read");
    process.kill(inside, "SIGKILL");
    await until(() => log().includes("was ended by SIGKILL"), "the end is noticed");
    await until(() => countItems() === mails, "all of it is read");
    expect(insideOf(supervisor.pid)).not.toBe(inside);
    const second = insideOf(supervisor.pid) ?? 0;
    supervisor.kill("SIGINT");
    const ended = await supervisor.ended;
    expect(ended.code).toBe(0);
    expect(isAlive(second)).toBe(false);
    expect(damageOf(join(home, "steward.db"))).toEqual([]);
  });

  it("ends its inside when the supervisor is killed, and the next start takes over at once", async () => {
    await importSmall();
    const { supervisor, inside } = await started();
    supervisor.kill("SIGKILL");
    await supervisor.ended;
    await until(() => !isAlive(inside), "the inside ends by itself");
    const again = run("start");
    await until(() => (log().match(/Watching/g) ?? []).length === 2, "the next one runs");
    again.kill("SIGTERM");
    expect((await again.ended).code).toBe(0);
  });

  it("runs once on a home: the second one says so, and status since when", async () => {
    await importSmall();
    const { supervisor } = await started();
    const second = await run("start").ended;
    expect(second.code).toBe(9);
    expect(second.out).toContain("Steward runs on this home already");
    expect((await run("start", "--once").ended).code).toBe(9);
    expect((await run("status").ended).out).toMatch(/Running +since \d\d:\d\d/);
    supervisor.kill("SIGINT");
    await supervisor.ended;
    expect((await run("status").ended).out).toMatch(/Running +no; steward start/);
  });

  it("stops and says so when its inside cannot run at all", async () => {
    await importSmall();
    const { supervisor, inside } = await started();
    writeFileSync(join(home, "config.json"), "{ broken");
    process.kill(inside, "SIGKILL");
    const ended = await supervisor.ended;
    expect(ended.code).toBe(11);
    expect(ended.out).toContain("starting it again would not help");
  });
});
