// Holds R110.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Ask } from "../../src/cli/ask.ts";
import { type Harness, makeHarness } from "./terminal-harness.ts";

let harness: Harness;
const text = "---\nname: inbox-zero\ndescription: my own way\n---\n\n1. Archive what is a newsletter.\n";

beforeEach(async () => {
  harness = makeHarness();
  await harness.run(["init", "--yes"]);
});
afterEach(() => harness.remove());

function write(content: string): void {
  const folder = join(harness.home, "skills", "inbox-zero");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "SKILL.md"), content, { mode: 0o600 });
}
function answering(answer: boolean) {
  const refuse = async (): Promise<never> => Promise.reject(new Error("not asked here"));
  const ask: Ask = { text: refuse, several: refuse, one: refuse, secret: refuse, yes: async () => answer };
  return { terminal: { interactive: true }, machine: { loadAsk: async () => ask } };
}
const out = async (argv: string[], options = {}): Promise<string> => (await harness.run(argv, options)).out;

describe("skills", () => {
  test("are listed with a line each, within the width of a screen", async () => {
    const list = await out(["skills"]);
    expect(list).toContain("what-did-i-miss    say what came in");
    for (const line of list.split("\n")) expect(line.length).toBeLessThanOrEqual(78);
    expect(JSON.parse(await out(["skills", "--json"]))).toMatchObject({ notLoaded: [] });
    expect(await out(["skills", "show", "inbox-zero"])).toContain("1. `overview`");
  });

  test("R110: an own one is shown as a difference and counts after the yes, each change anew", async () => {
    write(text);
    expect(await out(["skills", "show", "inbox-zero"])).not.toContain("my own way");
    const shown = await out(["skills", "use", "inbox-zero"], answering(false));
    expect(shown).toContain("+ 1. Archive what is a newsletter.");
    expect(await out(["skills", "use", "inbox-zero"])).toContain("steward skills use inbox-zero --yes");
    expect(await out(["skills"])).not.toContain("(yours)");
    await harness.run(["skills", "use", "inbox-zero"], answering(true));
    expect(await out(["skills"])).toContain("my own way (yours)");
    write(`${text}2. Answer the rest.\n`);
    const changed = await out(["skills"]);
    expect(changed).toContain("inbox-zero: +1 line. Use it? steward skills use inbox-zero");
    expect(changed).not.toContain("my own way");
    await harness.run(["skills", "use", "inbox-zero", "--yes"]);
    expect(await out(["skills", "show", "inbox-zero"])).toContain("2. Answer the rest.");
  });

  test("that cannot be loaded are reported with why, and not to be accepted", async () => {
    write("---js\nrun()\n---\n");
    expect(await out(["skills"])).toContain("inbox-zero: not loaded, it does not begin with a front matter");
    expect((await harness.run(["skills", "use", "inbox-zero", "--yes"])).code).toBe(11);
    expect((await harness.run(["skills", "show", "none"])).code).toBe(3);
    expect((await harness.run(["skills", "burn", "inbox-zero"])).code).toBe(2);
  });
});
