import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeDoor } from "../../../connectors/home/door.ts";
import type { Ask } from "../../../src/cli/ask.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { registerSource } from "../../../src/store/sources.ts";
import { PostOffice, postConnector } from "../../support/post-office.ts";
import { type Harness, makeHarness, nowAt, type Ran } from "../terminal-harness.ts";

let harness: Harness;
let post: PostOffice;
let timeMs: number;
let answers: string[];
let editor: string | null;
beforeEach(async () => {
  harness = makeHarness();
  timeMs = Date.parse(nowAt);
  post = new PostOffice(() => timeMs);
  answers = [];
  editor = null;
  await harness.run(["init", "--yes", "--address", "clara@weiss.example", "--zone", "Europe/Berlin"]);
  const store = await openStore(join(harness.home, "steward.db"), { clock });
  const source = { id: "post", connector: "post", kind: "post", location: "clara", label: "Post" };
  await store.write((tx) => registerSource(tx, { ...source, config: { account: "clara@weiss.example" } }));
  await store.close();
});
afterEach(() => harness.remove());

/** Time passes only when somebody waits. */
const clock = {
  now: () => timeMs,
  sleep: async (ms: number) => {
    timeMs += ms;
  },
};

/** A person who types what they are told to. */
const ask: Ask = {
  text: async () => answers.shift() ?? "",
  yes: async () => answers.shift() === "y",
  several: async () => [],
  one: async () => Promise.reject(new Error("not asked")),
  secret: async () => "",
};

const run = (argv: string[], options: { person?: boolean; columns?: number } = {}): Promise<Ran> =>
  harness.run(argv, {
    terminal: { interactive: options.person === true, columns: options.columns ?? 78 },
    machine: {
      clock,
      fetch: post.fetch,
      editor,
      loadAsk: async () => ask,
      loadDoorConnectors: async () => [postConnector(), homeDoor],
    },
  });

const letter = (text: string, to = "clara@weiss.example") => JSON.stringify({ to: [to], text });
const propose = (text: string, to?: string) => run(["propose", "post.send_letter", "--json", letter(text, to)]);

