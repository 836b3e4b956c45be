import { expect, test } from "vitest";
import { z } from "zod";
import type { Store } from "../../src/store/open-store.ts";
import { inferOwner } from "../../src/store/person-owner.ts";
import { applyOwner } from "../../src/store/person-owner-apply.ts";
import { refreshPeople } from "../../src/store/person-stats.ts";
import { chatLine, dumpPeople, groupsOf, identityOf, mail, storeMaker, take } from "./people-fixture.ts";

const newStore = storeMaker();
const at = (minute: number, day = 1): string => new Date(Date.UTC(2026, 10, day, 10, minute)).toISOString();

test("senders of sent mail are the owner, with a reason and the names they use", async () => {
  const store = await newStore();
  await take(store, [
    mail({ id: "1", from: "clara@x.example", name: "Clara Weiss", to: ["tom@y.example"], sent: true }),
    mail({ id: "2", from: "clara@x.example", name: "Clara Weiss", to: ["ann@y.example"], sent: true }),
    mail({ id: "3", from: "tom@y.example", name: "Tom", to: ["clara@x.example"] }),
  ]);
  expect(await inferOwner(store)).toEqual({
    identities: [{ value: "clara@x.example", why: "2 messages marked as sent by you came from it", certain: true }],
    names: ["Clara Weiss"],
  });
});

test("an address that only stands in From never becomes the owner, however often it writes", async () => {
  const store = await newStore();
  const forged = Array.from({ length: 30 }, (_, n) =>
    mail({ id: `f${n}`, from: "clara@evil.example", name: "Clara Weiss", to: ["clara@x.example"], at: at(n) }),
  );
  await take(store, [
    mail({ id: "1", from: "clara@x.example", name: "Clara Weiss", to: ["tom@y.example"], sent: true }),
    ...forged,
  ]);
  const values = (await inferOwner(store)).identities.map((one) => one.value);
  expect(values).toEqual(["clara@x.example"]);
});

test("a sender that was mostly received is doubtful even when a few of its mails are marked as sent", async () => {
  const store = await newStore();
  const received = Array.from({ length: 20 }, (_, n) =>
    mail({ id: `r${n}`, from: "shared@x.example", to: ["me@x.example"], at: at(n) }),
  );
  await take(store, [...received, mail({ id: "s", from: "shared@x.example", to: ["tom@y.example"], sent: true })]);
  const [guess] = (await inferOwner(store)).identities;
  expect(guess).toMatchObject({ value: "shared@x.example", certain: false, why: expect.stringContaining("20 others") });
});

test("the chat name that writes in most chats of two is the owner; one who merely calls themselves so is asked about", async () => {
  const store = await newStore();
  const talk = (chat: string, who: string) => [
    chatLine(chat, who, at(1), { others: ["Clara"] }),
    chatLine(chat, "Clara", at(2), { others: [who] }),
  ];
  await take(store, [
    ...talk("Tom", "Tom"),
    ...talk("Ann", "Ann"),
    ...talk("Mum", "Mum"),
    chatLine("Football", "Bert", at(3), { group: true }),
  ]);
  expect((await inferOwner(store)).identities).toEqual([
    { value: "whatsapp:Clara", why: "it writes in 3 of 3 chats of two", certain: true },
  ]);
  const other = await newStore();
  await take(other, [
    mail({ id: "1", from: "clara@x.example", name: "Clara Weiss", to: ["tom@y.example"], sent: true }),
    chatLine("Clara Weiss", "Clara Weiss", at(1)),
  ]);
  expect((await inferOwner(other)).identities[1]).toMatchObject({ value: "whatsapp:Clara Weiss", certain: false });
});

const directionRow = z.object({ external: z.string(), from_owner: z.number() });
const threadRow = z.object({ inbound_at: z.string().nullable(), outbound_at: z.string().nullable() });

test("applying the owner turns items and threads round, joins the identities, and does nothing the second time", async () => {
  const store = await newStore();
  await take(store, [
    mail({ id: "q", from: "tom@y.example", to: ["clara@x.example"], at: at(1) }),
    mail({ id: "r", from: "clara@x.example", to: ["tom@y.example"], at: at(2), replyTo: "q" }),
    chatLine("Tom", "Clara", at(3)),
  ]);
  const applied = await applyOwner(store, ["clara@x.example", "whatsapp:Clara", "+491712345678"], ["Clara Weiss"]);
  expect(applied).toMatchObject({
    added: ["clara@x.example", "whatsapp:Clara", "+491712345678"],
    changedItems: 2,
    unreadable: [],
  });
  expect(groupsOf(store)).toContain("+491712345678 = clara@x.example = whatsapp:Clara");
  expect(identityOf(store, "whatsapp:Clara")).toMatchObject({ is_owner: 1, person: "Clara Weiss" });
  const items = store.read.all(
    directionRow,
    "SELECT coalesce(message_id, channel) AS external, from_owner FROM items ORDER BY id",
  );
  expect(items).toEqual([
    { external: "q", from_owner: 0 },
    { external: "r", from_owner: 1 },
    { external: "whatsapp", from_owner: 1 },
  ]);
  const [thread] = store.read.all(threadRow, "SELECT inbound_at, outbound_at FROM threads WHERE channel = 'mail'");
  expect(thread).toEqual({ inbound_at: at(1), outbound_at: at(2) });
  const before = dumpPeople(store);
  expect(
    await applyOwner(store, ["clara@x.example", "whatsapp:Clara", "+491712345678"], ["Clara Weiss"]),
  ).toMatchObject({
    added: [],
    removed: [],
    changedItems: 0,
    threadIds: [],
  });
  expect(dumpPeople(store)).toBe(before);
});

