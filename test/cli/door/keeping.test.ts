import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { policyLoosened } from "../../../src/cli/door/policy-loosened.ts";
import { defaultPolicy, policySchema } from "../../../src/core/policy.ts";
import { withFileLock } from "../../../src/store/file-lock.ts";
import { DoorCli } from "./door-cli.ts";

let cli: DoorCli;
beforeEach(async () => {
  cli = new DoorCli();
  await cli.begin();
});
afterEach(() => cli.remove());

const person = { person: true };
const flag = (ids: readonly string[]) => cli.run(["propose", "post.flag", "--json", JSON.stringify({ ids })]);

describe("a bulk card", () => {
  it("leaves lines out by their numbers, says which, and does the rest", async () => {
    await flag(["a", "b", "c", "d", "e"]);
    expect((await cli.run(["cards", "1"])).out).toContain("    3  c");
    const left = await cli.run(["exclude", "1", "2", "4-5"]);
    expect(left.out).toBe("Left out:\n  b\n  d\n  e\n2 lines left. See: steward cards 1\n");
    cli.answers = ["y"];
    expect((await cli.run(["approve", "1"], person)).out).toContain("Flagged 2 letters.");
    expect([...cli.post.flags]).toEqual(["a", "c"]);
    expect((await cli.run(["undo", "1"])).out).toBe("Undone.\n");
    expect(cli.post.flags.size).toBe(0);
  });

  it("takes no line that is not there, not all of them, and no card without lines", async () => {
    await flag(["a", "b"]);
    for (const lines of [["3"], ["0"], ["2-9"], ["x"]]) {
      const refused = await cli.run(["exclude", "1", ...lines]);
      expect(refused.code, lines[0]).toBe(2);
      expect(refused.err).toContain("Its lines are 1 to 2.");
    }
    expect((await cli.run(["exclude", "1", "1-2"])).err).toContain("reject 1");
    await cli.letter("One.");
    expect((await cli.run(["exclude", "2", "1"])).err).toContain("no lines that can be left out");
  });
});

describe("the ledger in the terminal", () => {
  it("tells a day, a card, a time; as JSON it holds every entry with its hash", async () => {
    await cli.letter("One.");
    await cli.letter("Two.");
    cli.answers = ["y"];
    await cli.run(["approve", "1", "--at-once"], person);
    await cli.run(["reject", "2", "he", "knows"]);
    const { out } = await cli.run(["ledger"]);
    expect(out).toContain("Sat 14 Nov\n    1  09:12  card 1   proposed by owner: Letter to clara@weiss.example");
    expect(out).toContain("you decided: yes (terminal)");
    expect(out).toContain("you decided: no: he knows (terminal)");
    expect((await cli.run(["ledger", "2"])).out).not.toContain("card 1");
    expect((await cli.run(["ledger", "--limit", "1"])).out).toContain("Older entries are not shown: --limit 10");
    expect((await cli.run(["ledger", "--since", "2026-11-20"])).out).toBe("Nothing in it.\n");
    expect((await cli.run(["ledger", "--since", "someday"])).code).toBe(2);
    expect((await cli.run(["ledger", "--limit", "none"])).code).toBe(2);
    const entry = z.strictObject({
      ...{ seq: z.number(), at: z.iso.datetime(), kind: z.string(), cardId: z.string().nullable() },
      ...{ body: z.record(z.string(), z.unknown()), previous: z.string().length(64), hash: z.string().length(64) },
    });
    const entries = z.array(entry).parse(JSON.parse((await cli.run(["ledger", "--json"])).out));
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    expect((await cli.run(["why", "card", "2"])).out).toContain("you decided: no: he knows");
  });

  it("verifies as whole; ends with 1 and names the first entry where it was changed", async () => {
    expect((await cli.run(["ledger", "verify"])).out).toBe(
      "The ledger is whole: 0 entries, nothing was written yet.\n",
    );
    await cli.letter("One.");
    await cli.run(["reject", "1"]);
    expect(await cli.run(["ledger", "verify"])).toMatchObject({ code: 0 });
    const database = new DatabaseSync(join(cli.harness.home, "steward.db"));
    const triggers = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'ledger'")
      .all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
    database.exec(`UPDATE ledger SET body = replace(body, 'reject', 'approve') WHERE seq = 2`);
    database.close();
    const broken = await cli.run(["ledger", "verify"]);
    expect(broken.code).toBe(1);
    expect(broken.out).toContain("broken at entry 2: it was changed after it was written");
    expect(JSON.parse((await cli.run(["ledger", "verify", "--json"])).out)).toMatchObject({ ok: false, brokenAt: 2 });
  });
});

