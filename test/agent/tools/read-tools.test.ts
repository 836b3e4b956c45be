import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { AnyTool, ToolContext, ToolResult } from "../../../src/agent/tool.ts";
import { allTools } from "../../../src/agent/tools/all-tools.ts";
import { loadContactRows } from "../../../src/store/person-contact-rows.ts";
import { type DemoLife, openDemoLife } from "../../support/demo-life.ts";
import { TextsOfItems } from "./taint.ts";
import { makeContext, runTool } from "./tool-harness.ts";

const nowAt = "2026-11-14T08:12:00Z";
let life: DemoLife;
let context: ToolContext;
let texts: TextsOfItems;

beforeAll(async () => {
  life = await openDemoLife(Date.parse(nowAt));
  const { owner } = life.reading.setting;
  ({ context } = await makeContext(life.store, owner, nowAt));
  const contacts = (await loadContactRows(life.store)).flatMap(({ name, aliases }) => [name, ...aliases]);
  texts = new TextsOfItems(life.store, [...contacts, ...owner.names]);
}, 60_000);
afterAll(async () => await life.close());

function tool(name: string): AnyTool {
  const found = allTools.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return found;
}

async function run(name: string, input: unknown): Promise<ToolResult> {
  return await runTool(tool(name), input, context);
}

const numbers = (sql: string): number[] => life.store.read.numbers(sql);

describe("every item whose text a tool returns is named", () => {
  test("by search, for words of all kinds", async () => {
    for (const words of [
      "rent",
      "in:whatsapp",
      "from:claire",
      "licence OR plate OR kennzeichen",
      "has:attachment",
      "a*",
    ]) {
      const { data, itemIds } = await run("search", { words, limit: 20 });
      expect(texts.unnamed(data, itemIds), words).toEqual([]);
    }
  });

  test("by thread and by item, for every one there is", async () => {
    for (const id of numbers("SELECT id FROM threads ORDER BY id")) {
      const { data, itemIds, threadIds } = await run("thread", { id });
      expect(texts.unnamed(data, itemIds), `thread ${id}`).toEqual([]);
      expect(threadIds).toEqual([id]);
    }
    for (const id of numbers("SELECT id FROM items ORDER BY id")) {
      const { data, itemIds } = await run("item", { id });
      expect(texts.unnamed(data, itemIds), `item ${id}`).toEqual([]);
      expect(itemIds).toContain(id);
    }
  });

  test("by person, for everybody", async () => {
    const names = life.store.read.all(
      z.object({ name: z.string() }),
      "SELECT DISTINCT name FROM people ORDER BY name LIMIT 80",
    );
    for (const { name } of names) {
      const { data, itemIds } = await run("person", { who: name });
      expect(texts.unnamed(data, itemIds), name).toEqual([]);
    }
  });

  test("by the overview, promises, the calendar, free time and documents", async () => {
    const asked: [string, unknown][] = [
      ["overview", { limit: 60 }],
      ["commitments", { by: "both", state: "all" }],
      ["events", { from: "2026-11-01", to: "2026-12-20" }],
      ["free_time", { people: ["claire@talentbridge.example"], from: "2026-11-16", to: "2026-11-30", minutes: 60 }],
      ["document", { name: "car" }],
      ["document", { name: "insurance" }],
      ["ledger", { limit: 10 }],
    ];
    for (const [name, input] of asked) {
      const { data, itemIds, isError } = await run(name, input);
      expect(isError, name).toBe(false);
      expect(texts.unnamed(data, itemIds), name).toEqual([]);
    }
  });
});

