import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { telegramReader } from "../../../connectors/files/telegram.ts";
import type { DraftItem } from "../../../src/core/item.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { parseTelegram } from "../../../src/formats/chat/parse-telegram.ts";
import { chatData } from "../../formats/chat/chat-data.ts";
import { readAll } from "./read-all.ts";

const folder = mkdtempSync(join(tmpdir(), "steward-telegram-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, 1_800_000_000, 1_800_000_000 + (statSync(path).size % 1000));
  return path;
}

function message(id: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const seconds = 1_700_000_000 + id * 60;
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  const from = id % 2 === 0 ? { from: "Ana", from_id: "user5" } : { from: "Me", from_id: "user7" };
  return { id, type: "message", date, date_unixtime: String(seconds), ...from, text: `hello ${id}`, ...more };
}

function account(chats: number, messages: number): string {
  const list = Array.from({ length: chats }, (_, chat) => ({
    name: `Chat "${chat}" {[`,
    type: "private_group",
    id: 100 + chat,
    messages: Array.from({ length: messages }, (_one, id) => message(id)),
  }));
  const whole = {
    about: "Here is the data you requested. Remember: Telegram is ad free",
    personal_information: { user_id: 7, first_name: "Me" },
    contacts: { list: [{ user_id: 5, first_name: "Ana", last_name: "Sá", phone_number: "00351 912 345 678" }] },
    chats: { about: "", list },
    left_chats: { list: [{ name: "Old", type: "private_group", id: 9, messages: [message(1)] }] },
  };
  return JSON.stringify(whole, null, 1);
}

const messagesOf = (items: DraftItem[]) => items.filter((item) => item.kind === "message");

function chatOf(...rows: (Record<string, unknown> | string)[]): string {
  const texts = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)));
  return `{"name":"Ana","type":"personal_chat","id":5,"messages":[${texts.join(",\n")}]}`;
}

async function recognise(path: string) {
  const head = new Uint8Array(readFileSync(path).subarray(0, 65_536));
  return telegramReader.recognise({ path, isFolder: false, sizeBytes: statSync(path).size, head, entries: [] });
}

