import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mboxReader } from "../../../connectors/files/mbox.ts";
import { isFromLine, nextFromLine } from "../../../connectors/files/mbox-split.ts";
import { parseMail } from "../../../src/formats/mail/parse-mail.ts";
import { drain, letter, mboxLetter, readAll, temporaryFolder } from "../../support/mail-reading.ts";

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const mailbox = (from: number, to: number): string =>
  numbers(from, to)
    .map((one) => mboxLetter(one))
    .join("");
const ids = (records: { externalId: string }[]): string[] => records.map((record) => record.externalId);

describe("From_ lines", () => {
  test("every shape that programs write is one, and prose is none", () => {
    const shapes = [
      "From tom@lumen.example Tue Dec 22 12:33:17 2020",
      "From 1545668983435175434@xxx Fri Sep 16 22:26:51 +0000 2016",
      "From - Tue Dec 22 12:33:17 2020",
      "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
      "From tom Wed Jan  1 00:00:00 UTC 2020 remote from lumen",
      "From ???@??? Mon Sep 05 09:10:11 2005",
      "From Tom Reyes <tom@lumen.example> Tue Dec 22 12:33 2020",
      "From tom@lumen.example Tue, 22 Dec 2020 12:33:17 +0000",
    ];
    for (const line of shapes) expect(isFromLine(line), line).toBe(true);
    for (const line of [
      "From now on we meet on Fri 10:30 in 2024.",
      "From: tom@lumen.example",
      "From the office",
      "From ",
    ]) {
      expect(isFromLine(line), line).toBe(false);
    }
  });

  test("one inside a paragraph does not start a message", () => {
    const bytes = Buffer.from("text\nFrom tom@lumen.example Tue Dec 22 12:33:17 2020\nmore");
    expect(nextFromLine(bytes, 0, false)).toBe(-1);
    expect(nextFromLine(Buffer.from("text\r\n\r\nFrom t@x Tue Dec 22 12:33:17 2020\r\nmore"), 0, false)).toBe(8);
  });
});

