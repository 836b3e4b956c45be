import { describe, expect, test } from "vitest";
import { addCoverage, forgetGone, leaseSource, listCoverage, releaseSource } from "../../src/store/sources.ts";
import { firstItemIdAt, takeItems } from "../../src/store/take-items.ts";
import { count, draft, prepare, rows, storeMaker, take } from "./store-fixture.ts";

const newStore = storeMaker();
const current = "SELECT count(*) FROM items WHERE superseded_by IS NULL";

describe("taking items", () => {
  test("twice stores them once", async () => {
    const store = await newStore();
    const batch = [draft({ id: "1" }), draft({ id: "2" })];
    expect(await take(store, "a", batch)).toEqual({ added: 2, known: 0, changed: 0 });
    expect(await take(store, "a", batch)).toEqual({ added: 0, known: 2, changed: 0 });
    expect(count(store, "SELECT count(*) FROM items")).toBe(2);
    expect(count(store, "SELECT sum(item_count) FROM threads")).toBe(2);
    expect(count(store, "SELECT item_count FROM sources WHERE id = 'a'")).toBe(2);
  });

  test("of one message from two sources stores one item with two sightings", async () => {
    const store = await newStore();
    await take(store, "a", [draft({ id: "one", messageId: "m@x" })]);
    expect(await take(store, "b", [draft({ id: "other", messageId: "m@x", text: "one" })])).toMatchObject({ known: 1 });
    expect(count(store, "SELECT count(*) FROM items")).toBe(1);
    expect(count(store, "SELECT count(*) FROM sightings")).toBe(2);
  });

  test("with one Message-ID but other words stores two", async () => {
    const store = await newStore();
    await take(store, "a", [
      draft({ id: "1", messageId: "m@x", text: "first" }),
      draft({ id: "2", messageId: "m@x", text: "second" }),
    ]);
    expect(count(store, "SELECT count(*) FROM items")).toBe(2);
  });

  test("with one provider id stores one, whatever the words", async () => {
    const store = await newStore();
    await take(store, "a", [draft({ id: "1", providerId: "gmail:7", text: "first" })]);
    await take(store, "b", [draft({ id: "2", providerId: "gmail:7", text: "First." })]);
    expect(count(store, "SELECT count(*) FROM items")).toBe(1);
  });

  test("that say the same in the same minute of a chat stores both when the source counts them", async () => {
    const store = await newStore();
    const line = draft({ id: "x", channel: "whatsapp", from: "Marta", text: "ok", keys: ["chat:whatsapp:m"] });
    const two = [0, 1].map((n) => ({ ...line, externalId: `${line.fingerprint}:${n}` }));
    expect(await take(store, "a", two)).toMatchObject({ added: 2 });
    expect(await take(store, "a", two)).toMatchObject({ known: 2 });
    const otherChat = { ...line, externalId: `${line.fingerprint}:0`, threadKeys: ["chat:whatsapp:other"] };
    expect(await take(store, "b", [otherChat])).toMatchObject({ added: 1 });
  });
});

describe("a record whose content changed", () => {
  test("gets a new version that takes the old one's place, in its thread too", async () => {
    const store = await newStore();
    const keys = ["file:/car.md"];
    await take(store, "a", [draft({ id: "car", messageId: null, text: "NT 914", keys })]);
    const next = draft({ id: "car", messageId: null, text: "KL 2207", keys, at: "2026-11-02T10:00:00.000Z" });
    expect(await take(store, "a", [next])).toEqual({ added: 0, known: 0, changed: 1 });
    expect(count(store, current)).toBe(1);
    expect(rows(store, "SELECT item_count, first_at, last_at FROM threads")).toEqual([
      { item_count: 1, first_at: "2026-11-02T10:00:00.000Z", last_at: "2026-11-02T10:00:00.000Z" },
    ]);
    expect(await take(store, "a", [next])).toMatchObject({ known: 1 });
  });

  test("leaves the old version to the other source that still has it", async () => {
    const store = await newStore();
    const old = draft({ id: "car", messageId: null, text: "NT 914" });
    await take(store, "a", [old]);
    await take(store, "b", [old]);
    await take(store, "a", [draft({ id: "car", messageId: null, text: "KL 2207" })]);
    expect(count(store, current)).toBe(2);
    expect(await take(store, "b", [old])).toMatchObject({ known: 1 });
    expect(count(store, "SELECT count(*) FROM items")).toBe(2);
  });

  test("back to what another item says joins that one", async () => {
    const store = await newStore();
    await take(store, "a", [draft({ id: "1", messageId: null, text: "same" })]);
    await take(store, "a", [draft({ id: "2", messageId: null, text: "different" })]);
    expect(await take(store, "a", [draft({ id: "2", messageId: null, text: "same" })])).toMatchObject({ known: 1 });
    expect(count(store, current)).toBe(1);
    expect(count(store, "SELECT count(DISTINCT item_id) FROM sightings")).toBe(1);
    expect(count(store, "SELECT count(*) FROM threads WHERE item_count > 0")).toBe(1);
  });
});

