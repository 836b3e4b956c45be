import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkout, mailText } from "./terminal-harness.ts";

const launcher = join(checkout, "bin", "steward.js");
const mails = 3000;
let folder: string;
let home: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steward-process-"));
  home = join(folder, "home");
  path = join(folder, "big.mbox");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeBigMailbox(): void {
  const filler = "All work and no play makes a long message. ".repeat(60);
  const text = Array.from({ length: mails }, (_, index) =>
    mailText({
      from: `P${index % 50} <p${index % 50}@many.example>`,
      to: "clara@weiss.example",
      subject: `Number ${index}`,
      at: new Date(Date.UTC(2026, 9, 1) + index * 600_000).toISOString(),
      id: `${index}@many.example`,
      text: `Message ${index}. ${filler}`,
    }),
  );
  writeFileSync(path, text.join(""));
}

function start(argv: readonly string[]): { child: ChildProcess; ended: Promise<{ code: number | null; out: string }> } {
  const child = spawn(process.execPath, [launcher, ...argv], {
    env: { ...process.env, STEWARD_HOME: home, HOME: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (data: Buffer) => {
    out += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    out += data.toString();
  });
  return { child, ended: new Promise((resolve) => child.on("exit", (code) => resolve({ code, out }))) };
}

function countItems(): number {
  const database = join(home, "steward.db");
  if (!existsSync(database)) return 0;
  try {
    const connection = new DatabaseSync(database, { readOnly: true, timeout: 2000 });
    const row = connection.prepare("SELECT count(*) AS n, count(DISTINCT message_id) AS different FROM items").get();
    connection.close();
    expect(row?.["n"]).toBe(row?.["different"]);
    return Number(row?.["n"] ?? 0);
  } catch {
    return 0;
  }
}

async function whenReading(): Promise<void> {
  for (let waited = 0; waited < 400 && countItems() === 0; waited += 1) await sleep(25);
}

describe("steward as a process", () => {
  it("stops at Ctrl-C with 130, and the next run goes on without losing or doubling anything", async () => {
    writeBigMailbox();
    const { child, ended } = start(["import", path]);
    await whenReading();
    child.kill("SIGINT");
    const { code, out } = await ended;
    expect(code).toBe(130);
    expect(out).toContain("Interrupted");
    const taken = countItems();
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(mails);
    const resumed = await start(["sync"]).ended;
    expect(resumed.code).toBe(0);
    expect(resumed.out).toContain(`${(mails - taken).toLocaleString("en-US")} new`);
    expect(countItems()).toBe(mails);
  });

  it("lets only one process read a source; the other one says so", async () => {
    writeBigMailbox();
    const first = start(["import", path]);
    await whenReading();
    const second = await start(["import", path]).ended;
    expect(second.out).toContain("Another steward is reading this source right now");
    expect(second.code).toBe(9);
    expect((await first.ended).code).toBe(0);
    expect(countItems()).toBe(mails);
  });

  it("is quiet when the reader of its output goes away", () => {
    const ran = spawnSync("sh", ["-c", `"${process.execPath}" "${launcher}" --help | head -1`], {
      env: { ...process.env, HOME: folder },
      encoding: "utf8",
    });
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toContain("steward tells you");
  });

  it("draws progress on a terminal and one line per source in a pipe", async ({ skip }) => {
    if (spawnSync("script", ["--version"]).status !== 0) skip("no script(1) here to make a terminal");
    writeBigMailbox();
    const command = `"${process.execPath}" "${launcher}" import "${path}"`;
    const screen = execFileSync("script", ["-qec", command, "/dev/null"], {
      env: { ...process.env, STEWARD_HOME: home, HOME: folder, TERM: "xterm", COLUMNS: "78" },
      encoding: "utf8",
    });
    expect(screen).toMatch(/\d+% of .*items/);
    expect(screen).toContain("\u001b[2K");
    expect(screen).toContain("3,000 new");
    const piped = await start(["sync"]).ended;
    expect(piped.out).not.toContain("\u001b");
    expect(piped.out.split("\n").filter((line) => line.includes("big"))).toHaveLength(1);
  });
});

describe("the launcher", () => {
  it("prints the version on any Node, and hands everything else to the pinned one", () => {
    const version = execFileSync(process.execPath, [launcher, "--version"], { encoding: "utf8" });
    expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
    const ran = spawnSync(process.execPath, [launcher, "status"], {
      env: { ...process.env, STEWARD_HOME: join(folder, "none") },
      encoding: "utf8",
    });
    expect(ran.status).toBe(3);
  });

  it("passes exit codes on and finds the pinned Node from an older one", ({ skip }) => {
    const old = ["/usr/bin/node", "/usr/local/bin/node"].find((node) => {
      const ran = spawnSync(node, ["--version"], { encoding: "utf8" });
      return ran.status === 0 && Number.parseInt(ran.stdout.slice(1), 10) < 26;
    });
    if (old === undefined) skip("no older Node on this machine");
    const ran = spawnSync(old ?? "", [launcher, "status"], {
      env: { ...process.env, STEWARD_HOME: join(folder, "none") },
      encoding: "utf8",
    });
    expect(ran.status).toBe(3);
    expect(ran.stderr).toContain("There is no steward home");
  });
});
