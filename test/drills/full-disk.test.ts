import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startSteward } from "../support/drill-home.ts";
import { drillMails, toMbox } from "../support/drill-mail.ts";
import { damageOf, dumpHome } from "../support/dump-home.ts";

function run(command: string, ...argv: string[]): boolean {
  return spawnSync(command, argv).status === 0;
}

it("a disk that fills up while importing stops it cleanly, and the same command goes on once there is room", async ({
  skip,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "steward-full-"));
  const disk = join(folder, "disk");
  mkdirSync(disk);
  if (!run("mount", "-t", "tmpfs", "-o", "size=4m", "steward-drill", disk)) {
    rmSync(folder, { recursive: true, force: true });
    skip("needs root and mount(8), to make a small disk");
  }
  try {
    const mailbox = join(folder, "all.mbox");
    writeFileSync(mailbox, toMbox(drillMails(1500, { words: 200 })));
    const home = join(disk, "home");
    const sizes = [4, 6];
    for (const size of sizes) {
      expect(run("mount", "-o", `remount,size=${size}m`, disk)).toBe(true);
      const full = await startSteward(home, ["import", mailbox]).ended;
      expect(full.code, full.out).toBe(10);
      expect(full.out).toContain("disk is full");
      expect(full.out).not.toContain("This is a bug");
      expect(full.out).not.toContain("Another steward");
      expect(damageOf(join(home, "steward.db"))).toEqual([]);
    }
    expect(run("mount", "-o", "remount,size=60m", disk)).toBe(true);
    const done = await startSteward(home, ["import", mailbox]).ended;
    expect(done.code, done.out).toBe(0);
    const calm = join(folder, "calm");
    await startSteward(calm, ["import", mailbox]).ended;
    expect(dumpHome(join(home, "steward.db"))).toEqual(dumpHome(join(calm, "steward.db")));
    expect(damageOf(join(home, "steward.db"))).toEqual([]);
  } finally {
    run("umount", disk);
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