describe("a second sighting", () => {
  test("teaches that the owner sent it: then its recipients were written to and the thread was answered", async () => {
    const store = await newStore();
    const mail = { id: "1", to: ["tom@lumen.example"], from: "clara@weiss.example" };
    await take(store, "a", [draft({ ...mail, labels: ["Inbox"] })]);
    expect(rows(store, "SELECT inbound_at IS NULL AS sent FROM threads")).toEqual([{ sent: 0 }]);
    await take(store, "b", [draft({ ...mail, sent: true, labels: ["Sent"] })]);
    await take(store, "b", [draft({ ...mail, sent: true, labels: ["Sent"] })]);
    expect(count(store, "SELECT written_count FROM identities WHERE value = 'tom@lumen.example'")).toBe(1);
    expect(rows(store, "SELECT inbound_at, outbound_at FROM threads")).toEqual([
      { inbound_at: null, outbound_at: "2026-11-01T10:00:00.000Z" },
    ]);
    expect(rows(store, "SELECT labels FROM items")).toEqual([{ labels: '["Inbox","Sent"]' }]);
  });

  test("of a From header alone makes nobody written to", async () => {
    const store = await newStore();
    await take(store, "a", [draft({ id: "1", from: "clara@weiss.example", to: ["tom@lumen.example"] })]);
    expect(count(store, "SELECT sum(written_count) FROM identities")).toBe(0);
  });
});

describe("threads", () => {
  test("become one, the oldest, when a message names both", async () => {
    const store = await newStore();
    await take(store, "a", [
      draft({ id: "1", at: "2026-11-01T10:00:00.000Z" }),
      draft({ id: "2", at: "2026-11-02T10:00:00.000Z" }),
    ]);
    expect(count(store, "SELECT count(*) FROM threads")).toBe(2);
    await take(store, "a", [
      draft({ id: "3", keys: ["mid:3", "mid:2", "mid:1"], at: "2026-11-03T10:00:00.000Z", sent: true }),
    ]);
    expect(rows(store, "SELECT id, item_count, first_at, last_at, inbound_at, outbound_at FROM threads")).toEqual([
      {
        id: 1,
        item_count: 3,
        first_at: "2026-11-01T10:00:00.000Z",
        last_at: "2026-11-03T10:00:00.000Z",
        inbound_at: "2026-11-02T10:00:00.000Z",
        outbound_at: "2026-11-03T10:00:00.000Z",
      },
    ]);
    expect(count(store, "SELECT count(DISTINCT thread_id) FROM items")).toBe(1);
    expect(count(store, "SELECT count(*) FROM thread_keys WHERE thread_id <> 1")).toBe(0);
  });

  test("count correctly whatever the order of arrival", async () => {
    const store = await newStore();
    const chat = (n: number) => draft({ id: `${n}`, keys: ["k"], at: `2026-11-0${n}T10:00:00.000Z`, sent: n === 2 });
    for (const n of [2, 3, 1]) await take(store, "a", [chat(n)]);
    expect(rows(store, "SELECT item_count, first_at, last_at, inbound_at, outbound_at FROM threads")).toEqual([
      {
        item_count: 3,
        first_at: "2026-11-01T10:00:00.000Z",
        last_at: "2026-11-03T10:00:00.000Z",
        inbound_at: "2026-11-03T10:00:00.000Z",
        outbound_at: "2026-11-02T10:00:00.000Z",
      },
    ]);
    expect(count(store, "SELECT last_item_id = (SELECT max(id) FROM items) FROM threads")).toBe(1);
  });
});

