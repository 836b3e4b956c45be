import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { headerOf, readHead, readMime } from "../../../../src/emulators/google/gmail/mime-tree.ts";
import { type MailDoor, MailLife } from "./mail-door.ts";

let life: MailLife;
let withFile = "";
const open: MailDoor[] = [];
beforeAll(async () => {
  life = await new MailLife().begin((one) => {
    withFile = one.arrive(
      {
        "Message-ID": "<f1@adler.example>",
        From: "Paul Adler <paul@adler.example>",
        To: "clara@weiss.example",
        Subject: "The lease",
        "MIME-Version": "1.0",
        "Content-Type": "multipart/mixed; boundary=b",
      },
      [
        "--b",
        "Content-Type: text/plain",
        "",
        "Here is the lease.",
        "--b",
        "Content-Type: text/plain; name=lease.txt",
        "Content-Disposition: attachment; filename=lease.txt",
        "",
        "Rent: 900",
        "--b--",
      ].join("\r\n"),
    ).id;
  });
});
afterEach(async () => {
  for (const door of open.splice(0)) await door.close();
});
afterAll(() => life.end());

async function opened(): Promise<MailDoor> {
  const door = await life.open();
  open.push(door);
  return door;
}

async function sendEdited(door: MailDoor, text: Parameters<MailDoor["door"]["edit"]>[1]) {
  const thread = await door.threadOf(life.ids.paul);
  const { seen } = await door.propose("gmail.reply", { thread, text: "Yes." });
  const answer = await door.door.edit(seen, text, door.by());
  if (answer.kind === "refused") throw new Error(answer.text);
  const view = await door.door.card(seen.cardId);
  if (view === null) throw new Error("lost");
  await door.approve({ cardId: seen.cardId, revision: view.card.revision, sha256: view.sha256 });
  expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
  const [sent] = door.sent();
  if (sent === undefined) throw new Error("nothing sent");
  return { sent, field: (name: string) => headerOf(readHead(sent.raw), name), view };
}

describe("an answer the owner edits", () => {
  it("goes out as edited", async () => {
    const door = await opened();
    const { sent, field } = await sendEdited(door, {
      to: ["Paul Adler <paul@adler.example>", "ana@weiss.example"],
      cc: [],
      text: "No, Wednesday.\r\n\r\nClara\n\n",
    });
    expect(field("to")).toBe("Paul Adler <paul@adler.example>, ana@weiss.example");
    expect(Buffer.from(sent.raw).toString()).toContain("No, Wednesday.\r\n\r\nClara");
    expect(sent.threadId).toBe(life.state.messages.get(life.ids.paul)?.threadId);
  });

  it("G13: begins a conversation of its own with another subject, as Gmail would have it, and says so", async () => {
    const door = await opened();
    const { sent, view } = await sendEdited(door, { subject: "Another matter" });
    expect(sent.threadId).not.toBe(life.state.messages.get(life.ids.paul)?.threadId);
    expect(view.preview.consequences).toContain("It begins a conversation of its own.");
    expect(view.preview.basis).toHaveLength(1);
  });

  it("G13: stays in it with the subject and another prefix", async () => {
    const door = await opened();
    const { sent } = await sendEdited(door, { subject: "AW: Tuesday" });
    expect(sent.threadId).toBe(life.state.messages.get(life.ids.paul)?.threadId);
  });

  it("refuses two addresses in one line, and a subject of two", async () => {
    const door = await opened();
    const { seen } = await door.propose("gmail.reply", { thread: await door.threadOf(life.ids.paul), text: "Yes." });
    for (const text of [
      { to: ["a@b.example, c@d.example"] },
      { subject: "a\nBcc: e@z.example" },
      { text: "" },
      { to: [] },
    ]) {
      const refused = await door.door.edit(seen, text, door.by()).then(
        ({ kind }) => kind,
        () => "refused",
      );
      expect(refused, JSON.stringify(text)).toBe("refused");
    }
  });
});

