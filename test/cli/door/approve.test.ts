import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addPasskey } from "../../../src/store/passkeys.ts";
import { DoorCli } from "./door-cli.ts";

let cli: DoorCli;
beforeEach(async () => {
  cli = new DoorCli();
  await cli.begin();
});
afterEach(() => cli.remove());

const person = { person: true };
/** Something nobody would see makes it red. */
const hidden = "Pay\u202e now";

describe("the moment to take a yes back", () => {
  it("is counted down, and waited for to its end whatever else is pressed", async () => {
    await cli.letter("One.");
    cli.answers = ["y"];
    cli.presses = ["x", " ", "y", "n"].map((key, at) => ({ afterMs: 400 * (at + 1), key }));
    const before = cli.clock.now();
    const { out } = await cli.run(["approve", "1"], person);
    expect(out).toContain("Goes out in 20 s.  Enter = send now · u = take back · Ctrl-C = leave it");
    expect(out).toContain("Card 1: Sent to clara@weiss.example.");
    expect(cli.clock.now() - before).toBeGreaterThanOrEqual(20_000);
    expect(cli.post.sent).toHaveLength(1);
  });

  it("ends at once by Enter", async () => {
    await cli.letter("One.");
    cli.answers = ["y"];
    cli.presses = [{ afterMs: 1000, key: "enter" }];
    const before = cli.clock.now();
    expect((await cli.run(["approve", "1"], person)).out).toContain("Sent to");
    expect(cli.clock.now() - before).toBeLessThan(5000);
  });

  it("takes it back by u, and by no other key", async () => {
    await cli.letter("One.");
    cli.answers = ["y"];
    cli.presses = [
      { afterMs: 400, key: "x" },
      { afterMs: 1000, key: "u" },
    ];
    expect((await cli.run(["approve", "1"], person)).out).toContain("rejected: Taken back before it went out.");
    expect(cli.post.sent).toHaveLength(0);
    expect((await cli.run(["redraft", "1"])).out).toContain("Card 2");
  });

  it("is left to others by Ctrl-C: whoever acts next goes on, once", async () => {
    await cli.letter("One.");
    cli.answers = ["y", "y"];
    cli.presses = [{ afterMs: 1000, key: "ctrl-c" }];
    const left = await cli.run(["approve", "1"], person);
    expect(left.code).toBe(0);
    expect(left.out).toContain("Left as it is. steward start, or the next command that acts,");
    expect(cli.post.sent).toHaveLength(0);
    expect((await cli.run(["cards"])).out.replace(/\s+/g, " ")).toContain("approved, goes out in 19 s");
    await cli.letter("Two.");
    expect((await cli.run(["approve", "2"], person)).out).toContain("Card 2: Sent to");
    expect(cli.post.sent.map(({ text }) => text)).toEqual(["One.", "Two."]);
  });

  it("is not waited for with --at-once", async () => {
    await cli.letter("One.");
    cli.answers = ["y"];
    const before = cli.clock.now();
    await cli.run(["approve", "1", "--at-once"], person);
    expect(cli.post.sent).toHaveLength(1);
    expect(cli.clock.now() - before).toBeLessThan(2000);
  });
});