describe("the policy in the terminal", () => {
  const path = () => join(cli.harness.home, "policy.yaml");
  const edit = async (text: string, answers: string[]) => {
    const wanted = join(cli.harness.folder, "wanted.yaml");
    writeFileSync(wanted, text);
    cli.editor = `cp ${wanted}`;
    cli.answers = answers;
    return await cli.run(["policy", "edit"], person);
  };

  it("is edited by a difference, says in what it asks less, and counts after a yes only", async () => {
    const before = readFileSync(path(), "utf8");
    const text = before.replace("undo_seconds: 20", "undo_seconds: 5");
    const no = await edit(text, ["n"]);
    expect(no.out).toContain("  - undo_seconds: 20\n  + undo_seconds: 5\n");
    expect(no.out).toContain("It asks you less:\n  A yes can be taken back for 5 s only, no longer 20.");
    expect(readFileSync(path(), "utf8")).toBe(before);
    expect((await edit(text, ["y"])).out).toContain("It is in force");
    expect((await cli.run(["policy"])).out).toContain("can be taken back for 5 s.");
    expect((await cli.run(["ledger"])).out).toContain("policy.yaml changed");
    expect(await cli.run(["policy", "edit"])).toMatchObject({ code: 2 });
  });

  it("that cannot be read never counts, and is mended by the same command", async () => {
    const before = readFileSync(path(), "utf8");
    const refused = await edit("undo_second: 5\n", ["n"]);
    expect(refused.code).toBe(11);
    expect(refused.err).toContain("unused-policy.yaml");
    expect(readFileSync(path(), "utf8")).toBe(before);
    writeFileSync(path(), "undo_second: 5\n");
    expect(await cli.run(["policy", "check"])).toMatchObject({ code: 11 });
    expect(await cli.run(["cards"])).toMatchObject({ code: 11 });
    expect((await cli.run(["stop", "odd"])).out).toContain("Stopped.");
    expect(await cli.run(["ledger"])).toMatchObject({ code: 0 });
    expect((await edit("undo_seconds: 30\n", ["y"])).code).toBe(0);
    expect((await cli.run(["policy", "check"])).out).toContain("can be read: no rules.");
    expect(await cli.run(["policy", "mend"])).toMatchObject({ code: 2 });
  });

  it("names everything in which one asks less than another, and nothing else", () => {
    const usual = defaultPolicy();
    const allow = { when: { action: "post.flag" }, do: "allow", why: "Mine." } as const;
    const deny = { when: { to: "x.example" }, do: "deny", why: "No." } as const;
    const strict = policySchema.parse({ quiet_hours: { from: "22:00", to: "07:00" }, rules: [deny] });
    const loose = policySchema.parse({
      ...{ undo_seconds: 5, dictated: "send", rules: [allow] },
      caps: { send: 50, change: 300, critical: 6, per_person_an_hour: 9 },
      expiry_hours: { send: 200, critical: 2 },
    });
    expect(policyLoosened(usual, usual)).toEqual([]);
    expect(policyLoosened(usual, strict)).toEqual([]);
    expect(policyLoosened(loose, strict)).toEqual([]);
    expect(policyLoosened(strict, loose)).toHaveLength(11);
  });
});

