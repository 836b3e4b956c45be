import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digestSchema } from "../../src/core/digest.ts";
import { type Harness, mailText, makeHarness } from "./terminal-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = makeHarness();
  const path = join(harness.folder, "mail.mbox");
  const clara = "Clara Weiss <clara@weiss.example>";
  const tom = "Tom Reyes <tom@lumen.example>";
  const mails = [
    { from: clara, to: tom, subject: "Hello", at: "2026-11-01T10:00:00Z", id: "0@w", text: "Nice to meet you, Tom." },
    {
      from: tom,
      to: clara,
      subject: "The lease",
      at: "2026-11-13T10:00:00Z",
      id: "1@l",
      text: "Hi Clara, can you send me the lease by Friday?",
    },
    {
      from: "Ana Ferreira <ana@ferreira.example>",
      to: clara,
      subject: "Lunch \u001b[31mred",
      at: "2026-11-13T12:00:00Z",
      id: "2@f",
      text: "Dear Clara, shall we have lunch on Tuesday at 13:00?",
    },
  ];
  writeFileSync(
    path,
    mails
      .map((mail) => mailText({ ...mail, ...(mail.from === clara ? { headers: ["X-Gmail-Labels: Sent"] } : {}) }))
      .join(""),
  );
  await harness.run(["import", path]);
});
afterEach(() => harness.remove());

const onScreen = { terminal: { isTTY: true, interactive: true } };

function shownDigests(): { looked: number; entries: string }[] {
  const connection = new DatabaseSync(join(harness.home, "steward.db"), { readOnly: true });
  const rows = connection.prepare("SELECT looked, entries FROM digests ORDER BY id").all();
  connection.close();
  return rows.map((row) => ({ looked: Number(row["looked"]), entries: String(row["entries"]) }));
}

describe("digest", () => {
  it("is what steward does without a command, and lists who waits for the owner", async () => {
    const { code, out } = await harness.run([]);
    expect(code).toBe(0);
    expect(out).toContain("What you missed");
    expect(out).toMatch(/REPLY +\d +Tom Reyes +“.*lease by Friday/);
    expect(out).toContain("Rules only, $0.00");
    expect(out).not.toContain("\u001b");
  });

  it("marks as read when a person looked, and never from a pipe, with --peek or as JSON", async () => {
    await harness.run(["digest"]);
    await harness.run(["digest", "--peek"], onScreen);
    await harness.run(["digest", "--json"], onScreen);
    expect(shownDigests().map((one) => one.looked)).toEqual([0, 0]);
    expect((await harness.run(["status"])).out).toMatch(/You looked +never/);
    await harness.run(["digest"], onScreen);
    expect(shownDigests().at(-1)?.looked).toBe(1);
    const again = await harness.run(["digest"]);
    expect(again.out).toContain("Nothing new since");
    expect(again.out).toContain("Open from before");
  });

  it("says how to set up a model when it should judge and there is none, and marks nothing", async () => {
    const { code, err } = await harness.run(["digest", "--judge"], onScreen);
    expect(code).not.toBe(0);
    expect(err).toMatch(/no model to judge with[\s\S]*model key/);
    expect(shownDigests()).toEqual([]);
  });

  it("does not mark as read what a later --since left out", async () => {
    await harness.run(["digest", "--since", "2026-11-01"], onScreen);
    expect(shownDigests().at(-1)?.looked).toBe(1);
    await harness.run(["digest", "--since", "1h", "--now", "2026-11-16T08:00:00Z"], onScreen);
    expect(shownDigests().at(-1)?.looked).toBe(0);
  });

  it("prints JSON by the documented schema", async () => {
    const { out } = await harness.run(["digest", "--json"]);
    const digest = digestSchema.parse(JSON.parse(out));
    expect(digest.newEntries.length).toBeGreaterThan(0);
    expect(digest.cost.rulesOnly).toBe(true);
    expect(digest.ignored).toBeUndefined();
    const withIgnored = await harness.run(["digest", "--json", "--show", "ignored"]);
    expect(digestSchema.parse(JSON.parse(withIgnored.out)).ignored).toEqual([]);
  });

  it("takes --now as an instant, or as a date and time in the owner's zone", async () => {
    for (const [typed, meant] of [
      ["2026-11-16T08:00:00Z", "2026-11-16T08:00:00.000Z"],
      ["2026-11-16 09:00", "2026-11-16T08:00:00.000Z"],
      ["2026-11-16", "2026-11-15T23:00:00.000Z"],
      ["yesterday", "2026-11-12T23:00:00.000Z"],
    ] as const) {
      const { out } = await harness.run(["digest", "--json", "--since", "2026-11-01", "--now", typed]);
      expect(digestSchema.parse(JSON.parse(out)).until, typed).toBe(meant);
    }
  });

  it("refuses options that make no sense", async () => {
    for (const flags of [
      ["--limit", "0"],
      ["--show", "everything"],
      ["--since", "soon"],
    ]) {
      expect((await harness.run(["digest", ...flags])).code, flags.join(" ")).toBe(2);
    }
  });

  it("says what to do in a home where nothing was read", async () => {
    const empty = makeHarness();
    await empty.run(["init", "--yes"]);
    const { code, out } = await empty.run([]);
    expect(code).toBe(0);
    expect(out).toContain("Nothing is read yet");
    expect(out).toContain("steward import PATH");
    empty.remove();
  });
});