test("an interrupted call is completed by the next, and items that arrive in between are turned round too", async () => {
  const store = await newStore();
  await take(store, [mail({ id: "1", from: "clara@x.example", to: ["tom@y.example"], at: at(1) })]);
  let writes = 0;
  const dying: Store = {
    ...store,
    write: (work) => {
      writes += 1;
      return writes === 2 ? Promise.reject(new Error("power cut")) : store.write(work);
    },
  };
  await expect(applyOwner(dying, ["clara@x.example"], ["Clara"])).rejects.toThrow("power cut");
  expect(identityOf(store, "clara@x.example").is_owner).toBe(0);
  let isLate = true;
  const busy: Store = {
    ...store,
    write: async (work) => {
      if (isLate) await take(store, [mail({ id: "2", from: "clara@x.example", to: ["tom@y.example"], at: at(2) })]);
      isLate = false;
      return await store.write(work);
    },
  };
  await applyOwner(busy, ["clara@x.example"], ["Clara"]);
  const threads = store.read.all(threadRow, "SELECT inbound_at, outbound_at FROM threads ORDER BY outbound_at");
  expect(threads).toEqual([
    { inbound_at: null, outbound_at: at(1) },
    { inbound_at: null, outbound_at: at(2) },
  ]);
});

test("an identity that is the owner's no longer gives its items back, but Sent evidence stays", async () => {
  const store = await newStore();
  await take(store, [
    mail({ id: "1", from: "clara@x.example", to: ["tom@y.example"], sent: true, at: at(1) }),
    mail({ id: "2", from: "clara@x.example", to: ["tom@y.example"], at: at(2) }),
  ]);
  await applyOwner(store, ["clara@x.example", "old@x.example"], ["Clara"]);
  const removed = await applyOwner(store, ["old@x.example"], ["Clara"]);
  expect(removed).toMatchObject({ added: [], removed: ["clara@x.example"], changedItems: 1 });
  const items = store.read.all(directionRow, "SELECT message_id AS external, from_owner FROM items ORDER BY id");
  expect(items).toEqual([
    { external: "1", from_owner: 1 },
    { external: "2", from_owner: 0 },
  ]);
  expect(groupsOf(store)).toEqual(["clara@x.example", "old@x.example", "tom@y.example"]);
});

test("a value that can name nobody is told, not applied", async () => {
  const store = await newStore();
  expect(await applyOwner(store, ["not an address"], [])).toMatchObject({ added: [], unreadable: ["not an address"] });
});

test("turns received and answered are counted for mail by reply and for chats by who writes next", async () => {
  const store = await newStore();
  await take(store, [
    mail({ id: "q1", from: "tom@y.example", to: ["clara@x.example"], at: at(1) }),
    mail({ id: "q2", from: "tom@y.example", to: ["clara@x.example"], at: at(2) }),
    mail({ id: "a1", from: "clara@x.example", to: ["tom@y.example"], at: at(3), replyTo: "q1", sent: true }),
    chatLine("Ann", "Ann", at(1)),
    chatLine("Ann", "Ann", at(2)),
    chatLine("Ann", "Clara", at(3)),
    chatLine("Ann", "Ann", at(4)),
    chatLine("Ann", "Clara", at(4, 9)),
  ]);
  await applyOwner(store, ["clara@x.example", "whatsapp:Clara"], ["Clara"]);
  expect(await refreshPeople(store, { added: false })).toBe(0);
  expect(await refreshPeople(store, { added: true })).toBe(2);
  expect(identityOf(store, "tom@y.example")).toMatchObject({ received_count: 2, answered_count: 1, written_count: 1 });
  expect(identityOf(store, "whatsapp:Ann")).toMatchObject({ received_count: 2, answered_count: 1, written_count: 0 });
  expect(await refreshPeople(store, { added: true })).toBe(0);
});

test("only Sent evidence counts as having written to somebody", async () => {
  const store = await newStore();
  await take(store, [
    mail({ id: "forged", from: "clara@x.example", to: ["thief@evil.example"], at: at(1) }),
    mail({ id: "sent", from: "clara@x.example", to: ["tom@y.example"], at: at(2), sent: true }),
  ]);
  await applyOwner(store, ["clara@x.example"], ["Clara"]);
  await refreshPeople(store, { added: true });
  expect(identityOf(store, "thief@evil.example").written_count).toBe(0);
  expect(identityOf(store, "tom@y.example").written_count).toBe(1);
});

const planRow = z.object({ detail: z.string() });

test("the owner's short transactions find a sender's items and a thread's items by index", async () => {
  const store = await newStore();
  const plan = (sql: string): string =>
    store.read
      .all(planRow, `EXPLAIN QUERY PLAN ${sql}`)
      .map((row) => row.detail)
      .join("; ");
  expect(plan("SELECT id FROM items WHERE sender_id = 1 ORDER BY id")).toContain("COVERING INDEX items_sender");
  expect(plan("SELECT count(*), max(sent_at) FROM items WHERE thread_id = 1 AND superseded_by IS NULL")).toContain(
    "COVERING INDEX items_thread",
  );
});
