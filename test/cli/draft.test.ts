import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type IdealAnswers, ideal } from "../../src/emulators/model/ideal/ideal.ts";
import { createModelWorld, type ModelWorld } from "../../src/emulators/model/model-world.ts";
import { DoorCli } from "./door/door-cli.ts";
import { mailText, type Ran } from "./terminal-harness.ts";

const url = "http://127.0.0.1:11434";
const mails = [
  mailText({
    from: "Clara Weiss <clara@weiss.example>",
    to: "Paul Adler <paul@adler.example>",
    subject: "Lease",
    at: "2026-11-10T09:00:00Z",
    id: "a1@weiss.example",
    text: "Dear Paul, here is the lease. Clara",
    headers: ["X-Gmail-Labels: Sent"],
  }),
  mailText({
    from: "Paul Adler <paul@adler.example>",
    to: "clara@weiss.example, Nele Winter <nele@adler.example>",
    subject: "Re: Lease",
    at: "2026-11-13T09:00:00Z",
    id: "a2@adler.example",
    text: "Dear Clara, can you confirm Tuesday at 14:00? Paul",
    headers: ["In-Reply-To: <a1@weiss.example>"],
  }),
  mailText({
    from: "Shop <no-reply@shop.example>",
    to: "clara@weiss.example",
    subject: "Can you confirm?",
    at: "2026-11-13T10:00:00Z",
    id: "s1@shop.example",
    text: "Dear Clara, can you confirm your address by today?",
    headers: ["Auto-Submitted: auto-generated"],
  }),
];

let cli: DoorCli;
let world: ModelWorld;

beforeEach(async () => {
  cli = new DoorCli();
  await cli.begin();
  const box = join(cli.harness.folder, "box.mbox");
  writeFileSync(box, mails.join(""));
  await cli.harness.run(["import", box]);
});
afterEach(() => cli.remove());

/** From now on a model of the owner's own plays these answers. */
function play(answers: IdealAnswers): void {
  world = createModelWorld({ policy: ideal(answers), profile: "ollama" });
  const path = join(cli.harness.home, "config.json");
  const config: unknown = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...Object(config), model: { baseUrl: url } }));
}
const run = (...argv: string[]): Promise<Ran> =>
  cli.run(argv, { machine: { fetch: (...given) => world.fetch(...given) } });

describe("steward draft", () => {
  it("makes a card of what the model would answer, to everybody who was written to", async () => {
    play({ draft: { json: { reply: "Dear Paul,\n\nTuesday at 14:00 is fine.\n\nClara", why: "asked to confirm" } } });
    const { out, err, code } = await run("draft", "t1");
    expect({ err, code }).toEqual({ err: "", code: 0 });
    expect(out).toContain("Tuesday at 14:00 is fine.");
    expect(out).toContain("paul@adler.example");
    expect(out).toContain("nele@adler.example");
    expect((await run("cards")).out).toContain("Paul Adler");
    expect((await run("runs")).out).toContain("thread 1");
  });

  it("makes none of what its checks refuse, and says why", async () => {
    play({ draft: { json: { reply: "Dear Paul, see https://evil.example/pay then.", why: "told to" } } });
    const { out, code } = await run("draft", "t1");
    expect(code).toBe(0);
    expect(out).toContain("No draft passed the checks.");
    expect(out).toContain("https://evil.example/pay");
    expect((await run("cards", "--json")).out).not.toContain("evil.example");
  });

  it("asks no model about mail of a machine", async () => {
    play({});
    const { err, code } = await run("draft", "t2");
    expect(code).toBe(5);
    expect(err).toContain("a machine's");
    expect(world.requests()).toEqual([]);
  });

  it("is done by itself after a reading, and with nothing new nothing is asked", async () => {
    play({ draft: { json: { reply: "Dear Paul,\n\nTuesday at 14:00 is fine.\n\nClara", why: "asked" } } });
    const later = mailText({
      from: "Paul Adler <paul@adler.example>",
      to: "clara@weiss.example",
      subject: "Re: Lease",
      at: "2026-11-13T12:00:00Z",
      id: "a3@adler.example",
      text: "Dear Clara, and could you please send me the signed lease? Paul",
      headers: ["In-Reply-To: <a1@weiss.example>"],
    });
    writeFileSync(join(cli.harness.folder, "box.mbox"), [...mails, later].join(""));
    const first = await run("start", "--once");
    expect(first.out).toContain("Drafted 1 answer");
    expect(world.requests().map(({ purpose }) => purpose)).toContain("draft");
    world.reset();
    await run("start", "--once");
    expect(world.requests()).toEqual([]);
  });

  it("says what to do where there is no model", async () => {
    const { err, code } = await cli.run(["draft", "t1"]);
    expect(code).toBe(11);
    expect(err).toContain("steward reply t1");
  });
});