describe("files", () => {
  it("go out as they are kept, byte for byte, and are shown where they are text", async () => {
    const door = await opened();
    const bytes = new Uint8Array([...new TextEncoder().encode("Miete: 900 €\r\n\u0000"), 255, 0, 13, 10]);
    const pdf = await door.door.keep({ name: "Mietvertrag – neu.pdf", mediaType: "application/pdf", bytes });
    const note = await door.door.keep({ name: "a.txt", mediaType: "text/plain", bytes: Buffer.from("note") });
    const ask = { to: ["paul@adler.example"], subject: "Files", text: "Both.", attachments: [pdf, note] };
    const { seen, view } = await door.propose("gmail.send_message", ask);
    expect(view.preview.files.map(({ name, text, sha256 }) => [name, text, sha256])).toEqual([
      ["Mietvertrag – neu.pdf", null, pdf],
      ["a.txt", "note", note],
    ]);
    await door.approve(seen);
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    const [, first, second] = readMime(door.sent()[0]?.raw ?? new Uint8Array()).parts;
    expect([first?.filename, second?.filename]).toEqual(["Mietvertrag – neu.pdf", "a.txt"]);
    expect(Buffer.from(first?.body ?? "").equals(Buffer.from(bytes))).toBe(true);
  });

  it("that are not kept are refused before there is a card", async () => {
    const door = await opened();
    const ask = { to: ["paul@adler.example"], subject: "Files", text: "x", attachments: ["0".repeat(64)] };
    await expect(door.propose("gmail.send_message", ask)).rejects.toThrow("is kept");
  });
});

describe("sending on", () => {
  it("quotes the original in a conversation of its own, and says which files stay behind", async () => {
    const door = await opened();
    const ask = { thread: await door.threadOf(withFile), to: ["ana@weiss.example"], text: "FYI" };
    const { seen, view } = await door.propose("gmail.forward", ask);
    expect(view.preview.consequences).toEqual(["These files of the conversation stay behind: lease.txt."]);
    expect(view.preview.text).toMatch(/^FYI\n\n-+ Forwarded message -+\nFrom: Paul Adler <paul@adler.example>/);
    expect(view.preview.text).toContain("Here is the lease.");
    await door.approve(seen);
    await door.live(seen.cardId);
    const [sent] = door.sent();
    expect(headerOf(readHead(sent?.raw ?? new Uint8Array()), "subject")).toBe("Fwd: The lease");
    expect(sent?.threadId).not.toBe(life.state.messages.get(withFile)?.threadId);
  });

  it("takes the files along that are kept", async () => {
    const door = await opened();
    await door.door.keep({ name: "lease.txt", mediaType: "text/plain", bytes: Buffer.from("Rent: 900\n") });
    const ask = { thread: await door.threadOf(withFile), to: ["ana@weiss.example"] };
    const { view } = await door.propose("gmail.forward", ask);
    expect(view.preview.files.map(({ name, text }) => [name, text?.trim()])).toEqual([["lease.txt", "Rent: 900"]]);
    expect(view.preview.consequences).toEqual([]);
    const without = await door.propose("gmail.forward", { ...ask, files: false });
    expect(without.view.preview.files).toEqual([]);
  });
});

describe("a hidden copy", () => {
  it("is there only when it is asked for by that word, is shown, and arrives", async () => {
    const door = await opened();
    const ask = { to: ["paul@adler.example"], bcc: ["ben@weiss.example"], subject: "Hidden", text: "x" };
    const { seen, view } = await door.propose("gmail.send_message", ask);
    expect(view.preview.recipients[0]).toMatchObject({ role: "bcc", address: "ben@weiss.example" });
    await door.approve(seen);
    await door.live(seen.cardId);
    const got = [...life.setup.world.state("gmail", "ben@weiss.example").messages.values()];
    expect(got.map(({ raw }) => headerOf(readHead(raw), "subject"))).toContain("Hidden");
    expect(got.every(({ raw }) => headerOf(readHead(raw), "bcc") === null)).toBe(true);
  });

  it("cannot come in by an answer, a forward or an edit", async () => {
    const door = await opened();
    const thread = await door.threadOf(life.ids.paul);
    for (const action of ["gmail.reply", "gmail.reply_all", "gmail.forward"]) {
      const ask = { thread, text: "x", to: ["a@b.example"], bcc: ["e@z.example"] };
      await expect(door.propose(action, ask), action).rejects.toThrow();
    }
  });
});
