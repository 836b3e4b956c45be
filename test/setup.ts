import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Every test file starts from an empty environment: a temporary HOME, UTC, nothing of the person who runs it. */
const kept = new Set(["PATH", "NODE_OPTIONS", "TMPDIR", "CI", "STEWARD_DATA", "STEWARD_GUARDS"]);
for (const name of Object.keys(process.env)) {
  if (!kept.has(name) && !name.startsWith("VITEST") && !name.startsWith("TINYPOOL")) delete process.env[name];
}
const home = mkdtempSync(join(tmpdir(), "steward-home-"));
process.env["HOME"] = home;
process.env["TZ"] = "UTC";
process.env["NODE_ENV"] = "test";

afterAll(() => rmSync(home, { recursive: true, force: true }));