describe("a stop", () => {
  it("is the first thing that cards and status say, and refuses a yes before it asks", async () => {
    await cli.letter("One.");
    await cli.run(["stop", "odd\u001b[2J", "mails"]);
    const cards = await cli.run(["cards"]);
    expect(cards.out).toMatch(/^STOPPED since Sat 09:12: odd‹U\+001B›\[2J mails/);
    expect((await cli.run(["status"])).out).toMatch(/Door +STOPPED: odd/);
    cli.answers = ["y"];
    expect(await cli.run(["approve", "1"], person)).toMatchObject({ code: 16 });
    expect(cli.asked).toEqual([]);
    writeFileSync(join(cli.harness.home, "STOP"), "");
    expect((await cli.run(["resume", "--yes"])).err).toContain("STOP");
  });
});

describe("status", () => {
  it("says whether the door runs, by its lock, and how many cards wait", async () => {
    expect((await cli.run(["status"])).out).toMatch(/Door +not running.*\nCards +none/);
    await cli.letter("One.");
    const lock = join(cli.harness.home, "door.lock");
    await withFileLock(lock, async () => {
      expect((await cli.run(["status"])).out).toMatch(/Door +running\nCards +1 waiting for your yes; steward cards/);
    });
    expect(JSON.parse((await cli.run(["status", "--json"])).out).door).toMatchObject({ running: false, waiting: 1 });
  });
});

describe("what is handed over, and what nobody can tell", () => {
  it("is settled by the owner's word", async () => {
    const made = await cli.run([
      "propose",
      "handoff.open_link",
      "--json",
      '{"url":"https://example.com/","why":"Look"}',
    ]);
    expect(made.code, made.err).toBe(0);
    cli.answers = [made.out.includes("LOOK TWICE") ? "yes" : "y"];
    expect((await cli.run(["approve", "1"], person)).out).toContain("Card 1: handed to you");
    expect((await cli.run(["cards"])).out).toContain("handed to you");
    expect(await cli.run(["settle", "1"])).toMatchObject({ code: 2 });
    expect((await cli.run(["settle", "1", "--happened"])).out).toContain("as your word");
    expect((await cli.run(["cards", "1"])).out).toContain("You marked it done");
  });
});

describe("propose", () => {
  it("says what an action asks for, with an example that is valid JSON, for every action", async () => {
    const { out } = await cli.run(["propose", "--list"]);
    const names = out.split("\n").flatMap((line) => /^[a-z]+\.[a-z_]+/.exec(line)?.[0] ?? []);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const help = await cli.run(["propose", name], { columns: 400 });
      expect(help.out, name).not.toContain("undefined");
      const example = /--json '(.*)'/s.exec(help.out.replace(/\n/g, " "))?.[1] ?? "";
      expect(() => JSON.parse(example), name).not.toThrow();
    }
  });

  it("names the field that does not fit, and the way to the help", async () => {
    const refused = await cli.run(["propose", "post.send_letter", "--json", '{"to":["a@x.example"],"tier":"read"}']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("tier");
    expect(refused.err).toContain("steward propose post.send_letter");
    expect((await cli.run(["propose", "post.sned"])).err).toContain("post.send_letter");
  });
});

describe("a narrow screen without colour", () => {
  it("holds every screen of the door", async () => {
    await cli.letter("A longer letter with a good many words in it, so that it has to be broken.");
    await flag(["a", "b"]);
    for (const argv of [
      ["cards"],
      ["cards", "1"],
      ["show", "card", "2"],
      ["why", "card", "1"],
      ["ledger"],
      ["policy"],
    ]) {
      const { out } = await cli.run(argv, { columns: 40 });
      const widest = Math.max(...out.split("\n").map((line) => line.length));
      expect(widest, argv.join(" ")).toBeLessThanOrEqual(argv[0] === "policy" ? 200 : 40);
      expect(out).not.toContain("\u001b");
    }
  });
});