describe("what the owner does with an entry", () => {
  const numberOf = async (who: string): Promise<string> => {
    const { out } = await harness.run(["digest"]);
    return new RegExp(`^[A-Z]+ +(\\d+) +${who}`, "m").exec(out)?.[1] ?? "0";
  };

  it("is done, and open again", async () => {
    const number = await numberOf("Tom Reyes");
    expect((await harness.run(["done", number])).out).toContain("done");
    expect((await harness.run(["digest"])).out).not.toContain("Tom Reyes");
    const thread = /t\d+/.exec((await harness.run(["search", "lease"])).out)?.[0];
    expect(thread).toBeUndefined();
    expect((await harness.run(["show", "s1"])).out).toMatch(/t\d+ · mail/);
    const id = /t\d+/.exec((await harness.run(["show", "s1"])).out)?.[0] ?? "";
    expect((await harness.run(["open", id])).out).toContain("open again");
    expect((await harness.run(["digest"])).out).toContain("Tom Reyes");
  });

  it("is snoozed until it comes back, and muted for good", async () => {
    const tom = await numberOf("Tom Reyes");
    expect((await harness.run(["snooze", tom, "tomorrow"])).out).toContain("hidden until Sun 08:00");
    expect((await harness.run(["digest"])).out).not.toContain("Tom Reyes");
    expect((await harness.run(["digest", "--now", "2026-11-15T09:00:00Z"])).out).toContain("Tom Reyes");
    expect((await harness.run(["snooze", tom, "yesterday"])).code).toBe(2);
    const ana = await numberOf("Ana Ferreira");
    expect((await harness.run(["mute", ana])).out).toContain("muted");
    expect((await harness.run(["digest", "--now", "2026-11-20T09:00:00Z"])).out).not.toContain("Ana Ferreira");
  });

  it("is corrected, with the signals of that moment kept", async () => {
    const number = await numberOf("Tom Reyes");
    expect((await harness.run(["wrong", number])).code).toBe(2);
    expect((await harness.run(["wrong", number, "--is", "pigeon"])).err).toContain("urgent, reply, event");
    expect((await harness.run(["wrong", number, "--is", "ignore"])).out).toContain("is IGNORE, not REPLY");
    expect((await harness.run(["digest"])).out).not.toContain("Tom Reyes");
    const connection = new DatabaseSync(join(harness.home, "steward.db"), { readOnly: true });
    const row = connection.prepare("SELECT was, is_class, signals, item_ids FROM corrections").get();
    connection.close();
    expect(row).toMatchObject({ was: "reply", is_class: "ignore" });
    expect(String(row?.["signals"]).length).toBeGreaterThan(20);
    expect(JSON.parse(String(row?.["item_ids"]))).toHaveLength(1);
  });

  it("is explained, and shown, without anything of others reaching the terminal as an escape", async () => {
    const ana = await numberOf("Ana Ferreira");
    for (const command of ["why", "show"]) {
      const { code, out } = await harness.run([command, ana]);
      expect(code).toBe(0);
      expect(out).toContain("Lunch");
      expect(out).not.toContain("\u001b");
    }
    expect((await harness.run(["why", ana, "--json"])).out).toContain('"signals"');
  });

  it("is listed for programs with message ids, class, score and reasons", async () => {
    const { out } = await harness.run(["triage", "--json"]);
    expect(out).toContain('"1@l"');
    const late = await harness.run(["triage", "--json", "--since", "2026-11-13T11:00:00Z"]);
    expect(late.out).not.toContain('"1@l"');
    expect((await harness.run(["triage"])).code).toBe(2);
  });
});

describe("week, commitments and people", () => {
  it("shows a week that names nobody", async () => {
    const { out } = await harness.run(["week"]);
    expect(out).toContain("Your week");
    expect(out).toContain("Fri 13 Nov");
    for (const name of ["Tom", "Ana", "lumen", "lease"]) expect(out).not.toContain(name);
  });

  it("lists promises, or says that there are none", async () => {
    expect((await harness.run(["commitments"])).out).toContain("No open promises");
    expect((await harness.run(["commitments", "done", "7"])).code).toBe(3);
  });

  it("knows who was written to, and proposes nobody for contacts.csv without the owner's editor", async () => {
    expect((await harness.run(["people", "tom"])).out).toContain("tom@lumen.example");
    expect((await harness.run(["people", "show", "tom@lumen.example"])).out).toContain("you wrote 1 time");
    expect((await harness.run(["people", "show", "zeppelin"])).code).toBe(3);
    const before = readFileSync(join(harness.home, "contacts.csv"), "utf8");
    await harness.run(["people", "suggest"]);
    expect(readFileSync(join(harness.home, "contacts.csv"), "utf8")).toBe(before);
  });
});
