import { expect, test } from "vitest";
import type { Briefing } from "../../src/core/briefing.ts";
import { markBriefingRead, readBriefing, saveBriefing } from "../../src/store/briefings.ts";
import { lastReadAt, latestDigest } from "../../src/store/digests.ts";
import { storeMaker } from "./store-fixture.ts";

const newStore = storeMaker();

function briefing(lines: string[]): Briefing {
  const newEntries = lines.map((line, at) => ({
    number: at + 1,
    threadId: at + 10,
    alsoThreadIds: [],
    class: "reply" as const,
    score: 0.5,
    channel: "mail" as const,
    who: "Paul",
    title: "",
    line,
    why: [],
    since: "2026-11-20T08:00:00.000Z",
    ageHours: 1,
    freshness: "new" as const,
    itemId: at,
    itemIds: [at],
    proposal: null,
  }));
  const ignoredBy = { bulk: 0, receipt: 0, code: 0, notification: 0, hostile: 0, answered: 0, quiet: 0 };
  return {
    digest: {
      version: 1,
      since: "2026-11-19T00:00:00.000Z",
      until: "2026-11-21T09:00:00.000Z",
      counts: { messages: 2, threads: 2, forYou: 2 },
      newEntries,
      openEntries: [],
      more: { new: 0, open: 0 },
      openFromBefore: 0,
      notShown: { toKnow: 0, ignored: 0, ignoredBy, muted: 0, done: 0, snoozed: 0 },
      coverage: [],
      cost: { cents: 0, rulesOnly: true },
      tookMs: 3,
    },
    week: {
      version: 1,
      from: "",
      to: "",
      days: [],
      channels: [],
      personal: 0,
      answered: 0,
      answeredShare: null,
      medianAnswerHours: null,
      longestWaitingHours: null,
      busiestHour: null,
      promises: { kept: 0, open: 0, overdue: 0 },
    },
    ahead: [],
  };
}

test("a briefing is read only when a person says so, once, and only the one they saw", async () => {
  const store = await newStore();
  expect(await readBriefing(store)).toBeNull();
  await store.write((tx) => saveBriefing(tx, briefing(["Can you confirm?"])));
  await store.write((tx) => saveBriefing(tx, briefing(["Can you confirm?"])));
  expect((await readBriefing(store))?.number).toBe(1);
  expect(await lastReadAt(store)).toBeNull();
  await store.write((tx) => saveBriefing(tx, briefing(["Can you confirm?", "And the lease?"])));
  expect(await store.write((tx) => markBriefingRead(tx, 1))).toBe(false);
  expect(await lastReadAt(store)).toBeNull();
  expect(await store.write((tx) => markBriefingRead(tx, 2))).toBe(true);
  expect(await store.write((tx) => markBriefingRead(tx, 2))).toBe(true);
  expect(await lastReadAt(store)).toBe("2026-11-21T09:00:00.000Z");
  expect((await latestDigest(store))?.entries).toEqual([
    { number: 1, threadId: 10 },
    { number: 2, threadId: 11 },
  ]);
  await store.write((tx) => saveBriefing(tx, briefing(["Can you confirm?", "And the lease?"])));
  expect((await readBriefing(store))?.readAt).not.toBeNull();
});

test("a briefing of another version of steward counts as none", async () => {
  const store = await newStore();
  await store.write((tx) =>
    tx.sql.run("INSERT INTO briefings (id, number, document, made_at) VALUES (1, 7, '{', 'x')"),
  );
  expect((await readBriefing(store))?.briefing).toBeNull();
  await store.write((tx) => saveBriefing(tx, briefing([])));
  expect((await readBriefing(store))?.number).toBe(8);
});
