import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import yazl from "yazl";
import { z } from "zod";
import { whatsappReader } from "../../../connectors/files/whatsapp.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { parseWhatsapp } from "../../../src/formats/chat/parse-whatsapp.ts";
import { ProfileBuilder } from "../../../src/formats/chat/whatsapp-profile.ts";
import { chatData } from "../../formats/chat/chat-data.ts";
import { readAll, readOptions } from "./read-all.ts";

const folder = mkdtempSync(join(tmpdir(), "steward-whatsapp-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  utimesSync(path, 1_800_000_000, 1_800_000_000 + (statSync(path).size % 1000));
  return path;
}

function longChat(messages: number): string {
  const lines: string[] = [];
  for (let n = 0; n < messages; n += 1) {
    const day = 1 + Math.floor(n / 60);
    const date = new Date(Date.UTC(2023, 0, day)).toISOString();
    const stamp = `${date.slice(8, 10)}/${date.slice(5, 7)}/${date.slice(0, 4)}, 10:${String(Math.floor((n % 60) / 3)).padStart(2, "0")}`;
    lines.push(`${stamp} - ${n % 2 === 0 ? "Ana" : "Rui"}: message ${n % 3 === 0 ? "same" : n}`);
    if (n % 7 === 0) lines.push("second line");
  }
  return `${lines.join("\n")}\n`;
}

async function recognise(path: string) {
  const isFolder = statSync(path).isDirectory();
  const head = isFolder ? new Uint8Array() : new Uint8Array(readFileSync(path).subarray(0, 65_536));
  const entries = isFolder ? readdirSync(path) : [];
  return whatsappReader.recognise({ path, isFolder, sizeBytes: statSync(path).size, head, entries });
}

async function zipOf(name: string, files: Record<string, string>): Promise<string> {
  const zip = new yazl.ZipFile();
  for (const [file, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), file);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return write(name, Buffer.concat(chunks));
}

describe("whatsappReader", () => {
  it("reads every message once, in order, and nothing more when nothing changed", async () => {
    const path = write("WhatsApp Chat with Ana.txt", longChat(5000));
    const read = await readAll(whatsappReader, parseWhatsapp, path);
    expect(read.items).toHaveLength(5000);
    expect(new Set(read.items.map((item) => item.externalId)).size).toBe(5000);
    const times = read.items.map((item) => item.sentAt ?? "");
    expect([...times].sort()).toEqual(times);
    expect(read.records.length).toBeGreaterThan(20);
    const again = await readAll(whatsappReader, parseWhatsapp, path, {}, read.cursors.at(-1));
    expect(again.records).toHaveLength(0);
    expect(again.cursors).toHaveLength(1);
  });

  it("goes on from every cursor as if nothing had happened", async () => {
    const path = write("WhatsApp Chat with Rui.txt", longChat(9000));
    const whole = await readAll(whatsappReader, parseWhatsapp, path);
    const ids = whole.items.map((item) => item.externalId);
    expect(whole.cursors.length).toBeGreaterThan(2);
    for (const cursor of whole.cursors) {
      const rest = await readAll(whatsappReader, parseWhatsapp, path, {}, cursor);
      expect(rest.items.map((item) => item.externalId)).toEqual(ids.slice(ids.length - rest.items.length));
    }
  });

  it("adds only what is new when a longer export takes the file's place", async () => {
    const text = longChat(1000);
    const path = write("WhatsApp Chat with Eva.txt", `${text.slice(0, text.indexOf("message 500"))}message 500`);
    const first = await readAll(whatsappReader, parseWhatsapp, path);
    write("WhatsApp Chat with Eva.txt", text);
    const grown = await readAll(whatsappReader, parseWhatsapp, path, {}, first.cursors.at(-1));
    expect(grown.items.length).toBeLessThan(510);
    const whole = await readAll(whatsappReader, parseWhatsapp, path);
    const known = new Set(first.items.map((item) => item.externalId));
    const added = grown.items.filter((item) => !known.has(item.externalId)).map((item) => item.externalId);
    expect(added).toEqual(whole.items.map((item) => item.externalId).filter((id) => !known.has(id)));
  });

  it("names messages alike when an export lost its beginning, and starts over when the file is another one", async () => {
    const text = longChat(700);
    const path = write("WhatsApp Chat with Gil.txt", text);
    const first = await readAll(whatsappReader, parseWhatsapp, path);
    const later = text.slice(text.indexOf("05/01/2023"));
    write("WhatsApp Chat with Gil.txt", later);
    const second = await readAll(whatsappReader, parseWhatsapp, path, {}, first.cursors.at(-1));
    const known = new Set(first.items.map((item) => item.externalId));
    expect(second.items.length).toBeGreaterThan(400);
    expect(second.items.filter((item) => !known.has(item.externalId))).toEqual([]);
  });

  it("reads all of a longer chat that is not the old one grown", async () => {
    const path = write("WhatsApp Chat with Mia.txt", longChat(300));
    const first = await readAll(whatsappReader, parseWhatsapp, path);
    write("WhatsApp Chat with Mia.txt", longChat(400).replaceAll("message", "note"));
    const second = await readAll(whatsappReader, parseWhatsapp, path, {}, first.cursors.at(-1));
    expect(second.items).toHaveLength(400);
  });

  it("splits the work of the recent and the older pass without loss or overlap", async () => {
    const path = write("WhatsApp Chat with Lia.txt", longChat(3000));
    const since = "2023-02-01T00:00:00.000Z";
    const recent = await readAll(whatsappReader, parseWhatsapp, path, { recentSince: since });
    const rest = await readAll(whatsappReader, parseWhatsapp, path, { olderThan: since });
    expect(recent.items.length + rest.items.length).toBe(3000);
    expect(new Set([...recent.items, ...rest.items].map((item) => item.externalId)).size).toBe(3000);
    expect(recent.items.filter((item) => (item.sentAt ?? "") >= since)).toHaveLength(
      [...recent.items, ...rest.items].filter((item) => (item.sentAt ?? "") >= since).length,
    );
  });

  it("reads the chat out of a zip with media, resuming inside it", async () => {
    const path = await zipOf("WhatsApp Chat - Padel.zip", { "00000001-PHOTO.jpg": "x", "_chat.txt": longChat(6000) });
    expect(await recognise(path)).toMatchObject({ kind: "whatsapp", label: "WhatsApp chat with Padel" });
    const read = await readAll(whatsappReader, parseWhatsapp, path);
    expect(read.items).toHaveLength(6000);
    expect(read.cursors.length).toBeGreaterThan(1);
    expect(read.items[0]?.threadKeys).toEqual(["chat:whatsapp:padel"]);
  });

  it("says so when the order of day and month cannot be told", async () => {
    const text = "03/04/2023, 10:00 - Ana: one\n03/04/2023, 10:01 - Rui: two\n";
    const path = write("WhatsApp Chat with Unsure.txt", text);
    const read = await readAll(whatsappReader, parseWhatsapp, path);
    expect(read.items[0]?.sentAt).toBe("2023-04-03T09:00:00.000Z");
    expect(read.problems.map((problem) => problem.reason).join()).toContain("Whether day or month comes first");
    const bare = write("WhatsApp Chat with Bare.txt", text.replaceAll("03/04/2023", "3/4/2023"));
    const american = await readAll(whatsappReader, parseWhatsapp, bare, { region: "US" });
    expect(american.items[0]?.sentAt).toBe("2023-03-04T10:00:00.000Z");
  });

  it("keeps reading when bytes are broken, and says where", async () => {
    const broken = Buffer.concat([
      Buffer.from("21/04/2023, 10:00 - Ana: one\n21/04/2023, 10:01 - Rui: t\u0000wo "),
      Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80]),
      Buffer.from("\n21/04/2023, 10:02 - Ana: three"),
    ]);
    const read = await readAll(whatsappReader, parseWhatsapp, write("WhatsApp Chat with Broken.txt", broken));
    expect(read.items).toHaveLength(3);
    expect(read.items.every((item) => rawText(item.text).isWellFormed() && !rawText(item.text).includes("\0"))).toBe(
      true,
    );
    expect(read.problems).toHaveLength(1);
  });

  it("stays in bounded memory on one endless line and reports it", async () => {
    const text = `21/04/2023, 10:00 - Ana: ${"x".repeat(3_000_000)}\n21/04/2023, 10:02 - Ana: three\n`;
    const read = await readAll(whatsappReader, parseWhatsapp, write("WhatsApp Chat with Long.txt", text));
    expect(read.items).toHaveLength(2);
    expect(read.records.reduce((sum, record) => sum + record.bytes.length, 0)).toBeLessThan(300_000);
    expect(read.problems.map((problem) => problem.reason).join()).toContain("longer than 256 KB");
  });

  it("does not take an empty file, a log or other text for a chat", async () => {
    expect(await recognise(write("_chat.txt", ""))).toBeNull();
    const log =
      "[2023-03-18 14:56:01] INFO: started\n[2023-03-18 14:56:02] ERROR: failed\n[2023-03-18 14:56:03] INFO: end\n";
    expect(await recognise(write("app.txt", log))).toBeNull();
    expect(await recognise(write("letter.txt", "Dear Ana,\n18/03/2022, 14:56 - see you\n"))).toBeNull();
    expect(await recognise(await zipOf("photos.zip", { "a.jpg": "x", "notes.txt": "hello" }))).toBeNull();
    expect(await recognise(write("broken.zip", "PK\u0003\u0004 no"))).toBeNull();
    const empty = await readAll(whatsappReader, parseWhatsapp, write("WhatsApp Chat with Nobody.txt", "hello\n"));
    expect(empty.problems.map((problem) => problem.reason)).toEqual(["No WhatsApp message was found in this file."]);
  });

  it("takes a minute with thousands of equal messages apart without losing one", async () => {
    const path = write("WhatsApp Chat with Bot.txt", "21/04/2023, 10:00 - Ana: same\n".repeat(11_000));
    const read = await readAll(whatsappReader, parseWhatsapp, path);
    expect(read.items).toHaveLength(11_000);
    expect(new Set(read.items.map((item) => item.externalId)).size).toBe(11_000);
  });
});