describe("telegramReader", () => {
  it("reads a whole account with its contacts and left chats, and nothing more when nothing changed", async () => {
    const path = write("result.json", account(4, 3000));
    const read = await readAll(telegramReader, parseTelegram, path);
    expect(read.problems).toEqual([]);
    expect(messagesOf(read.items)).toHaveLength(12_001);
    expect(new Set(read.items.map((item) => item.externalId)).size).toBe(12_002);
    expect(read.cursors.length).toBeGreaterThan(3);
    expect(messagesOf(read.items).filter((item) => item.sentEvidence)).toHaveLength(6001);
    expect(read.items[0]?.contact).toMatchObject({
      names: ["Ana Sá"],
      phones: ["+351912345678"],
      handles: ["telegram:user5"],
    });
    expect(rawText(read.items[1]?.threadTitle ?? fail())).toBe('Chat "0" {[');
    const again = await readAll(telegramReader, parseTelegram, path, {}, read.cursors.at(-1));
    expect(again.records).toHaveLength(0);
    expect(again.cursors).toHaveLength(1);
  });

  it("goes on from every cursor as if nothing had happened", async () => {
    const path = write("resume.json", account(3, 2500));
    const whole = await readAll(telegramReader, parseTelegram, path);
    const ids = whole.items.map((item) => item.externalId);
    for (const cursor of whole.cursors) {
      const rest = await readAll(telegramReader, parseTelegram, path, {}, cursor);
      expect(rest.items.map((item) => item.externalId)).toEqual(ids.slice(ids.length - rest.items.length));
    }
  });

  it("starts over when the file is another one, with the same names for the same messages", async () => {
    const path = write("grown.json", account(1, 100));
    const first = await readAll(telegramReader, parseTelegram, path);
    write("grown.json", account(1, 150));
    const second = await readAll(telegramReader, parseTelegram, path, {}, first.cursors.at(-1));
    const known = new Set(first.items.map((item) => item.externalId));
    expect(second.items.filter((item) => !known.has(item.externalId))).toHaveLength(50);
  });

  it("takes what is readable from an interrupted export and says where it ends", async () => {
    const text = account(2, 500);
    const cut = text.slice(0, text.lastIndexOf("hello 300") + 4);
    const read = await readAll(telegramReader, parseTelegram, write("cut.json", cut));
    expect(messagesOf(read.items)).toHaveLength(800);
    expect(read.problems).toHaveLength(1);
    expect(read.problems[0]?.reason).toContain("cut off");
    expect(read.problems[0]?.locator.offset).toBe(Buffer.byteLength(cut));
    const empty = await readAll(telegramReader, parseTelegram, write("empty.json", ""));
    expect(empty.problems[0]?.reason).toContain("it is empty");
    const wrong = await readAll(telegramReader, parseTelegram, write("wrong.json", '{"chats":{"list":[{"id":1}}'));
    expect(wrong.problems).toHaveLength(1);
  });

  it("mends the escapes that are no JSON, and only those", async () => {
    const rows = [
      String.raw`{"id":1,"type":"message","date_unixtime":"1700000000","from":"A\x0BB","from_id":"user5","text":"a\x1Fb \\x41 \u00e9"}`,
      `{"id":2,"type":"message","date_unixtime":"1700000000","from_id":"user5","text":"raw \u0001 control"}`,
      `{"id":3,"type":"message","date_unixtime":"1700000000","from_id":"user5","text":"lone \\ud800 nul \\u0000"}`,
    ];
    const read = await readAll(telegramReader, parseTelegram, write("escapes.json", chatOf(...rows)));
    expect(read.problems).toEqual([]);
    const texts = read.items.map((item) => rawText(item.text));
    expect(texts[0]).toBe("a\u001fb \\x41 é");
    expect(texts[1]).toBe("raw   control");
    expect(texts[2]).toBe("lone \ufffd nul ");
  });

  it("loses only the message that is broken", async () => {
    const rows = [message(2), '{"id":3,"type":"message","text":tru}', message(4), '{"no":"id"}', message(6)];
    const read = await readAll(telegramReader, parseTelegram, write("broken.json", chatOf(...rows)));
    expect(read.items.map((item) => item.externalId)).toEqual(["telegram:5:2", "telegram:5:4", "telegram:5:6"]);
    expect(read.problems.map((problem) => problem.reason)).toEqual(["2 messages could not be read."]);
  });

  it("reads texts of pieces, files that were left out, service and unsupported rows", async () => {
    const rows = [
      message(2, { text: ["see ", { type: "link", text: "https://example.org" }, { type: "bold", text: " now" }] }),
      message(4, {
        text: "",
        file: "(File not included. Change data exporting settings to download.)",
        media_type: "voice_message",
        mime_type: "audio/ogg",
      }),
      message(6, { text: "", photo: "photos/p.jpg" }),
      { id: 7, type: "service", action: "phone_call", actor: "Ana", text: "" },
      { id: 8, type: "unsupported" },
      message(10, { from: null, from_id: "user5", date_unixtime: undefined, date: "2023-07-01T12:00:00" }),
      message(12, { forwarded_from: "News", text: "buy" }),
    ];
    const read = await readAll(telegramReader, parseTelegram, write("kinds.json", chatOf(...rows)));
    expect(read.items.map((item) => rawText(item.text))).toEqual([
      "see https://example.org now",
      "",
      "",
      "hello 10",
      "buy",
    ]);
    expect(read.items[1]?.labels).toEqual(["voice"]);
    expect(rawText(read.items[1]?.attachments[0]?.name ?? fail())).toBe("voice note");
    expect(rawText(read.items[2]?.attachments[0]?.name ?? fail())).toBe("p.jpg");
    expect(read.items[3]?.sentAt).toBe("2023-07-01T11:00:00.000Z");
    expect(read.items[4]?.labels).toEqual(["forwarded"]);
    expect(read.problems.map((problem) => problem.reason)).toEqual([
      "1 messages are of a kind that Telegram did not export.",
    ]);
  });

  it("keeps words the owner only forwarded out of what the owner said", async () => {
    const text = account(1, 1)
      .replace('"text": "hello 0"', '"text": "x"')
      .replace('"id": 1,', '"id": 1, "forwarded_from": "News",');
    const read = await readAll(telegramReader, parseTelegram, write("forwarded.json", text));
    const own = read.items.filter((item) => item.sentEvidence);
    expect(own.map((item) => [rawText(item.text), rawText(item.quoted)])).toEqual([["", "hello 1"]]);
  });

  it("splits the work of the recent and the older pass without loss or overlap", async () => {
    const path = write("passes.json", account(2, 1000));
    const since = new Date((1_700_000_000 + 600 * 60) * 1000).toISOString();
    const recent = await readAll(telegramReader, parseTelegram, path, { recentSince: since });
    const rest = await readAll(telegramReader, parseTelegram, path, { olderThan: since });
    expect(messagesOf(recent.items)).toHaveLength(800);
    const ids = [...recent.items, ...rest.items].map((item) => item.externalId);
    expect(ids).toHaveLength(2002);
    expect(new Set(ids).size).toBe(2002);
  });

  it("knows an account and a chat by their head and nothing else", async () => {
    expect(await recognise(write("a.json", account(1, 2)))).toMatchObject({
      kind: "telegram",
      label: "Telegram account",
    });
    expect(await recognise(write("b.json", chatOf(message(2))))).toMatchObject({ label: "Telegram chat with Ana" });
    expect(await recognise(write("c.json", '{"chats": {}, "x": 1}'))).toBeNull();
    expect(await recognise(write("d.json", '{"messages": [1]}'))).toBeNull();
    expect(await recognise(write("e.json", ""))).toBeNull();
  });
});

