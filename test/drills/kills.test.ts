import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { drillKills } from "../support/kill-drill.ts";

it("killed and interrupted at random moments, an import loses nothing, doubles nothing, and blocks nobody", async () => {
  const folder = mkdtempSync(join(tmpdir(), "steward-kills-"));
  try {
    const report = await drillKills({ folder, kills: 6, seed: 11, signals: ["SIGKILL", "SIGKILL", "SIGINT"] });
    expect(report.faults).toEqual([]);
    expect(report.kills).toBe(6);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
