import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import yazl from "yazl";
import { type DrillHome, openDrillHome } from "../support/drill-home.ts";
import { drillMails, toMbox } from "../support/drill-mail.ts";
import { damageOf, dumpHome } from "../support/dump-home.ts";

let home: DrillHome;
beforeEach(async () => {
  home = await openDrillHome();
});
afterEach(async () => {
  expect(damageOf(home.store.path)).toEqual([]);
  for (const line of Object.values(dumpHome(home.store.path)).flat()) {
    expect(line.isWellFormed()).toBe(true);
    expect(line).not.toContain("\0");
  }
  await home.close();
});

const good = drillMails(4);
const head = (id: string, type: string): string =>
  `From: Eve <eve@evil.example>\nTo: clara@weiss.example\nSubject: Bomb ${id}\nDate: Thu, 19 Nov 2026 10:00:00 GMT\nMessage-ID: <${id}@evil.example>\nContent-Type: ${type}\n`;
const between = (raw: string): string =>
  `${toMbox(good.slice(0, 2))}From x@example Thu, 19 Nov 2026 10:00:00 GMT\n${raw}\n\n${toMbox(good.slice(2))}`;

async function zipOf(entries: [name: string, bytes: Buffer][]): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, bytes] of entries) zip.addBuffer(bytes, name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe("a mail made to break its reader", () => {
  const nested = (): string => {
    const open = Array.from(
      { length: 100_000 },
      (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\n\n--b${n}\n`,
    );
    return `${head("nested", 'multipart/mixed; boundary="b0"')}\n--b0\n${open.slice(1).join("")}\nThe deepest lamp.\n`;
  };
  const siblings = (): string =>
    `${head("siblings", 'multipart/mixed; boundary="s"')}\n${"--s\nContent-Type: text/plain\n\nlamp\n".repeat(100_000)}--s--\n`;
  const headers = (): string =>
    `${Array.from({ length: 100_000 }, (_, n) => `X-H${n}: ${n}\n`).join("")}${head("headers", "text/plain")}\nThe lamp.\n`;

  it.each([
    ["100,000 nested parts", nested],
    ["100,000 sibling parts", siblings],
    ["100,000 headers", headers],
  ])("by %s is an item in part, and the mails around it are whole", async (_, make) => {
    const text = between(make());
    const path = home.file("bomb.mbox", text);
    const { reports } = await home.read(path);
    expect(reports).toMatchObject([{ added: 5, partial: 1, stopped: null }]);
    const offset = text.indexOf("From x@example Thu, 19 Nov 2026");
    expect(reports[0]?.problems.map(({ locator }) => locator)).toContainEqual({ path, offset });
  });

  it("by 300 MB in one message is read by its beginning, with its size said", async () => {
    const path = home.file("big.mbox", between(`${head("big", "text/plain")}\nThe lamp.\n`));
    const file = openSync(path, "r+");
    try {
      const at = 300_000_000;
      ftruncateSync(file, at);
      writeSync(file, `\n\n${toMbox(drillMails(3, { prefix: "after" }))}`, at);
    } finally {
      closeSync(file);
    }
    const { reports } = await home.read(path);
    // The hole begins in the last of the four good ones.
    expect(reports).toMatchObject([{ added: 8, partial: 1 }]);
    expect(dumpHome(home.store.path).items.join("\n")).toMatch(/m3@many.*299\d{6}/);
  });
});

describe("a file made to fill the memory", () => {
  it("as a zip bomb is refused as a chat and as a document, and the others are read", async () => {
    const zeros = Buffer.alloc(220_000_000, 0x20);
    const folder = join(home.folder, "Drive");
    mkdirSync(join(folder, "papers"), { recursive: true });
    const chat = "[13.11.26, 10:00:00] Ana: Hello\n[13.11.26, 10:01:00] Clara: Hi\n";
    writeFileSync(
      join(folder, "WhatsApp Chat with Ana.zip"),
      await zipOf([["_chat.txt", Buffer.concat([Buffer.from(chat), zeros])]]),
    );
    writeFileSync(
      join(folder, "papers/bomb.docx"),
      await zipOf([
        ["[Content_Types].xml", Buffer.from("<Types/>")],
        ["word/document.xml", zeros],
      ]),
    );
    writeFileSync(join(folder, "papers/note.md"), "# Note\nThe river.");
    writeFileSync(join(folder, "WhatsApp Chat with Tom.zip"), "PK\u0003\u0004 cut off");
    const flipped = await zipOf([["_chat.txt", Buffer.from(chat.repeat(50))]]);
    flipped.fill(0xff, 41, 49);
    writeFileSync(join(folder, "WhatsApp Chat with Zoe.zip"), flipped);
    const { reports, unrecognised, errors } = await home.read(folder);
    const said = JSON.stringify([reports.flatMap(({ problems }) => problems), unrecognised, errors.map(String)]);
    expect(said).toContain("bomb.docx");
    expect(errors.map(({ code }) => code)).toEqual(["unreadable", "unreadable", "unreadable"]);
    expect(said).toContain("looks like a trap");
    expect(said).toContain("cut off or is not a zip");
    expect(dumpHome(home.store.path).items.filter((line) => line.includes("The river."))).toHaveLength(1);
  });

  it("as a calendar with a million recurrences is one event, and 100,000 events are 100,000", async () => {
    const event = (uid: string, more: string): string =>
      `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T100000Z\r\nDTEND:20260105T110000Z\r\nSUMMARY:E ${uid}\r\n${more}END:VEVENT\r\n`;
    const calendar = (events: string): string =>
      `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//drill\r\n${events}END:VCALENDAR\r\n`;
    const endless = event("endless", "RRULE:FREQ=SECONDLY;COUNT=1000000\r\n") + event("plain", "");
    const first = await home.read(home.file("endless.ics", calendar(endless)));
    expect(first.reports[0]?.problems).toEqual([]);
    expect(first.reports[0]?.added).toBeLessThan(2000);
    expect(dumpHome(home.store.path).items.join("\n")).toContain("E plain");
  });
});

describe("dates beyond reason", () => {
  it("in the years 0, 1969, 9999 and none at all give items that are found and sorted", async () => {
    const dates = [
      "Sat, 01 Jan 0000 00:00:00 GMT",
      "Wed, 31 Dec 1969 23:59:59 GMT",
      "Fri, 31 Dec 9999 23:59:59 GMT",
      "",
    ];
    const mail = (date: string, n: number): string =>
      `From x@example ${new Date(0).toUTCString()}\nFrom: a@many.example\nSubject: Lamp ${n}\n${date === "" ? "" : `Date: ${date}\n`}Message-ID: <d${n}@x>\n\nlamp ${n}\n\n`;
    const { reports } = await home.read(home.file("dates.mbox", dates.map(mail).join("")));
    expect(reports).toMatchObject([{ added: 4 }]);
    const ics = (start: string, n: number): string =>
      `BEGIN:VEVENT\r\nUID:y${n}\r\nDTSTAMP:20260101T000000Z\r\n${start}SUMMARY:Lamp year ${n}\r\nEND:VEVENT\r\n`;
    const starts = ["DTSTART:00000101T000000Z\r\n", "DTSTART:19691231T000000Z\r\n", "DTSTART:99991231T235959Z\r\n", ""];
    await home.read(
      home.file("dates.ics", `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${starts.map(ics).join("")}END:VCALENDAR\r\n`),
    );
    const chat = ["31/12/99, 23:59 - Ana: lamp", "01/01/00, 00:00 - Clara: lamp", "45/45/26, 10:00 - Ana: lamp"].join(
      "\n",
    );
    await home.read(home.file("WhatsApp Chat with Ana.txt", chat));
    const { hits } = dumpHome(home.store.path);
    expect(hits.filter((line) => line.startsWith("lamp|message d"))).toHaveLength(4);
    expect(hits.filter((line) => line.startsWith("lamp|event"))).toHaveLength(4);
  });
});

describe("names made to mislead", () => {
  it("of files, with newlines, escapes, 255 bytes and dots, are read and named harmlessly", async () => {
    const names = [
      "new\nline.md",
      "\u001b[2Jwiped.md",
      `${"x".repeat(252)}.md`,
      "..hidden.md.md",
      "a..b.md",
      "\u202etxt.md",
      "-rf.md",
    ];
    for (const [n, name] of names.entries()) home.file(`Drive/${name}`, `# Paper ${n}\nlamp`);
    home.file("Drive/..hidden", "no");
    const invalid = Buffer.concat([
      Buffer.from(`${home.folder}/Drive/`),
      Buffer.from([0xff, 0xfe]),
      Buffer.from(".md"),
    ]);
    writeFileSync(invalid, "# Bytes\nlamp");
    const { reports } = await home.read(join(home.folder, "Drive"));
    expect(reports[0]?.stopped).toBeNull();
    const { hits } = dumpHome(home.store.path);
    const readable = names.filter((name) => !name.startsWith("."));
    expect(hits.filter((line) => line.startsWith("lamp|document")).length).toBeGreaterThanOrEqual(readable.length);
    expect((await home.read(join(home.folder, "Drive"))).reports).toMatchObject([{ added: 0, changed: 0 }]);
  });

  it("of chats, people and cells, with NUL bytes, broken UTF-8 and lone surrogates, are made whole", async () => {
    const broken = Buffer.from([0xed, 0xa0, 0x80, 0xff, 0x00, 0xc3, 0x28]);
    const wrap = (before: string, after: string): Buffer =>
      Buffer.concat([Buffer.from(before), broken, Buffer.from(after)]);
    await home.read(
      home.file(
        "WhatsApp Chat with Eve.txt",
        wrap("13/11/26, 10:00 - Ev", "e: lamp\n13/11/26, 10:01 - Clara: river\n"),
      ),
    );
    const telegram = `{"name":"Eve \\ud800\\u0000","type":"personal_chat","id":5,"messages":[{"id":1,"type":"message","date":"2026-11-13T10:00:00","date_unixtime":"1794564000","from":"E\\udc00ve","from_id":"user5","text":"lamp \\ud83d \\u0000"}]}`;
    await home.read(home.file("t/result.json", telegram));
    await home.read(
      home.file(
        "people.csv",
        wrap("First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\nE", "ve,Lamp,* ,eve@evil.example\n"),
      ),
    );
    await home.read(
      home.file(
        "cards.vcf",
        wrap("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:E", "ve\r\nEMAIL:eve2@evil.example\r\nEND:VCARD\r\n"),
      ),
    );
    await home.read(home.file("table/rows.csv", wrap("name,place\nlam", "p,river\n")));
    await home.read(
      home.file(
        "c.ics",
        wrap(
          "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20261113T100000Z\r\nSUMMARY:La",
          "mp\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        ),
      ),
    );
    const kinds = dumpHome(home.store.path).items.map((line) => line.split(" ")[0]);
    expect(kinds.filter((kind) => kind === "message")).toHaveLength(3);
    expect(kinds.filter((kind) => kind === "contact")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "event")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "document")).toHaveLength(1);
  });
});