describe("a mailbox file", () => {
  test("gives every message once, with its place and an id that does not depend on it", async () => {
    const root = temporaryFolder();
    const path = join(root, "Inbox.mbox");
    writeFileSync(path, mailbox(1, 450));
    const { records, pages } = await drain(mboxReader, path);
    expect(records).toHaveLength(450);
    expect(pages.length).toBeGreaterThan(2);
    expect(new Set(ids(records)).size).toBe(450);
    expect(records[1]?.locator.offset).toBe(Buffer.byteLength(mboxLetter(1)));
    writeFileSync(path, mailbox(2, 450));
    const compacted = await drain(mboxReader, path);
    expect(ids(compacted.records)).toEqual(ids(records).slice(1));
  });

  test("the id does not change when a mail program rewrites its own fields", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    writeFileSync(path, mboxLetter(1, "X-Mozilla-Status: 0000\nStatus: O\n"));
    const before = await drain(mboxReader, path);
    writeFileSync(path, mboxLetter(1, "X-Mozilla-Status: 0001\nStatus: RO\n"));
    expect(ids((await drain(mboxReader, path)).records)).toEqual(ids(before.records));
  });

  test("resumes from every cursor with the same records", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    writeFileSync(path, mailbox(1, 700));
    const whole = await drain(mboxReader, path);
    let seen = 0;
    for (const page of whole.pages) {
      seen += page.records.length;
      const rest = await drain(mboxReader, path, JSON.parse(JSON.stringify(page.cursor)));
      expect(ids(rest.records)).toEqual(ids(whole.records).slice(seen));
    }
  });

  test("unchanged gives one empty last page, grown gives only what is new", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    writeFileSync(path, mailbox(1, 30));
    const first = await drain(mboxReader, path);
    const again = await drain(mboxReader, path, first.cursor);
    expect([again.records.length, again.pages.length]).toEqual([0, 1]);
    appendFileSync(path, mailbox(31, 33));
    const grown = await drain(mboxReader, path, first.cursor);
    expect(
      grown.records.map(
        (record) =>
          Buffer.from(record.bytes)
            .toString()
            .match(/Letter \d+/)?.[0],
      ),
    ).toEqual(["Letter 31", "Letter 32", "Letter 33"]);
    expect((await drain(mboxReader, path, grown.cursor)).records).toHaveLength(0);
  });

  test("what was appended is read also when the older pass still has its options", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    writeFileSync(path, mailbox(1, 10));
    const older = { ...readAll, olderThan: "2024-01-06T00:00:00.000Z" };
    const first = await drain(mboxReader, path, null, older);
    appendFileSync(path, mailbox(11, 11));
    expect((await drain(mboxReader, path, first.cursor, older)).records).toHaveLength(1);
  });

  test("a rewritten mailbox is read again from the start", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    writeFileSync(path, mailbox(1, 30));
    const first = await drain(mboxReader, path);
    writeFileSync(path, mailbox(5, 60));
    expect((await drain(mboxReader, path, first.cursor)).records).toHaveLength(56);
  });

  test("a last message that was still being written is replaced when it is whole", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    const text = mailbox(1, 5);
    writeFileSync(path, text);
    truncateSync(path, text.length - 20);
    const cut = await drain(mboxReader, path);
    expect(cut.records).toHaveLength(5);
    expect(cut.pages.at(-1)?.failed[0]?.reason).toMatch(/cut off/);
    writeFileSync(path, text);
    utimesSync(path, 1, 1_800_000_000);
    const whole = await drain(mboxReader, path, cut.cursor);
    expect(whole.records).toHaveLength(1);
    expect(whole.pages[0]?.gone).toEqual([cut.records[4]?.externalId]);
  });

  test("the recent pass and the older pass together give everything once", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    writeFileSync(path, mailbox(1, 20) + mboxLetter(99).replace(/Date:.*\n/, "Date: whenever\n"));
    const split = "2024-01-11T00:00:00.000Z";
    const recent = await drain(mboxReader, path, null, { ...readAll, recentSince: split });
    expect(recent.records).toHaveLength(12);
    appendFileSync(path, mailbox(21, 22));
    const older = await drain(mboxReader, path, recent.cursor, { ...readAll, olderThan: split });
    expect(older.records).toHaveLength(11);
    expect(new Set(ids([...recent.records, ...older.records])).size).toBe(23);
  });

  test("takes mboxrd quoting off, and Gmail's id from a Takeout From_ line", async () => {
    const root = temporaryFolder();
    const path = join(root, "All mail.mbox");
    const from = "From 1545668983435175434@xxx Fri Sep 16 22:26:51 +0000 2016";
    writeFileSync(path, `${from}\n${letter(1)}>From here\n>>From there\na >From b\n\n`.replaceAll("\n", "\r\n"));
    const [record] = (await drain(mboxReader, path)).records;
    const text = Buffer.from(record?.bytes ?? []).toString();
    expect(text).toContain("\r\nFrom here\r\n>From there\r\na >From b\r\n");
    expect(record?.hints.format).toMatchObject({ gmailId: "1545668983435175434" });
    if (record !== undefined) expect((await parseMail(record)).items[0]?.providerId).toBe("gmail:1545668983435175434");
  });

  test("a file named like a Sent folder, in any language, is what the owner sent", async () => {
    const root = temporaryFolder();
    for (const [name, sent] of [
      ["Gesendet.mbox", true],
      ["Messages envoyés.mbox", true],
      ["Inbox.mbox", undefined],
    ] as const) {
      writeFileSync(join(root, name), mboxLetter(1));
      expect((await drain(mboxReader, join(root, name))).records[0]?.hints.sent, name).toBe(sent);
    }
  });

  test("garbage before the first message is a problem with its offset, and the rest is read", async () => {
    const root = temporaryFolder();
    const path = join(root, "a.mbox");
    writeFileSync(path, `the end of a lost message\n\n${mailbox(1, 3)}`);
    const { records, pages } = await drain(mboxReader, path);
    expect(records).toHaveLength(3);
    expect(pages[0]?.failed).toEqual([{ locator: { path, offset: 0 }, reason: expect.stringContaining("27 bytes") }]);
  });

  test("a single message of 400 MB is read fast, in bounded memory, and marked", async () => {
    const root = temporaryFolder();
    const path = join(root, "huge.mbox");
    const file = openSync(path, "w");
    writeSync(file, mboxLetter(1) + mboxLetter(2).trimEnd());
    ftruncateSync(file, 400_000_000);
    const end = statSync(path).size;
    writeSync(file, `\n\n${mboxLetter(3)}`, end);
    closeSync(file);
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const { records } = await drain(mboxReader, path);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000);
    expect(records.map((record) => record.hints.truncatedFromBytes !== undefined)).toEqual([false, true, false]);
    const item = records[1] === undefined ? undefined : (await parseMail(records[1])).items[0];
    expect([item?.partial, item?.messageId?.endsWith("@lumen.example")]).toEqual([true, true]);
  });

  test("a folder where a file is meant, and a missing file, are named errors", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "folder.mbox"));
    await expect(drain(mboxReader, join(root, "folder.mbox"))).rejects.toMatchObject({ code: "wrong_kind" });
    await expect(drain(mboxReader, join(root, "gone.mbox"))).rejects.toMatchObject({ code: "not_found" });
  });

  test("an empty file is done at once", async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "a.mbox"), "");
    const { records, pages } = await drain(mboxReader, join(root, "a.mbox"));
    expect([records.length, pages.length]).toEqual([0, 1]);
  });

  test("recognises a mailbox by what is in it", async () => {
    const candidate = { path: "/x/All mail.mbox", isFolder: false, sizeBytes: 9, entries: [] };
    expect(await mboxReader.recognise({ ...candidate, head: Buffer.from(mboxLetter(1)) })).toMatchObject({
      label: "All mail",
    });
    expect(await mboxReader.recognise({ ...candidate, head: Buffer.from("Dear Tom, ...") })).toBeNull();
  });
});