const oracleSchema = z.array(
  z.object({
    file: z.string(),
    headers: z.number(),
    system: z.number(),
    continuation: z.number(),
    senders: z.number(),
  }),
);

const scrubbed = chatData("whatsapp/scrubbed.tar.gz");
describe.skipIf(scrubbed === null)("real structures (skipped where the material is not present)", () => {
  it("agrees with the oracle on 60 exports to about a line", () => {
    const place = join(folder, "scrubbed");
    mkdirSync(place);
    execFileSync("tar", ["xzf", scrubbed ?? "", "-C", place]);
    const oracle = oracleSchema.parse(JSON.parse(readFileSync(join(place, "index.json"), "utf8")));
    const wrong: string[] = [];
    for (const expected of oracle) {
      const builder = new ProfileBuilder(2026);
      const lines = readFileSync(join(place, expected.file), "utf8").replace(/\n$/, "").split("\n");
      for (const line of lines) builder.add(line.replace(/\r$/, ""));
      const found = builder.decide(readOptions.region);
      const off = [
        (found?.counts.headers ?? 0) - expected.headers,
        (found?.counts.system ?? 0) - expected.system,
        (found?.counts.continuation ?? 0) + (found?.counts.preamble ?? 0) - expected.continuation,
        (found?.senders.length ?? 0) - expected.senders,
      ];
      if (off.some((by) => Math.abs(by) > 1)) wrong.push(`${expected.file} ${off.join(" ")}`);
    }
    console.log(`whatsapp: ${oracle.length - wrong.length} right, ${wrong.length} wrong of ${oracle.length}`, wrong);
    expect(wrong.length).toBeLessThanOrEqual(2);
  });
});

const locales = chatData("whatsapp/locales");
describe.skipIf(locales === null)("locale files (skipped where the material is not present)", () => {
  it("reads the same chat alike in every language", async () => {
    const counts: Record<string, string> = {};
    for (const name of readdirSync(locales ?? "")) {
      const read = await readAll(whatsappReader, parseWhatsapp, join(locales ?? "", name));
      const files = read.items.filter((item) => item.attachments.length > 0).length;
      const voice = read.items.filter((item) => item.labels.includes("voice")).length;
      counts[name] = `${read.items.length} messages, ${files} files, ${voice} voice`;
      expect(await recognise(join(locales ?? "", name)), name).not.toBeNull();
    }
    console.log("whatsapp locales:", counts);
    const ios = Object.entries(counts).filter(([name]) => /ios/i.test(name));
    expect(new Set(ios.map(([, count]) => count))).toEqual(new Set(["20 messages, 14 files, 1 voice"]));
  });
});
