import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeSecretsHome, type SecretsHome } from "../../daemon/secrets/secrets-home.ts";
import { checkout } from "../terminal-harness.ts";

const passphrase = "vier Wörter sind besser";
const run = promisify(execFile);

let home: SecretsHome;
beforeEach(() => {
  home = makeSecretsHome();
});
afterEach(() => home.remove());

async function steward(
  argv: string[],
  env: Record<string, string>,
): Promise<{ code: number; out: string; err: string }> {
  const main = join(checkout, "src", "main.ts");
  const options = { env: { ...process.env, STEWARD_SECRETS: "file", STEWARD_HOME: home.path, ...env } };
  const ended = await run(process.execPath, [main, ...argv], options).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  );
  return ended;
}

describe("the passphrase of a process", () => {
  it("comes from the environment, is said nowhere, and is missed with what to do", async () => {
    await home.open({ passphrase }).set("google.clara@weiss.example.refresh_token", "1//0e-canary");
    const opened = await steward(["secrets", "list"], { STEWARD_PASSPHRASE: passphrase });
    expect(opened).toEqual({ code: 0, out: "google.clara@weiss.example.refresh_token\n", err: "" });
    const [wrong, none] = await Promise.all([
      steward(["secrets", "list"], { STEWARD_PASSPHRASE: "five words", STEWARD_DEBUG: "1" }),
      steward(["secrets", "list"], {}),
    ]);
    expect(wrong.code).toBe(16);
    expect(wrong.err).toContain("The passphrase does not open");
    expect(wrong.err).not.toContain("five words");
    expect(none.code).toBe(16);
    expect(none.err).toContain("STEWARD_PASSPHRASE");
  });
});