describe("a red card in the terminal", () => {
  it("takes the domain, typed to the letter", async () => {
    await cli.letter(hidden, ["eve@stranger.example"]);
    expect((await cli.run(["cards"])).out).toContain("●●●");
    for (const typed of ["", "yes", "y", "stranger", "stranger.exampl"]) {
      cli.answers = [typed];
      expect((await cli.run(["approve", "1"], person)).out).toContain("Nothing was done.");
    }
    expect(cli.post.sent).toHaveLength(0);
    cli.answers = ["stranger.example"];
    expect((await cli.run(["approve", "1", "--at-once"], person)).out).toContain("Sent to eve@stranger.example.");
    expect(cli.asked.at(-1)).toBe("Stop and read. Type stranger.example to do it all the same, or nothing:");
  });

  it("is refused before any question once a passkey is enrolled, and sent to the page", async () => {
    await cli.letter(hidden, ["eve@stranger.example"]);
    const passkey = {
      id: "k",
      rpId: "localhost",
      name: "Key",
      publicKey: new Uint8Array(3),
      counter: 0,
      transports: [],
    };
    await cli.inStore((store) => store.write((tx) => addPasskey(tx, passkey)));
    cli.answers = ["stranger.example"];
    const refused = await cli.run(["approve", "1"], person);
    expect(refused.code).toBe(4);
    expect(refused.err).toContain("passkey");
    expect(refused.err).toContain("steward open");
    expect(cli.asked).toEqual([]);
    expect(cli.post.sent).toHaveLength(0);
  });

  it("is approved by no hash where nobody sits", async () => {
    await cli.letter(hidden, ["eve@stranger.example"]);
    const refused = await cli.run(["approve", "1", "--yes", "--sha", await cli.hashOf(1)]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("approved by a person");
    expect(cli.post.sent).toHaveLength(0);
  });
});

describe("a yes said beforehand", () => {
  it("needs eight letters of the hash, of this revision", async () => {
    await cli.letter("One.");
    const hash = await cli.hashOf(1);
    expect((await cli.run(["approve", "1", "--yes", "--sha", hash.slice(0, 7)])).code).toBe(17);
    await cli.run(["edit", "1", "--text", "Two."]);
    expect((await cli.run(["approve", "1", "--yes", "--sha", hash.slice(0, 12)])).code).toBe(17);
    expect(cli.post.sent).toHaveLength(0);
    const { code, out } = await cli.run(["approve", "1", "--yes", "--sha", (await cli.hashOf(1)).slice(0, 8)]);
    expect(code).toBe(0);
    expect(out).toContain("approved, goes out in 20 s");
    expect(cli.post.sent.map(({ text }) => text)).toEqual(["Two."]);
  });

  it("does not count at a terminal without the hash either", async () => {
    await cli.letter("One.");
    const { code, err } = await cli.run(["approve", "1", "--yes"], person);
    expect(code).toBe(2);
    expect(err).toContain("--sha");
    expect(cli.post.sent).toHaveLength(0);
  });
});

describe("what is written beside the number", () => {
  it.each([
    [["approve", "1", "but", "on", "Tuesday"]],
    [["approve"]],
    [["undo", "1", "2"]],
    [["redraft"]],
  ])("%j is an error, with the way to the help", async (argv) => {
    await cli.letter("One.");
    const { code, err } = await cli.run(argv, person);
    expect(code).toBe(2);
    expect(err).toMatch(/Run: steward \w+ --help/);
    expect(cli.post.sent).toHaveLength(0);
  });
});

describe("what cannot be carried out", () => {
  it("is told in words: a step that failed, and the one behind it", async () => {
    await cli.letter("One.");
    cli.post.faults.push({ path: "POST /drafts", when: "before", do: "400", times: 9 });
    cli.answers = ["y"];
    const { out } = await cli.run(["approve", "1", "--at-once"], person);
    expect(out).toMatch(/Card 1: failed/);
    expect((await cli.run(["cards", "1"])).out).toContain("steward redraft 1");
  });

  it("is asked about at the service, never sent twice, and left to the owner when nobody can tell", async () => {
    await cli.letter("One.");
    cli.post.faults.push({ path: "POST /send", when: "after", do: "drop", times: 1 });
    cli.post.lagMs = 10 * 86_400_000;
    cli.answers = ["y"];
    const { out } = await cli.run(["approve", "1", "--at-once"], person);
    expect(cli.post.sent).toHaveLength(1);
    expect(out.replace(/\s+/g, " ")).toMatch(/not known yet|nobody can tell|Left as it is/);
  });
});
