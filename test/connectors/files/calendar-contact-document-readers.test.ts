import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { contactsCsvReader } from "../../../connectors/files/contacts-csv.ts";
import { folderReader } from "../../../connectors/files/folder.ts";
import { icsReader } from "../../../connectors/files/ics.ts";
import { notionReader } from "../../../connectors/files/notion.ts";
import type { Candidate, FileReader, ReadOptions } from "../../../connectors/files/reader.ts";
import { stewardContactsReader } from "../../../connectors/files/steward-contacts.ts";
import { vcardReader } from "../../../connectors/files/vcard.ts";
import type { Page } from "../../../src/core/connector.ts";
import type { DraftItem } from "../../../src/core/item.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { parseRecord } from "../../../src/formats/parse-record.ts";

const everything: ReadOptions = { recentSince: null, olderThan: null, zone: "Europe/Lisbon", region: "PT" };
const signal = new AbortController().signal;
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "steward-readers-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Read {
  pages: Page[];
  items: DraftItem[];
  gone: string[];
  problems: string[];
  cursor: unknown;
}

/** Reads to the end; every cursor goes through JSON, as it would through the database. */
async function readAll(reader: FileReader, path: string, from: unknown = null, options = everything): Promise<Read> {
  const read: Read = { pages: [], items: [], gone: [], problems: [], cursor: from };
  for (let turn = 0; turn < 500; turn += 1) {
    const page = await reader.pull(path, read.cursor, options, signal);
    read.cursor = JSON.parse(JSON.stringify(page.cursor));
    read.pages.push(page);
    read.gone.push(...page.gone);
    read.problems.push(...page.failed.map(({ reason }) => reason));
    for (const record of page.records) {
      const parsed = await parseRecord(record);
      read.items.push(...parsed.items);
      read.problems.push(...parsed.problems.map(({ reason }) => reason));
    }
    if (page.done) return read;
  }
  throw new Error("the reader never ends");
}

const textOf = (item: DraftItem | undefined): string => (item === undefined ? "" : rawText(item.text));
const ids = ({ items }: Read): string[] => items.map(({ externalId }) => externalId);

function candidate(path: string, content: string | Uint8Array): Candidate {
  const head = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { path, isFolder: false, sizeBytes: head.length, head, entries: [] };
}

const vevent = (uid: string, date = "20260701", padding = ""): string =>
  `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTART;TZID=Odd Zone:${date}T090000\r\nSUMMARY:${uid}\r\nDESCRIPTION:${padding}\r\nEND:VEVENT\r\n`;
const oddZone =
  "BEGIN:VTIMEZONE\r\nTZID:Odd Zone\r\nX-LIC-LOCATION:Asia/Tokyo\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