describe("a card in the terminal", () => {
  it("is proposed, shown whole, approved by a key, and told from the ledger when it went out", async () => {
    const made = await propose("The keys are with Ana.");
    expect(made.code).toBe(0);
    expect(made.out).toContain("Card 1  Letter to clara@weiss.example");
    expect(made.out).toContain("│ The keys are with Ana.");
    expect((await run(["cards"])).out).toMatch(/● +1 Letter to clara@weiss.example/);
    answers = ["n"];
    expect((await run(["approve", "1"], { person: true })).out).toContain("Nothing was done.");
    expect(post.sent).toHaveLength(0);
    answers = ["y"];
    const done = await run(["approve", "1"], { person: true });
    expect(done.out).toContain("Card 1: Sent to clara@weiss.example.");
    expect(post.sent).toHaveLength(1);
    expect((await run(["ledger"])).out).toMatch(/card 1 +Sent to clara@weiss.example/);
    expect((await run(["ledger", "verify"])).out).toContain("The ledger is whole: 5 entries");
    expect((await run(["approve", "1"], { person: true })).code).toBe(17);
  });

  it("is approved by nobody where nobody sits, but for a green one whose hash is named", async () => {
    await propose("One.");
    expect(await run(["approve", "1"])).toMatchObject({ code: 2 });
    expect(await run(["approve", "1", "--yes"])).toMatchObject({ code: 2 });
    expect(await run(["approve", "1", "--yes", "--sha", "00000000"])).toMatchObject({ code: 17 });
    expect(await run(["approve", "1", "but", "change", "the", "date"])).toMatchObject({ code: 2 });
    const { out } = await run(["cards", "1", "--json"]);
    const sha = String(JSON.parse(out).cards[0].sha256).slice(0, 12);
    expect(post.sent).toHaveLength(0);
    expect((await run(["approve", "1", "--yes", "--sha", sha])).code).toBe(0);
    expect(post.sent).toHaveLength(1);
  });

  it("of a stranger is red: the domain is typed, nothing less", async () => {
    const made = await propose("Hello.", "eve@stranger.example");
    expect(made.out).toMatch(/eve@stranger.example +(UNKNOWN|FIRST TIME)/);
    const stop = await run(["cards", "1"]);
    if (stop.out.includes("STOP AND READ")) {
      answers = ["yes"];
      expect((await run(["approve", "1"], { person: true })).out).toContain("Nothing was done.");
      answers = ["stranger.example"];
    } else answers = ["yes"];
    expect((await run(["approve", "1"], { person: true })).out).toContain("Sent to eve@stranger.example");
  });

  it("is edited without being approved, rejected with a reason, put off, taken back, drawn up again", async () => {
    await propose("One.");
    const edited = await run(["edit", "1", "--text", "Two."]);
    expect(edited.out).toContain("│ Two.");
    expect(edited.out).toContain("approved by nobody yet");
    editor = "sed -i s/Two/Three/";
    expect((await run(["edit", "1"], { person: true })).out).toContain("│ Three.");
    expect((await run(["later", "1"])).out).toContain("Put off until");
    expect((await run(["cards"])).out).toContain("Nothing waits for you.");
    const rejected = await run(["reject", "1", "he", "knows"]);
    expect(rejected.out).toContain("with your reason");
    expect(rejected.out).toContain("teach 'he knows'");
    expect((await run(["cards", "1"])).out.replace(/\s+/g, " ")).toContain("Rejected: he knows");
    expect((await run(["redraft", "1"])).out).toContain("Card 2");
    expect((await run(["cards", "2"])).out).toContain("│ Three.");
  });

  it("shows what nobody would see, and lets nothing of others drive the screen", async () => {
    const made = await propose("Pay\u202e now\u200b \u001b[2Jplease\n\n\n\n\nand more");
    expect(made.out).toContain("Pay‹U+202E› now‹U+200B› ‹U+001B›[2Jplease");
    expect(made.out).toContain("‹4 blank lines›");
    expect(made.out).toContain("│ and more");
    expect(made.out).not.toMatch(/[\u001b\u202e\u200b]/);
  });

  it("fits a narrow screen, and says what is not there", async () => {
    await propose("A longer letter with a good many words in it, so that it has to be broken.");
    const { out } = await run(["cards", "1"], { columns: 40 });
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(41);
    expect(await run(["cards", "99"])).toMatchObject({ code: 3 });
    expect(await run(["cards", "x"])).toMatchObject({ code: 2 });
    expect(await run(["undo", "1"])).toMatchObject({ code: 17 });
  });
});

describe("stop in the terminal", () => {
  it("holds everything until resume, and names what to do", async () => {
    await propose("One.");
    expect((await run(["stop", "strange", "mails"])).out).toContain("Stopped.");
    answers = ["y"];
    expect(await run(["approve", "1"], { person: true })).toMatchObject({ code: 16 });
    expect(await run(["resume"])).toMatchObject({ code: 2 });
    expect((await run(["resume", "--yes"])).out).toContain("strange mails");
    answers = ["y"];
    expect((await run(["approve", "1"], { person: true })).out).toContain("Sent to");
  });
});

describe("the owner's own means", () => {
  it("list every action with what it asks for, and refuse what is none", async () => {
    const { out } = await run(["propose"]);
    expect(out).toContain("home.note");
    expect((await run(["propose", "home.note"])).out).toMatch(/text +text/);
    expect(await run(["propose", "gmail.delete_everything", "--json", "{}"])).toMatchObject({ code: 3 });
    expect(await run(["propose", "home.note", "--json", "{"])).toMatchObject({ code: 2 });
    const forged = JSON.stringify({ text: "x", tier: "read" });
    expect((await run(["propose", "home.note", "--json", forged])).err).toContain("tier");
  });

  it("remind at once, without another yes", async () => {
    expect((await run(["remind", "call the garage", "tomorrow"])).code).toBe(0);
    expect((await run(["cards"])).out).toContain("Nothing waits");
  });

  it("say what policy is in force, and let nothing act on one that cannot be read", async () => {
    expect((await run(["policy"])).out).toContain("A yes to a message can be taken back for 20 s.");
    await propose("One.");
    writeFileSync(join(harness.home, "policy.yaml"), "undo_second: 5\n");
    expect(await run(["approve", "1"], { person: true })).toMatchObject({ code: 11 });
    expect(post.sent).toHaveLength(0);
  });
});
