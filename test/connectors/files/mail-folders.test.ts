import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { appleMailReader } from "../../../connectors/files/apple-mail.ts";
import { emlFolderReader } from "../../../connectors/files/eml-folder.ts";
import { maildirReader } from "../../../connectors/files/maildir.ts";
import type { FileReader } from "../../../connectors/files/reader.ts";
import { thunderbirdReader } from "../../../connectors/files/thunderbird.ts";
import type { RawRecord } from "../../../src/core/record.ts";
import { parseMail } from "../../../src/formats/mail/parse-mail.ts";
import { drain, letter, mboxLetter, readAll, temporaryFolder } from "../../support/mail-reading.ts";

const ids = (records: RawRecord[]): string[] => records.map((record) => record.externalId);
const title = (record: RawRecord | undefined): string =>
  Buffer.from(record?.bytes ?? [])
    .toString()
    .match(/Letter \d+/)?.[0] ?? "";

function makeMaildir(count: number): string {
  const root = temporaryFolder("cur", "new", "tmp", ".Sent/cur", ".Sent/new");
  for (let one = 1; one <= count; one += 1)
    writeFileSync(join(root, "cur", `${1_700_000_000 + one}.M${one}.host:2,S`), letter(one));
  return root;
}

describe("a Maildir", () => {
  test("is read newest first, from every cursor the same", async () => {
    const root = makeMaildir(450);
    const whole = await drain(maildirReader, root);
    expect(whole.records).toHaveLength(450);
    expect([title(whole.records[0]), title(whole.records[449])]).toEqual(["Letter 450", "Letter 1"]);
    let seen = 0;
    for (const page of whole.pages) {
      seen += page.records.length;
      const rest = await drain(maildirReader, root, JSON.parse(JSON.stringify(page.cursor)));
      expect(ids(rest.records)).toEqual(ids(whole.records).slice(seen));
    }
  });

  test("flags and a move from new to cur are no new message", async () => {
    const root = makeMaildir(5);
    writeFileSync(join(root, "new", "1700000009.M9.host"), letter(9));
    const first = await drain(maildirReader, root);
    renameSync(join(root, "new", "1700000009.M9.host"), join(root, "cur", "1700000009.M9.host:2,"));
    renameSync(join(root, "cur", "1700000001.M1.host:2,S"), join(root, "cur", "1700000001.M1.host:2,RS"));
    expect((await drain(maildirReader, root, first.cursor)).records).toHaveLength(0);
  });

  test("unchanged gives one empty last page, grown only what is new, also in a new subfolder", async () => {
    const root = makeMaildir(5);
    const first = await drain(maildirReader, root);
    const again = await drain(maildirReader, root, first.cursor);
    expect([again.records.length, again.pages.length]).toEqual([0, 1]);
    writeFileSync(join(root, "new", "1700000100.M100.host"), letter(100));
    mkdirSync(join(root, ".Archive", "cur"), { recursive: true });
    writeFileSync(join(root, ".Archive", "cur", "1600000000.M7.host:2,S"), letter(7));
    const grown = await drain(maildirReader, root, first.cursor);
    expect(grown.records.map(title)).toEqual(["Letter 100", "Letter 7"]);
    expect((await drain(maildirReader, root, grown.cursor)).records).toHaveLength(0);
  });

  test("a message that comes while a pass runs is read by the next one", async () => {
    const root = makeMaildir(450);
    const page = await maildirReader.pull(root, null, readAll, new AbortController().signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(root, "new", "1800000000.M1000.host"), letter(1000));
    const rest = await drain(maildirReader, root, page.cursor);
    expect(rest.records).toHaveLength(250);
    expect((await drain(maildirReader, root, rest.cursor)).records.map(title)).toEqual(["Letter 1000"]);
  });

  test("the recent pass and the older pass together give everything once", async () => {
    const root = makeMaildir(10);
    const split = new Date(1_700_000_006_000).toISOString();
    const recent = await drain(maildirReader, root, null, { ...readAll, recentSince: split });
    const older = await drain(maildirReader, root, recent.cursor, { ...readAll, olderThan: split });
    expect([recent.records.length, older.records.length]).toEqual([5, 5]);
    expect(new Set(ids([...recent.records, ...older.records])).size).toBe(10);
  });

  test("a Sent folder says that the owner wrote it", async () => {
    const root = makeMaildir(0);
    writeFileSync(join(root, ".Sent", "cur", "1700000001.M1.host:2,S"), letter(1));
    expect((await drain(maildirReader, root)).records[0]?.hints).toMatchObject({ sent: true, labels: ["Sent"] });
  });

  test("a file where a folder is meant is a named error", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "file"), "x");
    await expect(drain(maildirReader, join(root, "file"))).rejects.toMatchObject({ code: "wrong_kind" });
    await expect(drain(maildirReader, join(root, "gone"))).rejects.toMatchObject({ code: "not_found" });
  });

  test("a large one that did not change is done in far less than a second", async () => {
    const root = temporaryFolder("cur", "new");
    for (let one = 0; one < 3_000; one += 1)
      writeFileSync(join(root, "cur", `${1_700_000_000 + one}.M${one}.host`), "Subject: x\n\n");
    const first = await drain(maildirReader, root);
    const started = performance.now();
    await drain(maildirReader, root, first.cursor);
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe("a folder of .eml files", () => {
  test("is read with its subfolders, and a broken entry does not end it", async () => {
    const root = temporaryFolder("2024/sent");
    writeFileSync(join(root, "a.eml"), letter(1));
    writeFileSync(join(root, "2024", "b.EML"), letter(2));
    writeFileSync(join(root, "2024", "sent", "c.eml"), letter(3));
    writeFileSync(join(root, "note.txt"), "no mail");
    const first = await drain(emlFolderReader, root);
    expect(first.records.map(title).sort()).toEqual(["Letter 1", "Letter 2", "Letter 3"]);
    expect(first.records.find((record) => title(record) === "Letter 3")?.hints.sent).toBe(true);
    rmSync(join(root, "a.eml"));
    writeFileSync(join(root, "d.eml"), letter(4));
    expect((await drain(emlFolderReader, root, first.cursor)).records.map(title)).toEqual(["Letter 4"]);
  });

  test("a file that cannot be opened is a problem and the others are read", async ({ skip }) => {
    if (process.getuid?.() === 0) skip("root may read everything");
    const root = temporaryFolder();
    writeFileSync(join(root, "a.eml"), letter(1), { mode: 0 });
    writeFileSync(join(root, "b.eml"), letter(2));
    const { records, pages } = await drain(emlFolderReader, root);
    expect([records.length, pages[0]?.failed.length]).toEqual([1, 1]);
  });
});

describe("Apple Mail", () => {
  const emlx = (text: string, flags: number): string =>
    `${Buffer.byteLength(text)}\n${text}<?xml version="1.0"?><plist><dict><key>date-received</key><integer>1700000000</integer><key>flags</key><integer>${flags}</integer></dict></plist>`;

  test("gives the message without its frame, its mailbox, and leaves out what was deleted", async () => {
    const sent = "V10/4A6F0F2C-0000-0000-0000-000000000000/Sent Messages.mbox/Data/Messages";
    const inbox = "V10/4A6F0F2C-0000-0000-0000-000000000000/INBOX.mbox/Data/1/Messages";
    const root = temporaryFolder(sent, inbox);
    writeFileSync(join(root, sent, "12.emlx"), emlx(letter(1), 1));
    writeFileSync(join(root, inbox, "13.partial.emlx"), emlx(letter(2), 8_590_195_713));
    writeFileSync(join(root, inbox, "14.emlx"), emlx(letter(3), 3));
    utimesSync(join(root, inbox, "13.partial.emlx"), 1, 1);
    const { records } = await drain(appleMailReader, root);
    expect(records.map(title)).toEqual(["Letter 1", "Letter 2"]);
    expect(Buffer.from(records[0]?.bytes ?? []).toString()).toBe(letter(1));
    expect(records[0]?.hints).toMatchObject({ sent: true, labels: ["Sent Messages"] });
    expect(records[1]?.externalId.endsWith("/13.emlx")).toBe(true);
  });

  test("a broken frame still gives the bytes", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "1.emlx"), letter(1));
    const [record] = (await drain(appleMailReader, root)).records;
    if (record !== undefined) expect((await parseMail(record)).items[0]?.messageId).toMatch(/@lumen/);
    expect(record).toBeDefined();
  });
});

