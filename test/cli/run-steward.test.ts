import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../src/cli/catalog.ts";
import { errorExitCodes } from "../../src/core/errors.ts";
import { type Harness, makeHarness } from "./terminal-harness.ts";

let harness: Harness;
beforeAll(() => {
  harness = makeHarness();
});
afterAll(() => harness.remove());

describe("the command line", () => {
  it("pins the exit codes, because scripts rely on them", () => {
    expect(errorExitCodes).toEqual({
      usage: 2,
      not_found: 3,
      no_permission: 4,
      wrong_kind: 5,
      unreadable: 6,
      database_newer: 7,
      database_corrupt: 8,
      database_busy: 9,
      disk_full: 10,
      config: 11,
      needs_reauth: 12,
      rate_limited: 13,
      unavailable: 14,
      gone: 15,
      locked: 16,
      moved: 17,
      budget: 18,
      interrupted: 130,
      internal: 70,
    });
  });

  it("welcomes somebody who has no home and says how to start", async () => {
    const { code, out } = await harness.run([]);
    expect(code).toBe(0);
    expect(out).toContain("There is no steward home");
    expect(out).toContain("steward begin");
  });

  it("lists every command in groups, within the width of the screen", async () => {
    for (const columns of [40, 60, 78]) {
      const { out } = await harness.run(["--help"], { terminal: { columns } });
      for (const { heading, commands } of catalog) {
        expect(out).toContain(heading);
        for (const { name } of commands) expect(out).toContain(`  ${name}`);
      }
      for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it("has a help of its own for every command, with the cure for a wrong option", async () => {
    for (const { name } of catalog.flatMap((group) => group.commands)) {
      const help = await harness.run([name, "--help"]);
      expect(help.code, name).toBe(0);
      expect(help.out, name).toContain(`steward ${name}`);
      for (const line of help.out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(78);
      const wrong = await harness.run([name, "--no-such-option"]);
      expect(wrong.code, name).toBe(2);
      expect(wrong.err, name).toContain(`${name} --help`);
    }
  });

  it("suggests the command that was meant", async () => {
    const { code, err } = await harness.run(["diges"]);
    expect(code).toBe(2);
    expect(err).toContain("unknown command 'diges'");
    expect(err).toContain("Did you mean: digest?");
  });

  it("says what to do where there is no home", async () => {
    const { code, err } = await harness.run(["digest"]);
    expect(code).toBe(3);
    expect(err).toContain("There is no steward home");
    expect(err).toContain("steward begin");
    expect((await harness.run(["--demo", "why", "2"], { machine: { checkout: harness.folder } })).err).toContain(
      "npm run demo",
    );
  });

  it("takes global options anywhere, and refuses one without a value", async () => {
    const elsewhere = join(harness.folder, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "config.json"), "{}");
    const { code, out } = await harness.run(["status", "--home", elsewhere]);
    expect(code).toBe(0);
    expect(out).toContain(elsewhere);
    expect((await harness.run(["status", "--home"])).code).toBe(2);
    expect((await harness.run(["status", "--now", "soon"])).err).toContain("not a moment that steward understands");
  });

  it("never shows a stack unless asked", async () => {
    const broken = { loadConnectors: async () => Promise.reject(new Error("boom")) };
    writeFileSync(join(harness.folder, "a.ics"), "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n");
    const quiet = await harness.run(["import", join(harness.folder, "a.ics")], { machine: broken });
    expect(quiet.code).toBe(70);
    expect(quiet.err).toContain("boom");
    expect(quiet.err).not.toContain("    at ");
    const loud = await harness.run(["import", join(harness.folder, "a.ics")], { machine: { ...broken, debug: true } });
    expect(loud.err).toContain("    at ");
  });
});
