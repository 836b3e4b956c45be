import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEventLog, toLogLine } from "../../src/daemon/event-log.ts";

const clock = { now: () => Date.parse("2026-11-21T10:00:00Z"), sleep: async () => undefined };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steward-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the log", () => {
  it("is one line an event, for its owner only", () => {
    const path = join(folder, "steward.log");
    const log = openEventLog(path, clock);
    log.write("Gmail: 3 new");
    log.write("two\nlines\u001b[2J\u202e\u2028here");
    expect(readFileSync(path, "utf8")).toBe(
      "2026-11-21T10:00:00.000Z Gmail: 3 new\n2026-11-21T10:00:00.000Z two lines [2J here\n",
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("turns over before it grows large, and keeps the one before", () => {
    const path = join(folder, "steward.log");
    const log = openEventLog(path, clock, 2000);
    for (let number = 0; number < 200; number += 1) log.write(`event ${number}`);
    expect(statSync(path).size).toBeLessThan(2200);
    expect(statSync(`${path}.1`).size).toBeLessThan(2200);
    expect(readFileSync(path, "utf8")).toContain("event 199");
    expect(existsSync(`${path}.2`)).toBe(false);
  });

  it("never throws, wherever it is", () => {
    mkdirSync(join(folder, "steward.log"));
    expect(() => openEventLog(join(folder, "steward.log"), clock).write("x")).not.toThrow();
    expect(() => openEventLog(join(folder, "none", "steward.log"), clock).write("x")).not.toThrow();
  });

  it.each([
    "token ya29.a0AfH6SMBx-secret_part.more",
    "refresh 1//0gabcdefghijklmnop-secret",
    "client GOCSPX-abcdef_secret",
    "code=4/0AdQt8qhsecretsecretsecret",
    "Authorization: Bearer abc.def-secret12",
    '{"refresh_token":"secretsecret","x":1}',
    "grant?client_secret=secretsecret&x=1",
    "jwt eyJhbGciOiJIUzI1.eyJzdWIiOiIxsecret.sig",
  ])("has no credential in it: %s", (text) => {
    expect(toLogLine(text)).not.toContain("secret_part");
    expect(toLogLine(text)).not.toMatch(/-secret|_secret\b(?!["'=])|secretsecret|secret12|xsecret/);
    expect(toLogLine(text)).toContain("[removed]");
  });

  it("cuts what is long", () => {
    expect(toLogLine("x".repeat(10_000)).length).toBeLessThan(500);
  });
});