describe("item ids", () => {
  test("grow with time, for any year and without a date", async () => {
    const store = await newStore();
    const dates = [
      null,
      "0000-01-01T00:00:00.000Z",
      "1969-12-31T23:59:59.999Z",
      "1970-01-01T00:00:01.000Z",
      "2026-11-01T10:00:00.000Z",
      "2026-11-01T10:00:00.500Z",
      "2026-11-01T10:00:01.000Z",
      "2199-12-31T00:00:00.000Z",
      "9999-12-31T23:59:59.999Z",
    ];
    await take(
      store,
      "a",
      dates.toReversed().map((at, n) => draft({ id: `${n}`, at })),
    );
    const found = rows(store, "SELECT id, sent_at FROM items ORDER BY id").map((row) => row["sent_at"]);
    expect(found.slice(3)).toEqual(dates.slice(3));
    expect(count(store, `SELECT count(*) FROM items WHERE id < 0 OR id >= ${2 ** 53}`)).toBe(0);
  });

  test("of ten thousand messages of one second stay within it, without a long search", async () => {
    const store = await newStore();
    const at = "2026-11-01T10:00:00.000Z";
    const many = Array.from({ length: 10_000 }, (_, n) => prepare(draft({ id: `${n}`, keys: ["k"], text: `${n}` })));
    const bare = many.map((item) => ({ ...item, search: { ...item.search, body: "" } }));
    const started = performance.now();
    await store.write((tx) => takeItems(tx, "a", bare));
    expect(performance.now() - started).toBeLessThan(12_000);
    const first = firstItemIdAt(at);
    expect(count(store, `SELECT count(*) FROM items WHERE id >= ${first} AND id < ${first + 2 ** 19}`)).toBe(10_000);
  });

  test("of a crowded second go on in the next", async () => {
    const store = await newStore();
    await store.write((tx) => {
      tx.sql.run(
        `WITH RECURSIVE n (id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id < ${2 ** 19 - 1})
         INSERT INTO items (id, kind, channel, from_owner, sent_evidence, fingerprint, subject, labels, attachments, size_bytes, is_partial, taken_at)
         SELECT id, 'message', 'mail', 0, 0, '', '', '[]', '[]', 0, 0, '' FROM n`,
      );
    });
    await take(store, "a", [draft({ id: "1", at: null })]);
    expect(count(store, `SELECT id >= ${2 ** 19} AND id < ${2 ** 20} FROM items WHERE fingerprint <> ''`)).toBe(1);
  });
});

describe("sources", () => {
  test("join ranges of time that touch", async () => {
    const store = await newStore();
    const add = (from: string, to: string) => store.write((tx) => addCoverage(tx, "a", { from, to }));
    await add("2026-01-01", "2026-02-01");
    await add("2026-03-01", "2026-04-01");
    await add("2026-05-01", "2026-06-01");
    await add("2026-02-01", "2026-03-15");
    await add("2026-01-10", "2026-01-20");
    await store.write((tx) => addCoverage(tx, "b", { from: "2026-01-01", to: "2027-01-01" }));
    await store.write((tx) => addCoverage(tx, "a", { from: null, to: "2027-01-01" }));
    expect(await listCoverage(store, "a")).toEqual([
      { from: "2026-01-01", to: "2026-04-01" },
      { from: "2026-05-01", to: "2026-06-01" },
    ]);
  });

  test("are read by one at a time, until a lease ends", async () => {
    const store = await newStore();
    const lease = (owner: string, until: string) => store.write((tx) => leaseSource(tx, "a", owner, until));
    expect(await lease("one", "2026-11-20T13:00:00.000Z")).toBe(true);
    expect(await lease("two", "2026-11-20T13:00:00.000Z")).toBe(false);
    expect(await lease("one", "2026-11-20T11:00:00.000Z")).toBe(true);
    expect(await lease("two", "2026-11-20T13:00:00.000Z")).toBe(true);
    await store.write((tx) => releaseSource(tx, "a", "one"));
    expect(await lease("one", "2026-11-20T13:00:00.000Z")).toBe(false);
    await store.write((tx) => releaseSource(tx, "a", "two"));
    expect(await lease("one", "2026-11-20T13:00:00.000Z")).toBe(true);
  });

  test("that lose a record take it away only when no other has it", async () => {
    const store = await newStore();
    const both = draft({ id: "1", keys: ["k"] });
    await take(store, "a", [both, draft({ id: "2", keys: ["k"] })]);
    await take(store, "b", [both]);
    expect(await store.write((tx) => forgetGone(tx, "a", ["1", "2", "nothing"]))).toBe(1);
    expect(count(store, current)).toBe(1);
    expect(count(store, "SELECT item_count FROM threads")).toBe(1);
    expect(await take(store, "a", [draft({ id: "2", keys: ["k"] })])).toMatchObject({ added: 1 });
    expect(count(store, current)).toBe(2);
  });
});
