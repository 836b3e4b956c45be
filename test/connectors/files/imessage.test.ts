import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { imessageReader } from "../../../connectors/files/imessage.ts";
import { toMessagesError } from "../../../connectors/files/imessage-query.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { parseImessage } from "../../../src/formats/chat/parse-imessage.ts";
import { attributedBody } from "../../formats/chat/attributed-body.ts";
import { chatData } from "../../formats/chat/chat-data.ts";
import { readAll, readOptions } from "./read-all.ts";

const folder = mkdtempSync(join(tmpdir(), "steward-imessage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const appleEpoch = 978_307_200;

interface Row {
  guid: string;
  text?: string | null;
  body?: Buffer | null;
  unix?: number;
  date?: bigint;
  fromMe?: number;
  handle?: number;
  chat?: number;
  associated?: number;
  item?: number;
  edited?: number;
  retracted?: number;
  balloon?: string;
}

function makeDatabase(name: string, rows: Row[], old = false): { path: string; sql: DatabaseSync } {
  const path = join(folder, name);
  const sql = new DatabaseSync(path);
  const newer = old ? "" : ", date_edited integer, date_retracted integer, balloon_bundle_id text, item_type integer";
  sql.exec(`PRAGMA journal_mode=WAL;
    CREATE TABLE handle(ROWID integer primary key autoincrement, id text, service text);
    CREATE TABLE chat(ROWID integer primary key autoincrement, guid text, chat_identifier text, display_name text, style integer);
    CREATE TABLE message(ROWID integer primary key autoincrement, guid text unique, text text, attributedBody blob, handle_id integer,
      service text, date integer, is_from_me integer, associated_message_type integer, is_audio_message integer${newer});
    CREATE TABLE chat_message_join(chat_id integer, message_id integer);
    CREATE TABLE chat_handle_join(chat_id integer, handle_id integer);
    CREATE TABLE attachment(ROWID integer primary key, guid text, transfer_name text, filename text, mime_type text, total_bytes integer, is_sticker integer);
    CREATE TABLE message_attachment_join(message_id integer, attachment_id integer);
    INSERT INTO handle(id, service) VALUES ('+351912000111', 'iMessage'), ('Dana@Example.org', 'iMessage');
    INSERT INTO chat(guid, chat_identifier, display_name, style) VALUES
      ('any;-;+351912000111', '+351912000111', '', 45), ('iMessage;-;+351912000111', '+351912000111', '', 45),
      ('iMessage;+;chat8', 'chat8', 'Ski trip', 43);
    INSERT INTO chat_handle_join VALUES (1, 1), (2, 1), (3, 1), (3, 2);`);
  for (const row of rows) insert(sql, row, old);
  return { path, sql };
}

function insert(sql: DatabaseSync, row: Row, old = false): void {
  const date = row.date ?? BigInt((row.unix ?? 1_700_000_000) - appleEpoch) * 1_000_000_000n;
  const added = sql
    .prepare(
      "INSERT INTO message(guid, text, attributedBody, handle_id, service, date, is_from_me, associated_message_type) VALUES (?,?,?,?,?,?,?,?)",
    )
    .run(
      row.guid,
      row.text ?? null,
      row.body ?? null,
      row.handle ?? 1,
      "iMessage",
      date,
      row.fromMe ?? 0,
      row.associated ?? 0,
    );
  sql.prepare("INSERT INTO chat_message_join VALUES (?, ?)").run(row.chat ?? 1, added.lastInsertRowid);
  if (old) return;
  sql
    .prepare(
      "UPDATE message SET date_edited = ?, date_retracted = ?, balloon_bundle_id = ?, item_type = ? WHERE guid = ?",
    )
    .run(row.edited ?? 0, row.retracted ?? 0, row.balloon ?? null, row.item ?? 0, row.guid);
}

const many = (count: number, from = 0): Row[] =>
  Array.from({ length: count }, (_, n) => ({
    guid: `g${from + n}`,
    text: `text ${from + n}`,
    unix: 1_700_000_000 + (from + n) * 3600,
  }));

const read = (path: string, cursor: unknown = null, options = {}) =>
  readAll(imessageReader, parseImessage, path, options, cursor);

describe("imessageReader", () => {
  it("reads every message page by page, goes on from every cursor, and nothing more when nothing changed", async () => {
    const { path, sql } = makeDatabase("pages.db", many(950));
    const whole = await read(path);
    expect(whole.items.map((item) => item.externalId)).toEqual(many(950).map((row) => row.guid));
    expect(whole.cursors).toHaveLength(5);
    for (const cursor of whole.cursors) {
      const rest = await read(path, cursor);
      expect(rest.items.map((item) => item.externalId)).toEqual(
        many(950)
          .map((row) => row.guid)
          .slice(950 - rest.items.length),
      );
    }
    expect((await read(path, whole.cursors.at(-1))).records).toHaveLength(0);
    sql.close();
  });

  it("sees what lies in the WAL alone, changed and deleted rows of the last days, and nothing twice", async () => {
    const { path, sql } = makeDatabase("live.db", many(400));
    const first = await read(path);
    insert(sql, { guid: "new", text: "new", unix: 1_700_000_000 + 400 * 3600 });
    sql.exec("UPDATE message SET text = 'edited', date_edited = 5 WHERE guid = 'g398'");
    sql.exec("UPDATE message SET date_retracted = 5 WHERE guid = 'g397'");
    sql.exec("DELETE FROM message WHERE guid = 'g396'");
    const second = await read(path, first.cursors.at(-1));
    expect(second.items.map((item) => [item.externalId, rawText(item.text)])).toEqual([
      ["g398", "edited"],
      ["new", "new"],
    ]);
    expect(second.items[0]?.labels).toEqual(["edited"]);
    expect(second.gone.sort()).toEqual(["g396", "g397"]);
    const third = await read(path, second.cursors.at(-1));
    expect([third.records, third.gone]).toEqual([[], []]);
    sql.close();
  });

  it("starts over when the rows were laid out anew", async () => {
    const made = makeDatabase("relaid.db", many(300));
    const first = await read(made.path);
    made.sql.exec("DELETE FROM message WHERE ROWID > 10");
    const second = await read(made.path, first.cursors.at(-1));
    expect(second.items.length).toBe(10);
    expect(second.gone.length).toBeGreaterThan(100);
    made.sql.close();
  });

  it("decodes bodies, dates of both kinds and the chat's key, and leaves out what is no message", async () => {
    const { path, sql } = makeDatabase("kinds.db", [
      { guid: "a", body: attributedBody("￼from the body") },
      { guid: "b", text: "old", date: 500_000_000n, chat: 2 },
      { guid: "c", text: "Loved “old”", associated: 2000 },
      { guid: "d", text: "Removed a like", associated: 3001 },
      { guid: "e", text: "named the group", item: 2 },
      { guid: "f", text: null, balloon: "com.apple.messages.URLBalloonProvider" },
      { guid: "g", text: "mine", fromMe: 1, chat: 3 },
      { guid: "h", text: "dated zero", date: 0n },
      { guid: "i", body: Buffer.from("garbage") },
      { guid: "j", text: "unsent", retracted: 9 },
      { guid: "k", text: "from dana", handle: 2, chat: 3 },
    ]);
    const found = await read(path);
    const [a, b, g, h, i, k] = found.items;
    expect(found.items.map((item) => item.externalId)).toEqual(["a", "b", "g", "h", "i", "k"]);
    expect(rawText(a?.text ?? fail())).toBe("from the body");
    expect(a?.threadKeys).toEqual(b?.threadKeys);
    expect(b?.sentAt).toBe("2016-11-05T00:53:20.000Z");
    expect([a?.sentEvidence, g?.sentEvidence, g?.group, rawText(g?.threadTitle ?? fail())]).toEqual([
      false,
      true,
      true,
      "Ski trip",
    ]);
    expect(a?.parties[0]?.identity).toEqual({ kind: "phone", value: "+351912000111" });
    expect(k?.parties[0]?.identity).toEqual({ kind: "email", value: "dana@example.org" });
    expect(g?.parties.map((party) => party.role)).toEqual(["member", "member"]);
    expect([h?.sentAt, h?.partial, i?.partial]).toEqual([null, true, true]);
    sql.close();
  });

  it("reads a database of an older macOS that lacks newer columns", async () => {
    const { path, sql } = makeDatabase("old.db", many(3), true);
    expect((await read(path)).items).toHaveLength(3);
    sql.close();
  });

  it("splits the work of the recent and the older pass without loss or overlap", async () => {
    const { path, sql } = makeDatabase("passes.db", many(500));
    const since = new Date((1_700_000_000 + 100 * 3600) * 1000).toISOString();
    const recent = await read(path, null, { recentSince: since });
    const rest = await read(path, null, { olderThan: since });
    expect([recent.items.length, rest.items.length]).toEqual([400, 100]);
    sql.close();
  });

  it("never writes to the database", async () => {
    const { path, sql } = makeDatabase("untouched.db", many(50));
    sql.close();
    const before = readFileSync(path);
    await read(path);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("says what is wrong with a damaged, a foreign and a forbidden database", async () => {
    const { path, sql } = makeDatabase("damaged.db", many(2000));
    sql.close();
    truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    await expect(read(path)).rejects.toMatchObject({
      code: "unreadable",
      cure: expect.stringContaining("chat.db-wal"),
    });
    writeFileSync(join(folder, "text.db"), "hello ".repeat(1000));
    await expect(read(join(folder, "text.db"))).rejects.toMatchObject({ code: "unreadable" });
    const other = new DatabaseSync(join(folder, "other.db"));
    other.exec("CREATE TABLE t(a)");
    other.close();
    await expect(read(join(folder, "other.db"))).rejects.toMatchObject({ code: "wrong_kind" });
    for (const said of ["authorization denied", "unable to open database file"]) {
      expect(toMessagesError("chat.db", new Error(said))).toMatchObject({
        code: "no_permission",
        cure: expect.stringContaining("Full Disk Access"),
      });
    }
    await expect(read(join(folder, "nothing.db"))).rejects.toMatchObject({ code: "not_found" });
  });

  it("knows chat.db by its head and name, and nothing else", async () => {
    const { path, sql } = makeDatabase("chat.db", many(1));
    sql.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    sql.close();
    const recognise = (at: string, head: Uint8Array) =>
      imessageReader.recognise({ path: at, isFolder: false, sizeBytes: head.length, head, entries: [] });
    const head = new Uint8Array(readFileSync(path));
    expect(await recognise(path, head)).toMatchObject({ kind: "imessage" });
    expect(await recognise("/x/copy.sqlite", head)).toMatchObject({ kind: "imessage" });
    expect(await recognise("/x/chat.db", new Uint8Array())).toBeNull();
    expect(await recognise("/x/other.db", new TextEncoder().encode("SQLite format 3\0 and more"))).toBeNull();
  });
});

function fail(): never {
  throw new Error("missing");
}

const expectedSchema = z.array(
  z.object({
    guid: z.string(),
    unix: z.number(),
    chat: z.string(),
    from_me: z.boolean(),
    kind: z.string(),
    text: z.string(),
  }),
);
const made = chatData("synthetic/imessage/chat.db");
describe.skipIf(made === null)("a database as macOS has it (skipped where the material is not present)", () => {
  it("agrees exactly with what is expected, message by message", async () => {
    const path = join(folder, "expected.db");
    copyFileSync(made ?? "", path);
    const found = await read(path);
    const expected = expectedSchema.parse(
      JSON.parse(readFileSync((made ?? "").replace("chat.db", "expected.json"), "utf8")),
    );
    const byGuid = new Map(found.items.map((item) => [item.externalId, item]));
    const wrong = expected.filter((one) => {
      const item = byGuid.get(one.guid);
      const same =
        item !== undefined &&
        Date.parse(item.sentAt ?? "") === one.unix * 1000 &&
        item.sentEvidence === one.from_me &&
        rawText(item.text) === one.text &&
        (item.threadKeys[0] ?? "").endsWith(`;${one.chat}`) &&
        item.attachments.length > 0 === (one.kind === "attachment");
      return !same;
    });
    console.log(
      `imessage: ${expected.length - wrong.length} of ${expected.length} right; region ${readOptions.region}`,
    );
    expect(wrong).toEqual([]);
    expect(found.items).toHaveLength(expected.length);
  });
});
