import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeSecretsHome, type SecretsHome } from "./secrets-home.ts";

let home: SecretsHome;
beforeEach(() => {
  home = makeSecretsHome();
});
afterEach(() => home.remove());

interface Running {
  child: ChildProcess;
  /** Steps the child said were done. */
  done(): number;
  ended: Promise<number | null>;
}

function run(what: "set" | "rotate", prefix: string, times: number): Running {
  const script = join(import.meta.dirname, "secrets-child.ts");
  const child = spawn(process.execPath, [script, home.path, what, prefix, String(times)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", (code) => resolve(code));
  return { child, done: () => out.split("\n").length - 1, ended: promise };
}

async function untilDone(running: Running, steps: number): Promise<void> {
  while (running.done() < steps && running.child.exitCode === null) await new Promise((go) => setTimeout(go, 2));
}

describe("several processes", () => {
  it("lose none of each other's secrets, rotations among them", async () => {
    const running = [run("set", "a", 15), run("set", "b", 15), run("rotate", "", 8)];
    await home.open().set("mine.first", "1");
    expect(await Promise.all(running.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const names = await home.open().list();
    expect(names).toHaveLength(31);
    for (const name of names.filter((one) => !one.startsWith("mine"))) {
      const [prefix, step] = name.split(".");
      expect(await home.open().get(name)).toBe(`value-${prefix}-${step}`);
    }
  }, 30_000);

  it("read on while another one rotates", async () => {
    await home.open().set("mine.kept", "always");
    const running = run("rotate", "", 60);
    let reads = 0;
    while (running.child.exitCode === null && reads < 100_000) {
      expect(await home.open().get("mine.kept")).toBe("always");
      reads += 1;
    }
    expect(await running.ended).toBe(0);
    expect(reads).toBeGreaterThan(20);
  }, 30_000);

  it("that are killed at any moment leave the old file or the new one, and whatever they said was done", async () => {
    await home.open().set("mine.kept", "always");
    for (const [round, what] of (["set", "rotate", "set", "rotate", "rotate", "set"] as const).entries()) {
      const running = run(what, `r${round}`, 500);
      await untilDone(running, 3 + round);
      running.child.kill("SIGKILL");
      await running.ended;
      expect(await home.open().get("mine.kept")).toBe("always");
      if (what === "set") {
        const names = await home.open().list();
        for (let step = 0; step < running.done(); step += 1) expect(names).toContain(`r${round}.${step}`);
      }
      // A lock held by the dead would make this wait.
      await home.open().set("mine.after", String(round));
    }
  }, 30_000);
});
