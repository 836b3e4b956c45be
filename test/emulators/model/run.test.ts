import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { askFor } from "./build-request.ts";

const program = join(import.meta.dirname, "..", "..", "..", "src", "emulators", "model", "run.ts");

test("as a process it says its address, plays the demo's model, and ends when its input closes", async () => {
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const [line]: unknown[] = await once(child.stdout, "data");
  const { url } = z.object({ url: z.string().startsWith("http://127.0.0.1:") }).parse(JSON.parse(String(line)));
  const answer = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "k", "anthropic-version": "2026-10-21" },
    body: JSON.stringify(askFor("judge", { threads: [{ id: "t1", title: "x", text: "Kannst du?" }] })),
  });
  expect(await answer.text()).toContain('\\"class\\":\\"reply\\"');
  child.stdin.end();
  const [code]: unknown[] = await once(child, "exit");
  expect(code).toBe(0);
}, 20_000);
