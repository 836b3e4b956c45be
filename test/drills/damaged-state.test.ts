import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileKind } from "../../connectors/files/reader.ts";
import { listSources } from "../../src/store/sources.ts";
import { type DrillHome, openDrillHome } from "../support/drill-home.ts";
import { drillMails, toMbox, writeEmlFolder, writeMaildir } from "../support/drill-mail.ts";
import { damageOf, dumpHome } from "../support/dump-home.ts";

let home: DrillHome;
beforeEach(async () => {
  home = await openDrillHome();
});
afterEach(() => home.close());

function setColumn(column: "cursors" | "config", value: string): void {
  const database = new DatabaseSync(home.store.path, { timeout: 5000 });
  database.prepare(`UPDATE sources SET ${column} = ?`).run(value);
  database.close();
}

async function storedCursor(): Promise<unknown> {
  return (await listSources(home.store))[0]?.cursors["rest"];
}

const event = (n: number): string =>
  `BEGIN:VEVENT\r\nUID:e${n}@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:202611${String(10 + n)}T100000Z\r\nSUMMARY:Event ${n}\r\nEND:VEVENT\r\n`;
const calendar = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//d\r\n${[1, 2, 3].map(event).join("")}END:VCALENDAR\r\n`;
const chat = ["[13.11.26, 10:00:00] Ana: Hello", "[13.11.26, 10:01:00] Clara: Hi", "[14.11.26, 10:01:00] Ana: Bye"];
const telegram = {
  name: "Ana",
  type: "personal_chat",
  id: 77,
  messages: [1, 2, 3].map((id) => ({
    id,
    type: "message",
    date: "2026-11-13T10:00:00",
    date_unixtime: String(1_794_564_000 + id),
    from: "Ana",
    from_id: "user5",
    text: `Message ${id}`,
  })),
};
const mails = drillMails(6);

const kinds: { kind: FileKind; count: number; write(): string }[] = [
  { kind: "mbox", count: 6, write: () => home.file("a.mbox", toMbox(mails)) },
  { kind: "ics", count: 3, write: () => home.file("a.ics", calendar) },
  { kind: "whatsapp", count: 3, write: () => home.file("WhatsApp Chat with Ana.txt", `${chat.join("\n")}\n`) },
  { kind: "telegram", count: 3, write: () => home.file("result.json", JSON.stringify(telegram)) },
  {
    kind: "folder",
    count: 2,
    write: () => {
      home.file("d/a.md", "# A");
      home.file("d/b.txt", "b");
      return `${home.folder}/d`;
    },
  },
  {
    kind: "maildir",
    count: 6,
    write: () => {
      writeMaildir(`${home.folder}/md`, mails);
      return `${home.folder}/md`;
    },
  },
  {
    kind: "eml_folder",
    count: 6,
    write: () => {
      writeEmlFolder(`${home.folder}/eml`, mails);
      return `${home.folder}/eml`;
    },
  },
];

/** The cursor itself made wrong in one place at a time: other types, impossible numbers, missing fields, broken texts. */
function spoiled(cursor: unknown): unknown[] {
  const wrong = [null, -1, 1e15, 1.5, "", "text", [], {}, true];
  if (typeof cursor !== "object" || cursor === null || Array.isArray(cursor)) return wrong;
  const entries = Object.entries(cursor);
  return [
    ...entries.flatMap(([key]) => wrong.map((value) => ({ ...cursor, [key]: value }))),
    ...entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key))),
    { ...cursor, added: "later" },
  ];
}

describe("a cursor that this version did not write", () => {
  it.each(kinds)("of $kind is a fresh start or nothing new, never a crash, and nothing twice", async ({
    kind,
    count,
    write,
  }) => {
    const path = write();
    expect((await home.read(path, { as: kind })).reports).toMatchObject([{ added: count }]);
    const whole = dumpHome(home.store.path);
    const cursor = await storedCursor();
    for (const rest of [...spoiled(cursor), ...spoiled(null)]) {
      setColumn("cursors", JSON.stringify({ rest, whole: true }));
      const { reports, errors } = await home.read(path, { as: kind });
      expect(errors, JSON.stringify(rest)).toEqual([]);
      expect(reports, JSON.stringify(rest)).toMatchObject([{ added: 0, stopped: null }]);
    }
    expect(dumpHome(home.store.path).items).toEqual(whole.items);
  });

  it("is a fresh start also when the whole column is garbage", async () => {
    const path = home.file("a.mbox", toMbox(mails));
    await home.read(path);
    const texts = ["", "garbage", "[1]", "null", '"x"', '{"rest":', '{"since":"tomorrow","recent":1}', '{"since":7}'];
    for (const text of texts) {
      setColumn("cursors", text);
      expect((await home.read(path)).reports, text).toMatchObject([{ added: 0, known: 6, stopped: null }]);
      expect((await home.read(path)).reports, text).toMatchObject([{ unchanged: true, known: 0 }]);
    }
    expect(damageOf(home.store.path)).toEqual([]);
  });
});

describe("a damaged config of a source", () => {
  it("is a named error with its cure, and the same import mends it", async () => {
    const path = home.file("a.mbox", toMbox(mails));
    await home.read(path);
    for (const config of ["garbage", "{}", '{"kind":"pigeon","path":"/x"}', '{"kind":"mbox","path":7}']) {
      setColumn("config", config);
      const sources = await listSources(home.store);
      expect(sources).toHaveLength(1);
      for (const source of sources) {
        const reading = home.intake.importSource(source, {
          signal: new AbortController().signal,
          onProgress: () => undefined,
          read: { zone: "UTC", region: "US", recentDays: null },
        });
        await expect(reading, config).rejects.toMatchObject({ code: "config", cure: expect.stringContaining(path) });
      }
      expect((await home.read(path)).reports, config).toMatchObject([{ unchanged: true }]);
    }
  });
});