function fail(): never {
  throw new Error("missing");
}

const expectedSchema = z.object({
  chats: z.array(
    z.object({
      id: z.number(),
      messages: z.number(),
      mine: z.number(),
      first_unix: z.number(),
      last_unix: z.number(),
      textchars: z.number(),
    }),
  ),
});
const made = chatData("synthetic/telegram/result.json");
describe.skipIf(made === null)(
  "an export as Telegram Desktop writes it (skipped where the material is not present)",
  () => {
    it("agrees exactly with what is expected, chat by chat", async () => {
      const path = made ?? "";
      const read = await readAll(telegramReader, parseTelegram, path);
      const expected = expectedSchema.parse(
        JSON.parse(readFileSync(path.replace("result.json", "expected.json"), "utf8")),
      );
      const made_up = new Set(["poll", "location", "contact"]);
      let right = 0;
      for (const chat of expected.chats) {
        const items = read.items.filter((item) => item.threadKeys[0] === `chat:telegram:${chat.id}`);
        const typed = items.filter((item) => !item.labels.some((label) => made_up.has(label)));
        const chars = typed.map((item) => [...`${rawText(item.text)}${rawText(item.quoted)}`].length);
        const times = items.map((item) => Date.parse(item.sentAt ?? "") / 1000);
        expect({ ...chat, textchars: chars.reduce((sum, count) => sum + count, 0) }).toEqual({
          id: chat.id,
          messages: items.length,
          mine: items.filter((item) => item.sentEvidence).length,
          first_unix: Math.min(...times, chat.first_unix),
          last_unix: Math.max(...times),
          textchars: chat.textchars,
        });
        right += 1;
      }
      console.log(`telegram: ${right} of ${expected.chats.length} chats right, ${read.items.length} items`);
      expect(read.items.filter((item) => item.kind === "contact")).toHaveLength(15);
      expect(read.problems).toEqual([]);
    });
  },
);
