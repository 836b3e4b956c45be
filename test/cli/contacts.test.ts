import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Ask } from "../../src/cli/ask.ts";
import { type Harness, makeHarness } from "./terminal-harness.ts";

let harness: Harness;
const file = (name: string): string => join(harness.home, name);
const read = (name: string): string => readFileSync(file(name), "utf8");

const base = `name,emails,role
Anna Berg,anna@berg.example,Baker
Ben Ito,ben@ito.example,Clerk
`;

beforeEach(async () => {
  harness = makeHarness();
  await harness.run(["init", "--yes"]);
  writeFileSync(file("contacts.csv"), base);
  writeFileSync(file("contacts.sheet.csv"), base);
});
afterEach(() => harness.remove());

/** Somebody who says yes to what the pattern finds. */
function asking(pattern: RegExp, asked: string[]): Ask {
  const refuse = async (): Promise<never> => Promise.reject(new Error("not asked here"));
  return {
    text: refuse,
    several: refuse,
    one: refuse,
    secret: refuse,
    yes: async (question) => {
      asked.push(question);
      return pattern.test(question);
    },
  };
}

const answering = (pattern: RegExp, asked: string[] = []) => ({
  terminal: { interactive: true },
  machine: { loadAsk: async () => asking(pattern, asked) },
});

describe("contacts", () => {
  test("says that nothing differs, and keeps what both agree on as a plain file", async () => {
    const ran = await harness.run(["contacts"]);
    expect(ran).toMatchObject({ code: 0, out: "contacts.csv and the Sheet say the same: 2 contacts.\n" });
    expect(read("contacts.base.csv")).toBe(base);
  });

  test("shows what the Sheet changed, what waits for it, and conflicts with both values", async () => {
    await harness.run(["contacts"]);
    writeFileSync(
      file("contacts.csv"),
      base.replace("Baker", "Cook").replace("ben@ito.example", "ben@ito.example; ben@home.example"),
    );
    writeFileSync(
      file("contacts.sheet.csv"),
      `${base.replace("Baker", "Chef").replace("Clerk", "Head clerk")}Eve,eve@new.example,\n`,
    );
    const { out, code } = await harness.run(["contacts"]);
    expect(code).toBe(0);
    expect(out).toContain("Changed in the Sheet (2)");
    expect(out).toContain("~ Ben Ito, role: “Clerk” becomes “Head clerk”");
    expect(out).toContain("+ Eve, eve@new.example\n    makes known: eve@new.example");
    expect(out).toContain("waiting to be written to the Sheet (1)");
    expect(out).toContain("! Anna Berg, role: changed on both sides");
    expect(out).toContain("contacts.csv: “Cook”\n      the Sheet:    “Chef”");
    const json: unknown = JSON.parse((await harness.run(["contacts", "--json"])).out);
    expect(json).toMatchObject({ take: [{ kind: "edit" }, { kind: "add", cells: { emails: "eve@new.example" } }] });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(78);
  });

  test("says what to do when no sheet was read", async () => {
    const fresh = makeHarness();
    await fresh.run(["init", "--yes"]);
    const ran = await fresh.run(["contacts"]);
    fresh.remove();
    expect(ran.code).toBe(3);
    expect(ran.err).toContain("connect google");
  });
});

describe("contacts take", () => {
  const changed = `${base.replace("Clerk", "Head clerk")}Eve,eve@new.example,\n`;

  test("changes nothing without a yes", async () => {
    await harness.run(["contacts"]);
    writeFileSync(file("contacts.sheet.csv"), changed);
    expect((await harness.run(["contacts", "take"])).code).toBe(2);
    expect((await harness.run(["contacts", "take"], answering(/never/))).out).toContain("was not changed");
    expect(read("contacts.csv")).toBe(base);
  });

  test("with --yes takes what is harmless, and makes nobody known", async () => {
    await harness.run(["contacts"]);
    writeFileSync(file("contacts.sheet.csv"), changed);
    const { out } = await harness.run(["contacts", "take", "--yes"]);
    expect(out).toContain("would make an address known and is left out");
    expect(read("contacts.csv")).toBe(base.replace("Clerk", "Head clerk"));
    expect((await harness.run(["contacts"])).out).toContain("Changed in the Sheet (1)");
    await harness.run(["contacts", "take", "--yes", "--known"]);
    expect(read("contacts.csv")).toBe(changed);
    expect((await harness.run(["contacts"])).out).toContain("say the same");
    expect((await harness.run(["people", "eve"])).out).toContain("eve@new.example");
  });

  test("asks for each address that would become known by itself", async () => {
    await harness.run(["contacts"]);
    writeFileSync(file("contacts.sheet.csv"), `${changed}Fay,fay@new.example,\n`);
    const asked: string[] = [];
    await harness.run(["contacts", "take"], answering(/Take 1 change|fay/, asked));
    expect(asked).toEqual([
      "Take 1 change into contacts.csv?",
      "Make eve@new.example known, as Eve?",
      "Make fay@new.example known, as Fay?",
    ]);
    expect(read("contacts.csv")).toBe(`${base.replace("Clerk", "Head clerk")}Fay,fay@new.example,\n`);
  });

  test("writes nothing when contacts.csv was changed while it asked", async () => {
    await harness.run(["contacts"]);
    writeFileSync(file("contacts.sheet.csv"), changed);
    const mine = base.replace("Baker", "Cook");
    const ask = asking(/Take/, []);
    const slow: Ask = {
      ...ask,
      yes: async (question, initial) => {
        writeFileSync(file("contacts.csv"), mine);
        return await ask.yes(question, initial);
      },
    };
    const ran = await harness.run(["contacts", "take"], {
      terminal: { interactive: true },
      machine: { loadAsk: async () => slow },
    });
    expect(ran.code).toBe(9);
    expect(read("contacts.csv")).toBe(mine);
  });

  test("is not needed for steward to know what both sides agree on (the next difference is a change, no conflict)", async () => {
    await harness.run(["people"]);
    expect(existsSync(file("contacts.base.csv"))).toBe(true);
  });
});
