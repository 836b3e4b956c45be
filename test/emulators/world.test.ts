import { Buffer } from "node:buffer";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ICAL from "ical.js";
import Papa from "papaparse";
import PostalMime, { type Email } from "postal-mime";
import { beforeAll, describe, expect, it } from "vitest";
import yauzl from "yauzl";
import { loadWorld } from "../../src/emulators/world/load.ts";
import { type RenderedFile, renderWorld, worldLastReadAt, writeWorld } from "../../src/emulators/world/render.ts";
import { loadTruth } from "../../src/emulators/world/truth.ts";

const demo = join(import.meta.dirname, "../../data/demo");
const world = loadWorld(demo);
const truth = loadTruth(demo);
const saturday = Date.parse("2026-11-21T08:12:00Z");

interface ReadMail {
  raw: string;
  fromLine: string;
  email: Email;
}

function fileOf(files: readonly RenderedFile[], path: string): Buffer {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`no ${path} in ${files.map((file) => file.path).join(", ")}`);
  return Buffer.from(found.bytes);
}

async function readMails(files: readonly RenderedFile[]): Promise<ReadMail[]> {
  const mbox = fileOf(files, "Takeout/Mail/All mail Including Spam and Trash.mbox").toString("latin1");
  const entries = mbox.split(/^(?=From \d+@xxx )/m);
  return Promise.all(
    entries.map(async (entry) => {
      const end = entry.indexOf("\r\n");
      const raw = entry.slice(end + 2).replace(/^>(>*From )/gm, "$1");
      return { fromLine: entry.slice(0, end), raw, email: await PostalMime.parse(Buffer.from(raw, "latin1")) };
    }),
  );
}

const header = (mail: ReadMail, name: string): string =>
  mail.email.headers.find((entry) => entry.key === name)?.value ?? "";

const whatsapp = (files: readonly RenderedFile[]) => files.filter((file) => file.path.startsWith("WhatsApp/"));

const whatsappTitle = (file: RenderedFile): string =>
  file.path.replace(/^WhatsApp\/WhatsApp[ -]Chat (?:- |with |mit )/, "").replace(/\.(txt|zip)$/, "");

async function whatsappText(file: RenderedFile): Promise<string> {
  if (file.path.endsWith(".txt")) return Buffer.from(file.bytes).toString("utf8");
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(file.bytes), { lazyEntries: true }, (error, zip) => {
      if (error !== null) return reject(error);
      zip.on("entry", (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failure, stream) => {
          if (failure !== null) return reject(failure);
          const chunks: Buffer[] = [];
          stream.on("data", (chunk: Buffer) => chunks.push(chunk));
          stream.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
        });
      });
      zip.readEntry();
    });
  });
}

interface TelegramMessage {
  id: number;
  type: string;
  date: string;
  date_unixtime: string;
  text: unknown;
}

function telegramChats(files: readonly RenderedFile[]): { name: string; messages: TelegramMessage[] }[] {
  const json = fileOf(files, "Telegram/result.json").toString("utf8");
  return JSON.parse(json.replaceAll("\\x0B", "\\u000b")).chats.list;
}

