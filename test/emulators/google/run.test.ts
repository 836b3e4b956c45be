import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const entry = join(root, "src", "emulators", "google", "run.ts");
const children: ChildProcess[] = [];

function start(...options: string[]): ChildProcess {
  const child = spawn(process.execPath, [entry, ...options], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  return child;
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("The child has no output.");
  for await (const line of createInterface({ input: child.stdout })) {
    const said: unknown = JSON.parse(line);
    return typeof said === "object" && said !== null ? String(Reflect.get(said, "url")) : "";
  }
  throw new Error("The child said nothing.");
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

test("as a process it says its address in one line, serves the demo life, and ends with whoever started it", async () => {
  const now = Date.parse("2026-11-14T08:12:00Z");
  const child = start("--world", join(root, "data", "demo"), "--now", String(now), "--account", "ben@weiss.example");
  const url = await addressOf(child);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const state: unknown = await (await fetch(`${url}/_world/state`)).json();
  expect(state).toMatchObject({ accounts: ["clara@weiss.example", "ben@weiss.example"], tokenRequests: 0 });
  expect(await (await fetch(`${url}/`)).text()).toContain("The newest 60 of 395");
  child.kill("SIGINT");
  expect((await fetch(`${url}/_world/ledger`)).status).toBe(200);
  const ended = once(child, "exit");
  child.stdin?.end();
  expect(await ended).toEqual([0, null]);
}, 20_000);
