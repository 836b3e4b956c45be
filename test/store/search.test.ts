import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawText } from "../../src/core/untrusted.ts";
import type { Store } from "../../src/store/open-store.ts";
import { type SearchOrder, type SearchResult, searchItems } from "../../src/store/search.ts";
import { parseQuery } from "../../src/store/search-query.ts";
import { forgetGone } from "../../src/store/sources.ts";
import { draft, nowMs, oddText, storeMaker, take } from "./store-fixture.ts";

const newStore = storeMaker();

async function search(store: Store, text: string, order: SearchOrder = "newest", limit = 20): Promise<SearchResult> {
  return await searchItems(store, parseQuery(text, { zone: "UTC", nowMs }), { limit, order, nowMs });
}

const senders = (result: SearchResult) => result.hits.map((hit) => rawText(hit.sender));

async function smallWorld(): Promise<Store> {
  const store = await newStore();
  await store.write((tx) => {
    tx.sql.run("INSERT INTO people (id, name) VALUES (900, 'Clara')");
    tx.sql.run(
      "INSERT INTO identities (kind, value, person_id, is_owner) VALUES ('email', 'clara@weiss.example', 900, 1)",
    );
  });
  await take(store, "a", [
    draft({
      id: "1",
      from: "tom@lumen.example",
      name: "Tom Reyes",
      subject: "The lease",
      text: "Please sign the lease.",
      at: "2026-11-10T10:00:00.000Z",
      to: ["clara@weiss.example"],
      labels: ["Important"],
    }),
    draft({
      id: "2",
      from: "clara@weiss.example",
      subject: "Re: The lease",
      text: "Signed.",
      keys: ["mid:1"],
      at: "2026-11-11T10:00:00.000Z",
      to: ["tom@lumen.example"],
      sent: true,
    }),
    draft({
      id: "3",
      from: "ines@roy.example",
      name: "Inès",
      subject: "Reise",
      text: "Die Übung in der Großen Straße. WhatsApp?",
      at: "2026-11-19T10:00:00.000Z",
      to: ["clara@weiss.example"],
    }),
    draft({
      id: "4",
      from: "Marta",
      channel: "whatsapp",
      title: "Lisbon trip",
      text: "東京駅で会う",
      at: "2026-11-19T22:00:00.000Z",
      keys: ["chat:whatsapp:l"],
    }),
    draft({
      id: "5",
      from: "bot@shop.example",
      subject: "Receipt",
      text: "Thanks",
      files: [{ name: "invoice.pdf", text: "total of forty two" }],
      at: null,
      labels: ["Unread"],
    }),
  ]);
  return store;
}

