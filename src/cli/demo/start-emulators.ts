import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { StewardError } from "../../core/errors.ts";

/** An emulator of the demo, in a process of its own on a port of this machine. */
export interface RunningEmulator {
  /** `http://127.0.0.1:<port>`: the page, and every API below it. */
  url: string;
  /** Resolves when it ended by itself. */
  ended: Promise<void>;
  close(): Promise<void>;
}

const startWithinMs = 20_000;
const readySchema = z.object({ url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+\/?$/) });

/** Her Google: mail, calendar, Drive and contacts of the demo world at `nowMs`. As `startEmulator`. */
export async function startGoogle(checkout: string, nowMs: number): Promise<RunningEmulator> {
  const world = ["--world", join(checkout, "data", "demo"), "--now", String(nowMs)];
  return await startEmulator(join(checkout, "src", "emulators", "google", "run.ts"), world, "Google");
}

/**
 * The scripted model that stands in for a real one: `scenario` plays the demo's stories from what it is given, `obedient` does
 * whatever it reads. It looks nothing up but the demo's own few web pages. As `startEmulator`.
 */
export async function startModel(checkout: string, policy: "scenario" | "obedient"): Promise<RunningEmulator> {
  const web = ["--any-model", "--policy", policy, "--web", join(checkout, "data", "demo", "web.json")];
  return await startEmulator(join(checkout, "src", "emulators", "model", "run.ts"), web, "model");
}

/**
 * Starts an emulator's program. Contract: the child ends with this process, whatever ends it: its standard input closes. Errors:
 * `unavailable` when it does not come up.
 */
async function startEmulator(program: string, args: readonly string[], name: string): Promise<RunningEmulator> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString("utf8")}`.slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const close = async (): Promise<void> => {
    child.stdin.end();
    const killing = setTimeout(() => child.kill("SIGKILL"), 3000);
    await ended;
    clearTimeout(killing);
  };
  const lines = createInterface({ input: child.stdout });
  const first = new Promise<string>((resolve) => lines.once("line", resolve));
  const timeout = AbortSignal.timeout(startWithinMs);
  const late = new Promise<null>((resolve) => timeout.addEventListener("abort", () => resolve(null), { once: true }));
  const line = await Promise.race([first, ended.then(() => null), late]);
  const ready = readySchema.safeParse(parseLine(line ?? ""));
  if (ready.success) return { url: ready.data.url.replace(/\/$/, ""), ended, close };
  await close();
  throw new StewardError("unavailable", `The emulated ${name} of the demo did not start.`, {
    cure: "Run it again; with STEWARD_DEBUG=1 it says more.",
    cause: new Error(said),
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
