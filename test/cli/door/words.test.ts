import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLetter, writeLetter } from "../../../src/cli/door/letter-text.ts";
import { mailText } from "../terminal-harness.ts";
import { DoorCli } from "./door-cli.ts";

let cli: DoorCli;
beforeEach(async () => {
  cli = new DoorCli();
  await cli.begin();
});
afterEach(() => cli.remove());

const person = { person: true };
const flat = (text: string): string => text.replace(/\s+/g, " ");

/** An editor that leaves this text, whatever was there. */
function editorWriting(text: string): string {
  const path = join(cli.harness.folder, "wanted.txt");
  writeFileSync(path, text);
  return `cp ${path}`;
}

async function importMail(): Promise<void> {
  const path = join(cli.harness.folder, "mail.mbox");
  const mail = { from: "Paul Adler <paul@adler.example>", to: "Clara <clara@weiss.example>", subject: "Tuesday" };
  writeFileSync(
    path,
    mailText({ ...mail, at: "2026-11-13T10:00:00Z", id: "1@adler.example", text: "Can you confirm Tuesday 14:00?" }),
  );
  await cli.run(["import", path]);
}

describe("editing a card", () => {
  it("shows the new revision and approves nothing; with --approve it asks about what is then shown", async () => {
    await cli.letter("One.");
    cli.editor = editorWriting("To: clara@weiss.example\n\nTwo.\n");
    const edited = await cli.run(["edit", "1"], person);
    expect(edited.out).toContain("│ Two.");
    expect(edited.out).toContain("approved by nobody yet");
    cli.editor = editorWriting("To: clara@weiss.example\n\nThree.\n");
    cli.answers = ["y"];
    const approved = await cli.run(["edit", "1", "--approve"], person);
    expect(approved.out.indexOf("│ Three.")).toBeLessThan(approved.out.indexOf("Card 1: Sent to"));
    expect(cli.asked).toEqual(["Do it?"]);
    expect(cli.post.sent.map(({ text }) => text)).toEqual(["Three."]);
  });

  it("asks more of a yes when the edit made it doubtful", async () => {
    await cli.letter("One.");
    cli.editor = editorWriting("To: eve@stranger.example\n\nTwo.\n");
    cli.answers = ["y"];
    const { out } = await cli.run(["edit", "1", "--approve"], person);
    expect(out).toContain("LOOK TWICE");
    expect(out).toContain("Nothing was done.");
    expect(cli.post.sent).toHaveLength(0);
  });

  it("keeps what was written when it cannot be read as a card, and lets it be mended", async () => {
    await cli.letter("One.");
    cli.editor = editorWriting("Dear Clara,\n\nlong words\n");
    cli.answers = ["n"];
    const refused = await cli.run(["edit", "1"], person);
    expect(refused.code).toBe(2);
    expect(flat(refused.err)).toContain("What you wrote is kept in");
    expect(readFileSync(join(cli.harness.home, "unused-card-1.txt"), "utf8")).toContain("long words");
    expect((await cli.run(["cards", "1"])).out).toContain("│ One.");
  });

  it("says so when nothing was changed, when the editor fails, and when there is nothing to edit", async () => {
    await cli.letter("One.");
    cli.editor = "true";
    expect((await cli.run(["edit", "1"], person)).out).toBe("Nothing was changed.\n");
    cli.editor = "false";
    expect(await cli.run(["edit", "1"], person)).toMatchObject({ code: 2 });
    expect(await cli.run(["edit", "1", "--subject", "x"])).toMatchObject({ code: 2 });
    await cli.run(["reject", "1"]);
    expect((await cli.run(["edit", "1", "--text", "x"])).err).toContain("nothing to edit");
  });

  it("reads a letter back as it was written, and drops no line of it", () => {
    const text = {
      to: ["a@x.example", '"Weiss, Paul" <p@x.example>'],
      cc: [],
      subject: "A: b",
      text: "\n\nHi\n\nTo: you\n",
    };
    expect(readLetter(writeLetter(text), text)).toEqual(text);
    expect(() => readLetter("To: a@x.example\nHello\n\nx", text)).toThrow("no To, Cc or Subject");
    expect(readLetter("only text", { text: "x" })).toEqual({ text: "only text" });
  });
});

describe("an answer", () => {
  it("to a mail, without a Gmail account, becomes a mail file after one yes, and can be undone", async () => {
    await importMail();
    await cli.run(["digest", "--since", "2026-11-01"]);
    const made = await cli.run(["reply", "1", "--text", "Tuesday is fine."]);
    expect(made.code, made.err).toBe(0);
    expect(made.out).toContain("paul@adler.example");
    expect(made.out).toContain("│ Tuesday is fine.");
    expect((await cli.run(["digest", "--since", "2026-11-01", "--peek"])).out).toMatch(/card 1\n/);
    expect(
      JSON.parse((await cli.run(["digest", "--since", "2026-11-01", "--json"])).out).newEntries[0].proposal,
    ).toEqual({
      card: 1,
    });
    cli.answers = ["yes"];
    const done = await cli.run(["approve", "1"], person);
    expect(flat(done.out)).toMatch(/Card 1: Wrote outbox/);
    expect((await cli.run(["undo", "1"])).out).toBe("Undone.\n");
    expect(flat((await cli.run(["cards", "--history"])).out)).toContain("Undone");
  });

  it("is written in the editor; an empty one, and nobody to ask, propose nothing", async () => {
    await importMail();
    cli.editor = editorWriting("See you then.\n");
    expect((await cli.run(["reply", "t1"], person)).out).toContain("│ See you then.");
    cli.editor = editorWriting("\n");
    cli.answers = ["n"];
    expect(await cli.run(["reply", "t1"], person)).toMatchObject({ code: 2 });
    expect((await cli.run(["reply", "t1"])).err).toContain('--text "..."');
    expect(await cli.run(["reply", "t99", "--text", "x"])).toMatchObject({ code: 3 });
    expect((await cli.run(["cards", "--json"])).out).not.toContain('number": 2');
  });
});

describe("a mail of one's own", () => {
  it("takes its addresses, subject and files from the line or the editor", async () => {
    const file = join(cli.harness.folder, "plan.txt");
    writeFileSync(file, "14:00 arrival");
    const made = await cli.run([
      "compose",
      "paul@adler.example",
      "--subject",
      "Plan",
      "--text",
      "Here.",
      "--attach",
      file,
    ]);
    expect(made.out, made.err).toContain("plan.txt  text/plain, 13 bytes");
    expect(made.out).toContain("┊ 14:00 arrival");
    cli.editor = editorWriting("To: paul@adler.example\nCc: ana@ana.example\nSubject: Two\n\nHello.\n");
    const written = await cli.run(["compose"], person);
    expect(written.out, written.err).toContain("Cc       ");
    expect(written.out).toContain("│ Hello.");
  });

  it("refuses what has no address or no text, and a file that is not there", async () => {
    expect(await cli.run(["compose", "--text", "x"])).toMatchObject({ code: 2 });
    expect(await cli.run(["compose", "paul@adler.example", "--text", "  "])).toMatchObject({ code: 2 });
    const missing = await cli.run([
      "compose",
      "a@x.example",
      "--subject",
      "s",
      "--text",
      "x",
      "--attach",
      "/nowhere/a.pdf",
    ]);
    expect(missing.code).toBe(3);
    expect((await cli.run(["cards"])).out).toBe("Nothing waits for you.\n");
  });
});
