import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { StewardError } from "../../core/errors.ts";

/** The emulated Google of the demo, in a process of its own on a port of this machine. */
export interface RunningGoogle {
  /** `http://127.0.0.1:<port>`: the page, and every API below it. */
  url: string;
  /** Resolves when it ended by itself. */
  ended: Promise<void>;
  close(): Promise<void>;
}

const startWithinMs = 20_000;
const readySchema = z.object({ url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+\/?$/) });

/**
 * Starts the emulator with the demo world at `nowMs`. Contract: the child ends with this process, whatever ends it: its
 * standard input closes. Errors: `unavailable` when it does not come up.
 */
export async function startGoogle(checkout: string, nowMs: number): Promise<RunningGoogle> {
  const child = spawn(
    process.execPath,
    [
      join(checkout, "src", "emulators", "google", "run.ts"),
      "--world",
      join(checkout, "data", "demo"),
      "--now",
      String(nowMs),
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
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
  throw new StewardError("unavailable", "The emulated Google of the demo did not start.", {
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
