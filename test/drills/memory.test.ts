import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeHugeMessage, writeManyEvents } from "../support/big-files.ts";
import { startSteward } from "../support/drill-home.ts";
import { dumpHome } from "../support/dump-home.ts";

const limitBytes = 300 * 1024 * 1024;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steward-memory-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the memory of an import stays under 300 MB", () => {
  it.each([
    ["a message of 300 MB", (path: string) => writeHugeMessage(path, 300_000_000), "big.mbox", 5],
    ["8,000 events", (path: string) => writeManyEvents(path, 8000), "many.ics", 8000],
  ] as const)("for %s", async (_, write, name, count) => {
    const path = join(folder, name);
    write(path);
    const { code, out, peakBytes } = await startSteward(join(folder, "home"), ["import", path]).ended;
    expect(code, out).toBe(0);
    expect(dumpHome(join(folder, "home/steward.db")).items).toHaveLength(count);
    if (peakBytes !== null) expect(peakBytes).toBeLessThan(limitBytes);
  });
});