const calendar = (events: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\n${oddZone}${events}END:VCALENDAR\r\n`;
const card = (name: string): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${name}\r\nEMAIL:${name}@x.example\r\nUID:${name}\r\nEND:VCARD\r\n`;
const stewardHeader = "name,aliases,emails,phones,handles,organisation,role,relation,language,notes\n";

const fileKinds: [string, FileReader, string, string, string][] = [
  ["ics", icsReader, "a.ics", calendar(vevent("one") + vevent("two")), calendar(vevent("two") + vevent("three"))],
  ["vcard", vcardReader, "a.vcf", card("one") + card("two"), card("two") + card("three")],
];

describe.each(fileKinds)("the %s reader", (_, reader, name, before, after) => {
  test("reads the file, then finds it unchanged", async () => {
    const path = put(name, before);
    const first = await readAll(reader, path);
    expect(ids(first)).toEqual(["one", "two"]);
    const again = await readAll(reader, path, first.cursor);
    expect(again.pages).toMatchObject([{ records: [], gone: [], failed: [], done: true }]);
  });

  test("reads a changed file again and says what is gone from it", async () => {
    const path = put(name, before);
    const first = await readAll(reader, path);
    put(name, after);
    const again = await readAll(reader, path, first.cursor);
    expect(ids(again)).toEqual(["two", "three"]);
    expect(again.gone).toEqual(["one"]);
  });

  test("notices a change that keeps size and time, by the end of the file", async () => {
    const path = put(name, before);
    const mtime = 1_700_000_000;
    utimesSync(path, mtime, mtime);
    const first = await readAll(reader, path);
    writeFileSync(path, before.replaceAll("two", "six"));
    utimesSync(path, mtime, mtime);
    expect(ids(await readAll(reader, path, first.cursor))).toContain("six");
  });

  test("takes garbage, NUL bytes and broken UTF-8 as problems or partial items, not as errors", async () => {
    for (const bytes of [
      Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41]),
      Buffer.from("\u0000\u0000\u0000"),
      Buffer.from(`${before}\u0000\xe9`, "latin1"),
      Buffer.alloc(0),
    ]) {
      await readAll(reader, put(name, bytes));
    }
    const read = await readAll(
      reader,
      put(name, Buffer.from(before.replace("one\r\nEND", "one\u0000\xe9\r\nEND"), "latin1")),
    );
    expect(ids(read)).toHaveLength(2);
  });

  test("a folder in its place is the wrong kind, a missing file is not found", async () => {
    mkdirSync(join(root, "folder.x"));
    await expect(reader.pull(join(root, "folder.x"), null, everything, signal)).rejects.toMatchObject({
      code: "wrong_kind",
    });
    await expect(reader.pull(join(root, "nothing"), null, everything, signal)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("recognises its own and nothing else", async () => {
    expect(await reader.recognise(candidate(name, before))).toMatchObject({ sizeBytes: before.length });
    expect(await reader.recognise(candidate(name, `\ufeff${before}`))).not.toBeNull();
    expect(await reader.recognise(candidate("x.txt", "Hello BEGIN:VCALENDAR BEGIN:VCARD"))).toBeNull();
    expect(await reader.recognise(candidate("x.txt", new Uint8Array()))).toBeNull();
  });

  test("starts afresh from a cursor it does not know", async () => {
    expect(ids(await readAll(reader, put(name, before), { wrong: true }))).toEqual(["one", "two"]);
  });
});

describe("a calendar too big for one page", () => {
  const padding = "x".repeat(2000);
  const uids = Array.from({ length: 5000 }, (_, index) => `event-${index}`);

  test("is read in pages that can be resumed, with its time zones, each event once", async () => {
    const path = put("big.ics", calendar(uids.map((uid) => vevent(uid, "20260701", padding)).join("")));
    const read = await readAll(icsReader, path);
    expect(read.pages.length).toBeGreaterThan(2);
    expect(ids(read)).toEqual(uids);
    expect(read.items.at(-1)?.event).toMatchObject({
      startsAt: "2026-07-01T00:00:00.000Z",
      zone: "Asia/Tokyo",
      method: "PUBLISH",
    });
    const resumed = await readAll(icsReader, path, JSON.parse(JSON.stringify(read.pages[0]?.cursor)));
    expect(new Set([...(read.pages[0]?.records ?? []).flatMap(() => []), ...ids(resumed)]).size).toBe(
      uids.length - countIn(read.pages[0]),
    );
    for (const page of read.pages)
      expect(page.records.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(6_000_000);
  });

  function countIn(page: Page | undefined): number {
    const text = (page?.records ?? []).map(({ bytes }) => new TextDecoder().decode(bytes)).join("");
    return text.split("BEGIN:VEVENT").length - 1;
  }

  test("names an event of more than 4 MB and reads what follows it", async () => {
    const path = put(
      "huge.ics",
      calendar(vevent("small") + vevent("huge", "20260701", "y".repeat(9_000_000)) + vevent("last")),
    );
    const read = await readAll(icsReader, path);
    expect(ids(read)).toEqual(expect.arrayContaining(["small", "last"]));
    expect(read.problems.join()).toMatch(/more than 4 MB/);
  });
});

test("splits a calendar between the recent and the older pass without losing or doubling an event", async () => {
  const repeating = vevent("weekly", "20200101").replace("SUMMARY", "RRULE:FREQ=WEEKLY\r\nSUMMARY");
  const path = put("a.ics", calendar(vevent("old", "20200101") + vevent("new") + repeating));
  const since = "2026-06-01T00:00:00.000Z";
  const recent = await readAll(icsReader, path, null, { ...everything, recentSince: since });
  const rest = await readAll(icsReader, path, null, { ...everything, olderThan: since });
  expect([ids(recent), ids(rest)]).toEqual([["new", "weekly"], ["old"]]);
  const later = await readAll(icsReader, path, rest.cursor);
  expect(later.pages).toMatchObject([{ records: [], gone: [], done: true }]);
});

describe("tables of contacts", () => {
  const google =
    'First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Notes\nAna,Souza,* myContacts,Home,ana@x.example,"two\nlines"\n';
  const outlook =
    "First Name,Last Name,Company,E-mail Address,Mobile Phone\nBo,Ek,Lumen,bo@x.example,+351 911 001 003\n";
  const german = "Anrede;Vorname;Nachname;E-Mail-Adresse;Mobiltelefon\n;Jörg;Weiß;joerg@x.example;\n";

  test("are told apart by their header", async () => {
    expect(await contactsCsvReader.recognise(candidate("c.csv", google))).toMatchObject({ kind: "contacts_csv" });
    expect(await contactsCsvReader.recognise(candidate("c.csv", outlook))).toMatchObject({ kind: "contacts_csv" });
    expect(await contactsCsvReader.recognise(candidate("c.csv", german))).toMatchObject({ kind: "contacts_csv" });
    expect(await contactsCsvReader.recognise(candidate("c.csv", `${stewardHeader}Ana,,,,,,,,,\n`))).toBeNull();
    expect(await stewardContactsReader.recognise(candidate("c.csv", `${stewardHeader}Ana,,,,,,,,,\n`))).not.toBeNull();
    expect(await contactsCsvReader.recognise(candidate("c.csv", "date,amount,text\n1,2,3\n"))).toBeNull();
  });

  test("are read with the parser of their kind", async () => {
    expect((await readAll(contactsCsvReader, put("g.csv", `\ufeff${google}`))).items).toMatchObject([
      { contact: { names: ["Ana Souza"], notes: "two\nlines" } },
    ]);
    expect((await readAll(contactsCsvReader, put("o.csv", outlook))).items).toMatchObject([
      { contact: { names: ["Bo Ek"], organisation: "Lumen" } },
    ]);
    const latin = Buffer.from(german, "latin1");
    expect((await readAll(contactsCsvReader, put("d.csv", latin))).items).toMatchObject([
      { contact: { names: ["Jörg Weiß"] }, partial: true },
    ]);
  });

  test("say which people are gone when the owner deletes a row", async () => {
    const path = put("contacts.csv", `${stewardHeader}Ana,,ana@x.example,,,,,,,\nBo,,bo@x.example,,,,,,,\n`);
    const first = await readAll(stewardContactsReader, path);
    expect(first.items).toHaveLength(2);
    put("contacts.csv", `${stewardHeader}Bo,,bo@x.example,,,,,,,\n`);
    const again = await readAll(stewardContactsReader, path, first.cursor);
    expect(again.gone).toEqual([first.items[0]?.externalId]);
    expect(ids(again)).toEqual([first.items[1]?.externalId]);
  });

  test("are cut at row ends, never inside a quoted cell", async () => {
    const rows = Array.from(
      { length: 9000 },
      (_, index) => `P${index},,p${index}@x.example,,,,,,,"line\n${"z".repeat(600)}, end"\n`,
    );
    const read = await readAll(stewardContactsReader, put("contacts.csv", stewardHeader + rows.join("")));
    expect(read.items).toHaveLength(9000);
    expect(read.items.every(({ partial, contact }) => !partial && contact?.notes.endsWith("end"))).toBe(true);
    expect(read.pages.length).toBeGreaterThan(1);
  });

  test("belong to the recent pass", async () => {
    const path = put("contacts.csv", `${stewardHeader}Ana,,ana@x.example,,,,,,,\n`);
    expect(
      (await readAll(stewardContactsReader, path, null, { ...everything, olderThan: "2026-01-01T00:00:00.000Z" }))
        .items,
    ).toEqual([]);
    expect(
      (await readAll(stewardContactsReader, path, null, { ...everything, recentSince: "2026-01-01T00:00:00.000Z" }))
        .items,
    ).toHaveLength(1);
  });
});

describe("the folder reader", () => {
  test("reads documents of all kinds below the folder, and nothing hidden or linked", async () => {
    put("drive/a.md", "# Car\nplate NT 914");
    put("drive/deep/er/b.txt", "text");
    put("drive/t.csv", "a,b\n1,2\n");
    put("drive/p.html", "<title>Page</title><p>seen</p>");
    put("drive/.git/c.md", "no");
    put("drive/node_modules/c.md", "no");
    put("drive/.hidden.md", "no");
    put("drive/photo.jpg", "no");
    put("outside.md", "no");
    symlinkSync(join(root, "outside.md"), join(root, "drive", "link.md"));
    symlinkSync(root, join(root, "drive", "loop"));
    const read = await readAll(folderReader, join(root, "drive"));
    expect(ids(read)).toEqual(["a.md", "deep/er/b.txt", "p.html", "t.csv"]);
    expect(read.problems).toEqual([]);
    expect(read.items[0]).toMatchObject({
      channel: "drive",
      subject: "Car",
      threadKeys: [`file:${join(root, "drive/a.md")}`],
    });
    expect(read.items[2]).toMatchObject({ subject: "Page", text: "seen" });
  });

  test("reads only what changed, and says what was deleted", async () => {
    put("d/a.md", "one");
    put("d/b.md", "two");
    const first = await readAll(folderReader, join(root, "d"));
    expect((await readAll(folderReader, join(root, "d"), first.cursor)).pages).toMatchObject([
      { records: [], gone: [], done: true },
    ]);
    put("d/b.md", "two, longer");
    rmSync(join(root, "d/a.md"));
    const again = await readAll(folderReader, join(root, "d"), first.cursor);
    expect([ids(again), again.gone]).toEqual([["b.md"], ["a.md"]]);
  });

  test("forgets nothing when the folder is empty all of a sudden", async () => {
    put("d/a.md", "one");
    const first = await readAll(folderReader, join(root, "d"));
    renameSync(join(root, "d/a.md"), join(root, "a.md"));
    const empty = await readAll(folderReader, join(root, "d"), first.cursor);
    expect(empty.gone).toEqual([]);
    expect(empty.problems.join()).toMatch(/empty now/);
  });

  test("a file over 50 MB is a problem and does not stop the others", async () => {
    put("d/a.md", "one");
    const big = put("d/big.pdf", "%PDF-");
    truncateSync(big, 60_000_000);
    const read = await readAll(folderReader, join(root, "d"));
    expect(ids(read)).toEqual(["a.md"]);
    expect(read.problems).toEqual(["The file is over 50 MB and was not read."]);
  });

  test("keeps the beginning of a long text, whole letters only, and says so", async () => {
    const read = await readAll(folderReader, put("long.txt", `éx${"é".repeat(900_000)}`));
    expect(read.items).toMatchObject([{ externalId: "long.txt", partial: true }]);
    expect(textOf(read.items[0]).slice(0, 3)).toBe("éxé");
  });

  test("leaves contact tables and chats to their own readers", async () => {
    put("d/contacts.csv", stewardHeader);
    put("d/_chat.txt", "[1/2/22, 10:00] A: hi");
    put("d/a.md", "one");
    expect(ids(await readAll(folderReader, join(root, "d")))).toEqual(["a.md"]);
  });

  test("takes NUL bytes, broken UTF-8 and a broken PDF as items with a problem", async () => {
    put("d/a.txt", Buffer.from("caf\xe9\u0000", "latin1"));
    put("d/b.pdf", "not a pdf");
    put("d/c.docx", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
    const read = await readAll(folderReader, join(root, "d"));
    expect(read.items.map(({ partial }) => partial)).toEqual([true, true, true]);
    expect(textOf(read.items[0])).toBe("café");
  });

  test("goes on after the first page, in order, and finds 10,000 files unchanged within a second", async () => {
    mkdirSync(join(root, "many"));
    for (let index = 0; index < 10_000; index += 1) writeFileSync(join(root, "many", `n${index}.md`), `note ${index}`);
    let cursor: unknown = null;
    let records = 0;
    for (;;) {
      const page = await folderReader.pull(join(root, "many"), cursor, everything, signal);
      records += page.records.length;
      cursor = page.cursor;
      if (page.done) break;
      expect(page.records).toHaveLength(1000);
    }
    expect(records).toBe(10_000);
    const before = performance.now();
    const page = await folderReader.pull(join(root, "many"), JSON.parse(JSON.stringify(cursor)), everything, signal);
    expect(page).toMatchObject({ records: [], done: true });
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test("splits files between the passes by when they were changed", async () => {
    const old = put("d/old.md", "old");
    utimesSync(old, 1_600_000_000, 1_600_000_000);
    put("d/new.md", "new");
    const since = "2021-01-01T00:00:00.000Z";
    const recent = await readAll(folderReader, join(root, "d"), null, { ...everything, recentSince: since });
    const rest = await readAll(folderReader, join(root, "d"), null, { ...everything, olderThan: since });
    expect([ids(recent), ids(rest)]).toEqual([["new.md"], ["old.md"]]);
    expect(ids(await readAll(folderReader, join(root, "d"), rest.cursor))).toEqual([]);
  });

  test("a folder that is not there is not found", async () => {
    await expect(folderReader.pull(join(root, "none"), null, everything, signal)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("recognises folders that hold documents and single documents", async () => {
    put("d/sub/a.md", "x");
    put("e/photo.jpg", "x");
    const folder = (name: string, entries: string[]): Candidate => ({
      path: join(root, name),
      isFolder: true,
      sizeBytes: 0,
      head: new Uint8Array(),
      entries,
    });
    expect(await folderReader.recognise(folder("d", ["sub"]))).toMatchObject({ kind: "folder", label: "d" });
    expect(await folderReader.recognise(folder("e", ["photo.jpg"]))).toBeNull();
    expect(await folderReader.recognise(folder("missing", []))).toBeNull();
    expect(await folderReader.recognise(candidate("/x/a.pdf", "%PDF-"))).not.toBeNull();
    expect(await folderReader.recognise(candidate("/x/a.exe", "MZ"))).toBeNull();
  });
});

describe("the Notion reader", () => {
  const one = "0123456789abcdef0123456789abcdef";
  const two = "11111111111111111111111111111111";
  const pages: Record<string, string> = {
    [`Trip ${one}.md`]: "# Trip to Lisbon\nHotel booked",
    [`Trip ${one}/Tasks ${two}.csv`]: "Name,Done\nPack,No\n",
    [`Trip ${one}/Tasks ${two}_all.csv`]: "Name,Done\nPack,No\nFly,Yes\n",
    "plain.md": "no id",
    "image.png": "no",
  };

  async function zipOf(files: Record<string, string | Buffer>): Promise<Buffer> {
    const zip = new ZipFile();
    for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
    zip.end();
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  function expectPages(read: Read): void {
    expect(ids(read).toSorted()).toEqual([one, two, "plain.md"].toSorted());
    const trip = read.items.find(({ externalId }) => externalId === one);
    expect(trip).toMatchObject({ channel: "notion", providerId: `notion:${one}`, subject: "Trip to Lisbon" });
    const tasks = read.items.find(({ externalId }) => externalId === two);
    expect(tasks).toMatchObject({ subject: "Tasks" });
    expect(textOf(tasks)).toContain("Fly");
  }

  test("reads a zip, and a zip inside a zip, the same way", async () => {
    expectPages(await readAll(notionReader, put("e.zip", await zipOf(pages))));
    const inner = await zipOf(pages);
    const outer = put("o.zip", await zipOf({ "Export-b8f52cdf-c19e-4827-8fd2-5385108bebd6-Part-1.zip": inner }));
    expectPages(await readAll(notionReader, outer));
    expect(await notionReader.recognise(candidate(outer, "PK\u0003\u0004"))).toMatchObject({ kind: "notion" });
  });

  test("reads the same export unpacked", async () => {
    for (const [name, content] of Object.entries(pages)) put(`n/${name}`, content);
    const folder = join(root, "n");
    expectPages(await readAll(notionReader, folder));
    const entries = [`Trip ${one}.md`, `Trip ${one}`];
    expect(
      await notionReader.recognise({ path: folder, isFolder: true, sizeBytes: 0, head: new Uint8Array(), entries }),
    ).not.toBeNull();
  });

  test("finds an unchanged export unchanged, and says which pages a new one lacks", async () => {
    const path = put("e.zip", await zipOf(pages));
    const first = await readAll(notionReader, path);
    expect((await readAll(notionReader, path, first.cursor)).pages).toMatchObject([
      { records: [], gone: [], done: true },
    ]);
    put("e.zip", await zipOf({ [`Trip renamed ${one}.md`]: "# Renamed" }));
    const again = await readAll(notionReader, path, first.cursor);
    expect(ids(again)).toEqual([one]);
    expect(again.gone.toSorted()).toEqual([two, "plain.md"].toSorted());
  });

  test("goes on in the middle of a large export", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1200 }, (_, index) => [`Page ${index.toString(16).padStart(32, "0")}.md`, `text ${index}`]),
    );
    const path = put(
      "m.zip",
      await zipOf({ "Export-b8f52cdf-c19e-4827-8fd2-5385108bebd6-Part-1.zip": await zipOf(many) }),
    );
    const read = await readAll(notionReader, path);
    expect(read.pages.length).toBe(3);
    expect(new Set(ids(read)).size).toBe(1200);
    expect(read.items).toHaveLength(1200);
  });

  test("a damaged inner zip is a problem, and makes nothing gone", async () => {
    const name = "Export-b8f52cdf-c19e-4827-8fd2-5385108bebd6-Part-1.zip";
    const path = put("e.zip", await zipOf({ [name]: await zipOf(pages), [`Extra ${"2".repeat(32)}.md`]: "x" }));
    const first = await readAll(notionReader, path);
    put("e.zip", await zipOf({ [name]: Buffer.from("PK broken"), [`Extra ${"2".repeat(32)}.md`]: "x" }));
    const again = await readAll(notionReader, path, first.cursor);
    expect([ids(again), again.gone]).toEqual([["2".repeat(32)], []]);
    expect(again.problems).toHaveLength(1);
  });

  test("refuses what is no zip, and recognises other zips as something else", async () => {
    await expect(notionReader.pull(put("x.zip", "garbage"), null, everything, signal)).rejects.toMatchObject({
      code: "unreadable",
    });
    expect(await notionReader.recognise(candidate(put("x.zip", "garbage"), "PK\u0003\u0004"))).toBeNull();
    const other = put("y.zip", await zipOf({ "_chat.txt": "x" }));
    expect(await notionReader.recognise(candidate(other, "PK\u0003\u0004"))).toBeNull();
  });
});

test("every reader stops when it is asked to", async () => {
  const stopped = AbortSignal.abort();
  const path = put("a.ics", calendar(vevent("one")));
  await expect(icsReader.pull(path, null, everything, stopped)).rejects.toMatchObject({ code: "interrupted" });
  put("d/a.md", "x");
  await expect(folderReader.pull(join(root, "d"), null, everything, stopped)).rejects.toMatchObject({
    code: "interrupted",
  });
});