describe("what a model reads", () => {
  test("leaves hidden text out and counts it", async () => {
    const hidden = numbers("SELECT item_id FROM item_texts WHERE trim(hidden) <> '' AND length(hidden) > 30 LIMIT 10");
    expect(hidden.length).toBeGreaterThan(0);
    for (const id of hidden) {
      const { data, note } = await run("item", { id });
      const text = life.store.read.get(
        z.object({ hidden: z.string() }),
        "SELECT hidden FROM item_texts WHERE item_id = ?",
        id,
      );
      expect(JSON.stringify(data)).not.toContain(JSON.stringify(text?.hidden.trim().slice(0, 30)).slice(1, -1));
      expect(data).toMatchObject({ item: { hiddenCharacters: text?.hidden.trim().length } });
      expect(note).toContain("left out");
    }
  });

  test("splits what an answer quotes off, and gives it when asked", async () => {
    const [id = 0] = numbers("SELECT item_id FROM item_texts WHERE length(quoted) > 60 LIMIT 1");
    const { data } = await run("item", { id });
    expect(data).toMatchObject({ item: { quoted: expect.stringContaining(`item:${id}.quoted@0`) } });
    const quoted = await run("item", { rest: `item:${id}.quoted@0` });
    const text = life.store.read.get(
      z.object({ quoted: z.string() }),
      "SELECT quoted FROM item_texts WHERE item_id = ?",
      id,
    );
    expect(quoted.data).toMatchObject({ item: { item: id, text: text?.quoted } });
    expect(quoted.itemIds).toEqual([id]);
  });

  test("gives a long text in pieces that make up the whole", async () => {
    const [id = 0] = numbers("SELECT item_id FROM item_texts ORDER BY length(text) DESC LIMIT 1");
    await life.store.write((tx) =>
      tx.sql.run("UPDATE item_texts SET text = ? WHERE item_id = ?", "0123456789".repeat(1500), id),
    );
    const piece = z.object({ item: z.object({ text: z.string(), rest: z.string().optional() }) });
    let rest = `item:${id}@0`;
    let whole = "";
    for (let turns = 0; turns < 10 && rest !== ""; turns += 1) {
      const { item } = piece.parse((await run("item", { rest })).data);
      whole += item.text.replace(/ \[cut: \d+ more characters\]$/, "");
      rest = item.rest ?? "";
    }
    expect(whole).toBe("0123456789".repeat(1500));
  });

  test("says of every time what the owner's clock shows", async () => {
    const { data } = await run("events", { from: "2026-11-14", to: "2026-11-30" });
    const { events } = z
      .object({ events: z.array(z.looseObject({ start: z.string(), allDay: z.boolean() })) })
      .parse(data);
    expect(events.length).toBeGreaterThan(0);
    for (const { start, allDay } of events) expect(start).toMatch(allDay ? /^\d{4}-\d\d-\d\d$/ : /T\d\d:\d\d\+01:00$/);
  });

  test("refuses what it cannot read in words, without text of others", async () => {
    await expect(run("thread", { id: 999_999 })).rejects.toThrow("There is no thread 999999.");
    await expect(run("item", { id: 999_999 })).rejects.toThrow("There is no item 999999.");
    expect(await run("item", {})).toMatchObject({ isError: true });
    expect(await run("item", { rest: "../../etc/passwd" })).toMatchObject({ isError: true });
    await expect(run("events", { from: "2026-12-01", to: "2026-11-01" })).rejects.toThrow("before");
    await expect(run("events", { from: "2026-13-01", to: "2026-13-02" })).rejects.toThrow("no day");
  });

  test("finds a document by its path, its name, and words in it", async () => {
    const named = z.object({
      documents: z.array(z.looseObject({ item: z.number(), path: z.string(), text: z.string().optional() })),
    });
    const [byName] = named.parse((await run("document", { name: "car.md" })).data).documents;
    expect(byName?.path).toMatch(/car\.md$/);
    expect(byName?.text).not.toBe("");
    const [byPath] = named.parse((await run("document", { name: byName?.path ?? "" })).data).documents;
    expect(byPath?.item).toBe(byName?.item);
    const [byWords] = named.parse((await run("document", { name: "B-NT 914" })).data).documents;
    expect(byWords?.item).toBe(byName?.item);
  });

  test("gives contacts.csv with the owner's own columns", async () => {
    const [row] = await loadContactRows(life.store);
    const columns = new Map([[row?.key ?? "", { name: row?.name ?? "", "shoe size": "38" }]]);
    const { context: other } = await makeContext(life.store, life.reading.setting.owner, nowAt, {
      contactColumns: async () => columns,
    });
    const { data } = await runTool(tool("person"), { who: row?.name ?? "" }, other);
    expect(data).toHaveProperty("people.0.contacts", { name: row?.name, "shoe size": "38" });
    const contact = await runTool(tool("person"), { who: row?.name ?? "", contactsOnly: true }, other);
    expect(contact).toMatchObject({ itemIds: [], threadIds: [] });
    expect(Object.keys(Object(contact.data)["people"][0]).toSorted()).toEqual([
      "addresses",
      "contacts",
      "handles",
      "person",
      "phones",
    ]);
    const others = await runTool(tool("person"), { who: "a", contactsOnly: true }, context);
    expect(others.data).toEqual({ people: [] });
  });
});
