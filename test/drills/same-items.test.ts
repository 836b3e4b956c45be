import { appendFileSync, cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DrillHome, openDrillHome } from "../support/drill-home.ts";
import { drillMails, toMbox, writeEmlFolder, writeMaildir } from "../support/drill-mail.ts";
import { damageOf, dumpHome, type HomeDump } from "../support/dump-home.ts";

let home: DrillHome;
beforeEach(async () => {
  home = await openDrillHome();
});
afterEach(async () => {
  expect(damageOf(home.store.path)).toEqual([]);
  await home.close();
});

const dump = (): HomeDump => dumpHome(home.store.path);
const mails = drillMails(120);

describe("a mailbox read again", () => {
  it("adds nothing and pulls nothing when it did not change", async () => {
    const path = home.file("a.mbox", toMbox(mails));
    await home.read(path);
    const before = dump();
    expect((await home.read(path)).reports).toMatchObject([{ added: 0, known: 0, changed: 0, unchanged: true }]);
    expect(dump()).toEqual(before);
  });

  it("adds only what it grew by, also when its last message was still being written", async () => {
    const text = toMbox(mails);
    const cut = text.lastIndexOf("Number 119.") + 20;
    const path = home.file("a.mbox", text.slice(0, cut));
    expect((await home.read(path)).reports[0]?.added).toBe(120);
    appendFileSync(path, text.slice(cut) + toMbox(drillMails(7, { prefix: "late" })));
    const { reports } = await home.read(path);
    expect(reports).toMatchObject([{ added: 8, known: 0 }]);
    const whole = dump();
    expect(whole.items.filter((line) => line.includes("m119@"))).toHaveLength(2);
    expect(whole.sightings).toHaveLength(127);
    const fresh = await openDrillHome();
    cpSync(path, join(fresh.folder, "a.mbox"));
    await fresh.read(join(fresh.folder, "a.mbox"));
    expect(whole.hits).toEqual(dumpHome(fresh.store.path).hits);
    await fresh.close();
  });
});

describe("the same mailbox in three shapes", () => {
  const shapes = {
    takeout: () => home.file("Takeout.mbox", toMbox(mails, { labels: true })),
    maildir: () => {
      writeMaildir(join(home.folder, "Maildir"), mails);
      return join(home.folder, "Maildir");
    },
    eml: () => {
      writeEmlFolder(join(home.folder, "letters"), mails);
      return join(home.folder, "letters");
    },
  };

  it.each([
    ["takeout", "maildir", "eml"],
    ["eml", "maildir", "takeout"],
  ] as const)("is one item each with three sightings, read as %s, %s, %s", async (...order) => {
    const read = [];
    for (const shape of order) read.push((await home.read(shapes[shape]())).reports[0]);
    expect(read).toMatchObject([{ added: 120 }, { added: 0, known: 120 }, { added: 0, known: 120 }]);
    const { items, sightings, identities } = dump();
    expect(items).toHaveLength(120);
    expect(sightings).toHaveLength(360);
    const [first = "", fifth = ""] = [
      items.find((line) => line.includes("m0@")),
      items.find((line) => line.includes("m4@")),
    ];
    expect(first).toContain("Important");
    expect(first).toContain("Inbox");
    expect(fifth.split("|").slice(5, 7)).toEqual(["1", "1"]);
    // Twenty-four mails sent, to the two people whose turn it was.
    const written = identities.map((line) => line.split("|")).filter((cells) => cells[2] !== "0");
    expect(written.map((cells) => [cells[1], cells[2]])).toEqual([
      ["p4@many.example", "12"],
      ["p9@many.example", "12"],
    ]);
  });

  it("comes to the same in whatever order the shapes are read", async () => {
    for (const shape of ["takeout", "maildir", "eml"] as const) await home.read(shapes[shape]());
    const other = await openDrillHome();
    for (const shape of ["eml", "takeout", "maildir"] as const) {
      await other.read(shapes[shape]());
    }
    const there = dumpHome(other.store.path);
    const withoutKept = (lines: string[]): string[] =>
      lines.map((line) =>
        line
          .split("|")
          .filter((_, at) => at !== 8 && at !== 9)
          .join("|"),
      );
    const here = dump();
    expect(withoutKept(there.items)).toEqual(withoutKept(here.items));
    expect(there.threads).toEqual(here.threads);
    expect(there.parties).toEqual(here.parties);
    expect(there.identities).toEqual(here.identities);
    expect(there.hits).toEqual(here.hits);
    await other.close();
  });
});

describe("a WhatsApp chat exported again", () => {
  const at = (minute: number): { day: number; hour: number; minute: number } => ({
    day: 13 + Math.floor(minute / 1440),
    hour: Math.floor(minute / 60) % 24,
    minute: minute % 60,
  });
  const two = (value: number): string => String(value).padStart(2, "0");
  const said = (n: number): string => (n % 7 === 3 ? "ok" : `Message ${n}\nand its second line`);
  const sender = (n: number): string => (n % 2 === 0 ? "Ana Lopez" : "Clara Weiss");
  const android = (count: number): string =>
    Array.from({ length: count }, (_, n) => {
      const { day, hour, minute } = at(n * 3);
      return `${day}/11/26, ${two(hour)}:${two(minute)} - ${sender(n)}: ${said(n)}`;
    }).join("\n");
  const ios = (count: number): string =>
    Array.from({ length: count }, (_, n) => {
      const { day, hour, minute } = at(n * 3);
      const half = hour < 12 ? "AM" : "PM";
      return `[11/${day}/26, ${hour % 12 === 0 ? 12 : hour % 12}:${two(minute)}:${two(n % 60)} ${half}] ${sender(n)}: ${said(n)}`;
    }).join("\r\n");

  it("and longer adds only what is new", async () => {
    const path = home.file("WhatsApp Chat with Ana Lopez.txt", `${android(300)}\n`);
    expect((await home.read(path)).reports[0]?.added).toBe(300);
    writeFileSync(path, `${android(420)}\n`);
    expect((await home.read(path)).reports).toMatchObject([{ added: 120, changed: 0, gone: 0 }]);
    expect(dump().items).toHaveLength(420);
  });

  it("from another phone, with other dates, gives the same items", async () => {
    const first = home.file("WhatsApp Chat with Ana Lopez.txt", `${android(300)}\n`);
    const second = home.file("WhatsApp Chat - Ana Lopez/_chat.txt", `${ios(330)}\r\n`);
    expect((await home.read(first)).reports[0]?.added).toBe(300);
    const { reports } = await home.read(second);
    expect(reports).toMatchObject([{ added: 30, known: 300 }]);
    expect(dump().threads).toHaveLength(1);
  });
});

describe("a folder of documents read again", () => {
  it("takes the new version of what changed and forgets what was deleted", async () => {
    const folder = join(home.folder, "Drive");
    home.file("Drive/car.md", "# Car\nThe lamp is broken.");
    home.file("Drive/old.md", "# Old\nThe invoice.");
    home.file("Drive/same.txt", "The river stays.");
    expect((await home.read(folder)).reports[0]?.added).toBe(3);
    home.file("Drive/car.md", "# Car\nThe window is broken, since yesterday.");
    rmSync(join(folder, "old.md"));
    expect((await home.read(folder)).reports).toMatchObject([{ added: 0, changed: 1, gone: 1, known: 0 }]);
    const { hits, sightings } = dump();
    expect(hits.filter((line) => line.startsWith("lamp") || line.startsWith("invoice"))).toEqual([]);
    expect(sightings).toHaveLength(2);
    expect((await home.read(folder)).reports).toMatchObject([{ unchanged: true }]);
  });
});