describe("a Thunderbird profile", () => {
  const profile = (): string =>
    temporaryFolder("Mail/Local Folders/Archiv.sbd", "ImapMail/imap.example/Box/cur", "ImapMail/imap.example/Box/new");

  test("gives the mailboxes beside their .msf and the Maildirs, with labels, without what was deleted", async () => {
    const root = profile();
    const local = join(root, "Mail", "Local Folders");
    writeFileSync(join(root, "prefs.js"), "");
    for (const name of ["Inbox", "Sent", "Archiv.sbd/2019"]) writeFileSync(join(local, `${name}.msf`), "");
    writeFileSync(
      join(local, "Inbox"),
      mboxLetter(1, "X-Mozilla-Status: 0009\n") +
        mboxLetter(2, "X-Mozilla-Status: 0001\nX-Mozilla-Keys: $label1 work\n"),
    );
    writeFileSync(join(local, "Sent"), mboxLetter(3));
    writeFileSync(join(local, "Archiv.sbd", "2019"), mboxLetter(4));
    writeFileSync(join(local, "filterlog.html"), "no mail");
    writeFileSync(join(root, "ImapMail", "imap.example", "Box", "cur", "1700000001.eml"), letter(5));
    const first = await drain(thunderbirdReader, root);
    expect(first.records.map(title).sort()).toEqual(["Letter 2", "Letter 3", "Letter 4", "Letter 5"]);
    const byTitle = (name: string): RawRecord | undefined => first.records.find((record) => title(record) === name);
    expect(byTitle("Letter 2")?.hints.labels).toEqual(["Inbox", "$label1", "work"]);
    expect(byTitle("Letter 3")?.hints.sent).toBe(true);
    const again = await drain(thunderbirdReader, root, first.cursor);
    expect([again.records.length, again.pages.length]).toEqual([0, 1]);
    writeFileSync(join(local, "Sent"), mboxLetter(3) + mboxLetter(6));
    expect((await drain(thunderbirdReader, root, first.cursor)).records.map(title)).toEqual(["Letter 6"]);
  });
});

test("each reader recognises its own kind of folder and no other", async () => {
  const candidates: [FileReader, string[]][] = [
    [maildirReader, ["cur", "new", "tmp"]],
    [emlFolderReader, ["a.eml"]],
    [appleMailReader, ["12.emlx"]],
    [thunderbirdReader, ["prefs.js", "Mail", "ImapMail"]],
  ];
  for (const [index, [reader]] of candidates.entries()) {
    for (const [other, [, entries]] of candidates.entries()) {
      const candidate = { path: "/x/mail", isFolder: true, sizeBytes: 0, head: new Uint8Array(0), entries };
      expect((await reader.recognise(candidate)) !== null, `${reader.kind} ${entries[0]}`).toBe(index === other);
    }
  }
});