describe("search", () => {
  test.each([
    ["lease", ["Clara", "Tom Reyes"]],
    ["strasse ubung", ["Inès"]],
    ['"sign the lease"', ["Tom Reyes"]],
    ['"lease the sign"', []],
    ["sig*", ["Clara", "Tom Reyes"]],
    ["東京", ["Marta"]],
    ["東", ["Marta"]],
    ["京東", []],
    ["from:tom", ["Tom Reyes"]],
    ["from:tom@lumen.example", ["Tom Reyes"]],
    ["to:tom", ["Clara"]],
    ["subject:reise OR from:marta", ["Marta", "Inès"]],
    ["lease -please", ["Clara"]],
    ["-lease", ["Marta", "Inès", "bot@shop.example"]],
    ["-lease after:2026-11-19", ["Marta", "Inès"]],
    ["whatsapp", ["Inès"]],
    ["in:whatsapp", ["Marta"]],
    ["in:whatsapp after:yesterday", ["Marta"]],
    ['in:"lisbon trip"', ["Marta"]],
    ["important", []],
    ["in:important", ["Tom Reyes"]],
    ["is:unread", ["bot@shop.example"]],
    ["has:attachment", ["bot@shop.example"]],
    ["forty two", ["bot@shop.example"]],
    ["after:2026-11-11 before:2026-11-19", ["Clara"]],
    ["before:2026-11-11", ["Tom Reyes"]],
    ["lease before:2026-11-11", ["Tom Reyes"]],
    ["thanks before:2026-11-20", []],
    ["on:yesterday", ["Marta", "Inès"]],
    ["from:me", ["Clara"]],
    ["to:me", ["Inès", "Tom Reyes"]],
    ["lease -from:me", ["Tom Reyes"]],
    ["is:unanswered", ["Marta", "Inès"]],
    ["-is:unanswered lease", ["Clara", "Tom Reyes"]],
    ["", []],
    ["🙂", []],
  ])("%s, newest first", async (text, expected) => {
    const store = await smallWorld();
    const result = await search(store, text);
    expect(senders(result)).toEqual(expected);
    expect(result).toMatchObject({ total: expected.length, totalIsExact: true, ranked: null });
    if (text !== "") expect(new Set(senders(await search(store, text, "relevance")))).toEqual(new Set(expected));
  });

  test("gives what a person needs to recognise a hit", async () => {
    const store = await smallWorld();
    const [hit] = (await search(store, "strasse", "relevance")).hits;
    expect(hit).toMatchObject({
      sentAt: "2026-11-19T10:00:00.000Z",
      channel: "mail",
      subject: "Reise",
      sender: "Inès",
      snippet: { text: "Die Übung in der Großen Straße. WhatsApp?", matches: [[24, 30]] },
    });
    expect(hit?.score).toBeGreaterThan(0);
    const [file] = (await search(store, "forty")).hits;
    expect(file?.snippet).toEqual({ text: "invoice.pdf: total of forty two", matches: [[22, 27]] });
  });

  test("shows where the words stand in the beginning of a hit, else further down, else in what it quotes", async () => {
    const store = await newStore();
    const filler = "lorem ipsum ".repeat(500);
    await take(store, "a", [
      draft({ id: "1", text: `the lease ${filler} the lease and the plan`, at: "2026-11-13T00:00:00.000Z" }),
      draft({ id: "2", text: `${filler} the lease, a plan`, at: "2026-11-12T00:00:00.000Z" }),
      draft({ id: "3", text: "yes", quoted: "the lease: no plan", at: "2026-11-11T00:00:00.000Z" }),
    ]);
    const shown = (await search(store, "plan lease")).hits.map((hit) => rawText(hit.snippet.text));
    expect(shown[0]).toMatch(/^the lease lorem/);
    expect(shown[1]).toMatch(/the lease, a plan$/);
    expect(shown[2]).toBe("the lease: no plan");
  });

  test("by relevance puts a subject before a body, and among equals the newer", async () => {
    const store = await newStore();
    await take(store, "a", [
      draft({
        id: "1",
        from: "old@x.example",
        subject: "other",
        text: "zebra in the body",
        at: "2020-01-01T00:00:00.000Z",
      }),
      draft({
        id: "2",
        from: "new@x.example",
        subject: "other",
        text: "zebra in the body ",
        at: "2026-11-18T00:00:00.000Z",
      }),
      draft({
        id: "3",
        from: "subject@x.example",
        subject: "zebra",
        text: "in the body other",
        at: "2020-01-01T00:00:00.000Z",
      }),
      ...Array.from({ length: 20 }, (_, n) => draft({ id: `n${n}`, subject: "nothing", text: "of the kind here" })),
    ]);
    expect(senders(await search(store, "zebra", "relevance"))).toEqual([
      "subject@x.example",
      "new@x.example",
      "old@x.example",
    ]);
  });

  test("counts up to a bound and ranks the newest only, and says so", async () => {
    const store = await newStore();
    await store.write((tx) => {
      for (let id = 1; id <= 20_050; id += 1) tx.sql.run("INSERT INTO search (rowid, body) VALUES (?, 'common')", id);
    });
    expect(await search(store, "common")).toMatchObject({ total: 1000, totalIsExact: false, ranked: null });
    expect(await search(store, "common", "relevance")).toMatchObject({
      total: 20_000,
      totalIsExact: false,
      ranked: { newest: 20_000 },
    });
  });

  test("does not find what was superseded or is gone", async () => {
    const store = await newStore();
    await take(store, "a", [draft({ id: "1", text: "plate KL 2207" }), draft({ id: "2", text: "passport" })]);
    await take(store, "a", [draft({ id: "1", text: "plate NT 914" })]);
    expect((await search(store, "KL")).total).toBe(0);
    expect((await search(store, "plate")).total).toBe(1);
    await store.write((tx) => forgetGone(tx, "a", ["2"]));
    expect((await search(store, "passport")).total).toBe(0);
    expect((await search(store, "after:2026")).total).toBe(1);
  });

  test("is not changed by anything typed: no text throws, none leaves its quotes", async () => {
    const store = await smallWorld();
    const odd = fc.oneof(
      oddText,
      fc.constantFrom(
        '"',
        "'",
        "*",
        "-",
        "^",
        "(",
        ")",
        "NEAR(a b)",
        "OR",
        "AND",
        "NOT",
        "{",
        "}",
        ":",
        "place:x",
        "from:",
        "+",
        "\u0000",
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(odd, { maxLength: 6 }),
        fc.constantFrom<SearchOrder>("newest", "relevance"),
        async (parts, order) => {
          const result = await search(store, parts.join(" "), order);
          expect(result.hits.length).toBeLessThanOrEqual(5);
        },
      ),
    );
  });
});