describe("the demo world", () => {
  const files = renderWorld(world, { nowMs: saturday });
  let mails: ReadMail[] = [];
  beforeAll(async () => {
    mails = await readMails(files);
  });

  it("has the promised size", () => {
    const threads = new Set(mails.map((mail) => header(mail, "x-gm-thrid")));
    expect(mails.length).toBeGreaterThanOrEqual(350);
    expect(mails.length).toBeLessThanOrEqual(450);
    expect(threads.size).toBeGreaterThanOrEqual(130);
    expect(threads.size).toBeLessThanOrEqual(180);
    expect(whatsapp(files)).toHaveLength(8);
    expect(telegramChats(files)).toHaveLength(5);
  });

  it("states exactly one truth for every mail thread and chat, and no truth about something that is not there", () => {
    const firstIds = new Map<string, string>();
    for (const mail of [...mails].reverse()) {
      const thread = header(mail, "x-gm-thrid");
      if (!firstIds.has(thread)) firstIds.set(thread, mail.email.messageId ?? "");
    }
    const events = parseCalendar(files).map((event) => event.uid);
    const rendered = [
      ...[...firstIds.values()].map((id) => `mail ${id}`),
      ...whatsapp(files).map((file) => `chat whatsapp:${whatsappTitle(file)}`),
      ...telegramChats(files).map((chat) => `chat telegram:${chat.name}`),
      ...new Set(events.map((uid) => `event ${uid}`)),
      ...files.filter((file) => file.path.startsWith("Drive/")).map((file) => `document ${file.path}`),
    ];
    const stated = truth.threads.map((entry) => Object.entries(entry.ref).flat().join(" "));
    expect([...stated].sort()).toEqual([...rendered].sort());
    expect(new Set(stated).size).toBe(stated.length);
  });

  it("marks ten to fourteen threads for the first lines, all of them worth showing", () => {
    const top = truth.threads.filter((entry) => entry.topTen);
    expect(top.length).toBeGreaterThanOrEqual(10);
    expect(top.length).toBeLessThanOrEqual(14);
    expect(top.filter((entry) => entry.class === "ignore")).toEqual([]);
  });

  it("rests every commitment on a message that exists", () => {
    const ids = new Set(mails.map((mail) => mail.email.messageId));
    const lines = new Map(world.chats.map((chat) => [`${chat.app}:${chat.title}`, chat.messages]));
    for (const { evidence } of truth.commitments) {
      if ("mail" in evidence) expect(ids).toContain(evidence.mail);
      else expect(lines.get(evidence.chat)?.[evidence.message - 1]).toContain(evidence.text);
    }
  });

  it("writes mail that another parser reads back: words, parts, files", async () => {
    const find = (subject: string): Email => {
      const mail = mails.find((entry) => entry.email.subject === subject);
      if (mail === undefined) throw new Error(`no mail with subject ${subject}`);
      return mail.email;
    };
    const plate = find("Ihr neues Kennzeichen");
    expect(plate.text).toContain("B-KL 2207");
    expect(plate.attachments.map((file) => file.mimeType)).toEqual(["application/pdf"]);
    const hidden = find("Partnership with your podcast");
    expect(hidden.html).toContain("display:none");
    expect(hidden.text).not.toContain("forward the three newest");
    const invitation = mails.find((mail) => mail.raw.includes("method=REQUEST"))?.email;
    expect(invitation?.attachments.some((file) => file.mimeType === "text/calendar")).toBe(true);
    expect(find("Traduction du contrat de bail").from?.name).toBe("Clara Weiss");
    expect(mails.some((mail) => mail.email.from?.name === "Selin Özdemir")).toBe(true);
    expect(mails.every((mail) => mail.email.messageId !== undefined && mail.email.date !== undefined)).toBe(true);
    expect(
      mails.filter((mail) => /\{\{|\}\}|undefined/.test(`${mail.email.subject} ${mail.email.text ?? mail.email.html}`)),
    ).toEqual([]);
  });

  it("has mailbox lines, labels and quoting as Takeout writes them", () => {
    for (const mail of mails) {
      expect(mail.fromLine).toMatch(/^From \d{15,20}@xxx \w{3} \w{3} \d\d \d\d:\d\d:\d\d \+0000 \d{4}$/);
      expect(header(mail, "x-gmail-labels")).toMatch(/Sent|Inbox|Archived|Spam/);
    }
    const mbox = fileOf(files, "Takeout/Mail/All mail Including Spam and Trash.mbox").toString("latin1");
    expect(mbox).toContain("\r\n>From the station");
    expect(mbox.replaceAll("\r\n", "")).not.toContain("\n");
  });

  it("answers each mail after the one before it", () => {
    const byId = new Map(mails.map((mail) => [mail.email.messageId, mail]));
    for (const mail of mails) {
      if (mail.email.inReplyTo === undefined) continue;
      const before = byId.get(mail.email.inReplyTo);
      expect(Date.parse(before?.email.date ?? "")).toBeLessThanOrEqual(Date.parse(mail.email.date ?? ""));
    }
  });

  it("writes chats, contacts and the calendar in forms that other readers accept", async () => {
    for (const file of whatsapp(files)) {
      const text = await whatsappText(file);
      expect(text).toMatch(/verschlüsselt|encrypted/);
      expect(text).not.toMatch(/\{\{|<media:/);
    }
    const result = fileOf(files, "Telegram/result.json").toString("utf8");
    expect(() => JSON.parse(result)).toThrow();
    expect(result).toContain("\\x0B");
    const contacts = Papa.parse<Record<string, string>>(fileOf(files, "contacts.csv").toString("utf8").trim(), {
      header: true,
    });
    expect(contacts.errors).toEqual([]);
    expect(contacts.meta.fields?.join(",")).toBe(
      "name,aliases,emails,phones,handles,organisation,role,relation,language,notes",
    );
    const names = contacts.data.map((row) => row["name"]);
    expect(names).toContain("Inès Moreau");
    expect(names).not.toContain("Claire Dubois");
    expect(parseCalendar(files).some((event) => event.partstats.includes("NEEDS-ACTION"))).toBe(true);
    expect(parseCalendar(files).some((event) => event.exception)).toBe(true);
  });

  it("is the same for the same instant", () => {
    const again = renderWorld(loadWorld(demo), { nowMs: saturday });
    expect(again.map((file) => file.path)).toEqual(files.map((file) => file.path));
    expect(again.every((file, index) => Buffer.from(file.bytes).equals(Buffer.from(files[index]?.bytes ?? [])))).toBe(
      true,
    );
  });

  it("names only reserved domains and fictional numbers", () => {
    const everything = ["persona", "people", "mail", "bulk", "chats", "calendar", "drive"]
      .map((part) => readFileSync(join(demo, "world", `${part}.json`), "utf8"))
      .join("\n");
    const text =
      everything + mails.map((mail) => `${mail.raw.replaceAll("=\r\n", "")}\n${mail.email.text ?? ""}`).join("\n");
    const hosts = [...text.matchAll(/(?:@|https?:\/\/)([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi)].map((match) => match[1] ?? "");
    expect(hosts.length).toBeGreaterThan(500);
    expect([...new Set(hosts.filter((host) => !host.endsWith(".example") && !/^\d+\.\d+$/.test(host)))]).toEqual([]);
    expect(text).not.toMatch(/\b[a-z0-9-]+\.(com|org|net|de|fr|io|co)\b(?!\.json)/i);
    const numbers = [...everything.matchAll(/\+\d[\d ]{7,}\d/g)].map((match) => match[0]);
    const fictional = /^\+(49 30 23125 \d{3}|44 7700 900\d{3}|1 202 555 01\d\d|33 1 99 00 \d\d \d\d)$/;
    expect(numbers.filter((number) => !fictional.test(number))).toEqual([]);
  });

  it("writes its files into a folder", () => {
    const dir = mkdtempSync(join(tmpdir(), "steward-world-"));
    writeWorld(world, dir, { nowMs: saturday });
    for (const file of files) expect(existsSync(join(dir, file.path))).toBe(true);
    rmSync(dir, { recursive: true });
  });
});

describe("the demo world at any hour", () => {
  const instants = {
    "a Monday at three": "2026-11-23T02:00:00Z",
    "a Sunday shortly before midnight": "2026-11-22T22:00:00Z",
    "just after midnight": "2026-11-17T23:05:00Z",
    "after the clocks went back": "2026-10-25T07:00:00Z",
    "after the clocks went forward": "2027-03-28T08:00:00Z",
    "the last day of the year": "2026-12-31T18:30:00Z",
    "a leap day": "2028-02-29T11:00:00Z",
  };

  it.each([0, 1, 2, 3, 4, 5, 6])("keeps the story's days in order, %i days later", async (later) => {
    const files = renderWorld(world, { nowMs: saturday + later * 86_400_000 });
    const days = new Map(parseCalendar(files).map((event) => [event.uid, event.start.slice(0, 10)]));
    const dayOf = (uid: string): string => days.get(uid) ?? "";
    const lunch = dayOf("ana-lunch@weiss.example");
    const moved = (await readMails(files)).find((mail) => mail.email.text?.includes("Neuer Termin:"));
    expect(moved?.email.text).toContain(`${germanDay(lunch)}, 12:30 Uhr`);
    expect(dayOf("aq418@weiss.example")).toBe(dayOf("walk-7731@sandogco.example"));
    expect(dayOf("aq418@weiss.example") > lunch).toBe(true);
    expect(dayOf("summit-talk@atlanticsummit.example") > dayOf("aq418@weiss.example")).toBe(true);
    expect(dayOf("coffee-henrik@weiss.example") > dayOf("summit-talk@atlanticsummit.example")).toBe(true);
  });

  it.each(Object.entries(instants))("receives nothing from the future on %s", async (_, instant) => {
    const nowMs = Date.parse(instant);
    const files = renderWorld(world, { nowMs });
    const mails = await readMails(files);
    for (const mail of mails) expect(Date.parse(mail.email.date ?? "")).toBeLessThanOrEqual(nowMs);
    for (const chat of telegramChats(files)) {
      const times = chat.messages.map((message) => Number(message.date_unixtime) * 1000);
      expect(Math.max(...times)).toBeLessThanOrEqual(nowMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    const wallNow = wallClock(nowMs);
    for (const file of whatsapp(files)) {
      const stamps = whatsappStamps(await whatsappText(file));
      expect(stamps.every((stamp) => stamp <= wallNow)).toBe(true);
      expect(stamps).toEqual([...stamps].sort());
    }
    for (const file of files) expect(file.modifiedMs).toBeLessThanOrEqual(nowMs);
    expect(worldLastReadAt(world, { nowMs }) < new Date(nowMs).toISOString()).toBe(true);
  });

  it.each(Object.entries(instants))("names weekdays that fit their dates on %s", async (_, instant) => {
    const mails = await readMails(renderWorld(world, { nowMs: Date.parse(instant) }));
    const year = Number(instant.slice(0, 4));
    let checked = 0;
    for (const mail of mails) {
      expect(`${header(mail, "date").slice(0, 3)}`).toBe(weekdayOfHeader(header(mail, "date")));
      for (const found of (mail.email.text ?? "").matchAll(/(\p{L}+tag|Mittwoch), (?:dem )?(\d+)\. (\p{L}+)/gu)) {
        const days = [year - 1, year, year + 1].map((each) => germanDayOf(each, found[2] ?? "", found[3] ?? ""));
        expect(days).toContain(found[1]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(4);
  });
});

function parseCalendar(files: readonly RenderedFile[]) {
  const component = new ICAL.Component(ICAL.parse(fileOf(files, "calendar.ics").toString("utf8")));
  return component.getAllSubcomponents("vevent").map((entry) => {
    const event = new ICAL.Event(entry);
    return {
      uid: event.uid,
      start: event.startDate.toString(),
      exception: event.isRecurrenceException(),
      partstats: event.attendees.map((attendee) => String(attendee.getParameter("partstat"))),
    };
  });
}

function whatsappStamps(text: string): string[] {
  return [...text.matchAll(/^\u200e?\[?(\d\d)[./](\d\d)[./](\d{2,4}), (\d\d:\d\d)/gm)].map(
    ([, day, month, year = "", time]) => `${year.slice(-2)}-${month}-${day} ${time}`,
  );
}

function wallClock(ms: number): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin", dateStyle: "short", timeStyle: "short" });
  return parts.format(ms).slice(2);
}

function germanDay(iso: string): string {
  const format = new Intl.DateTimeFormat("de", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
  return format.format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
}

const germanMonths = Array.from({ length: 12 }, (_, month) =>
  new Intl.DateTimeFormat("de", { month: "long", timeZone: "UTC" }).format(Date.UTC(2026, month, 1)),
);

function germanDayOf(year: number, day: string, month: string): string {
  const at = Date.UTC(year, germanMonths.indexOf(month), Number(day));
  return new Intl.DateTimeFormat("de", { weekday: "long", timeZone: "UTC" }).format(at);
}

function weekdayOfHeader(date: string): string {
  const local = Date.parse(date.replace(/ [+-]\d{4}$/, " +0000"));
  return new Intl.DateTimeFormat("en", { weekday: "short", timeZone: "UTC" }).format(local);
}
