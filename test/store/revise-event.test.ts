import { describe, expect, test } from "vitest";
import { z } from "zod";
import { emailIdentity } from "../../src/core/identity.ts";
import { type DraftItem, type EventDetails, eventSchema } from "../../src/core/item.ts";
import { untrusted } from "../../src/core/untrusted.ts";
import type { Store } from "../../src/store/open-store.ts";
import { jsonText } from "../../src/store/row-types.ts";
import { saveVerdicts } from "../../src/store/verdicts.ts";
import { plainEvent } from "../support/event-facts.ts";
import { count, draft, storeMaker, take } from "./store-fixture.ts";

const newStore = storeMaker();
const row = z.object({ event: jsonText.pipe(eventSchema) });

/** The same words at the same time, with these facts. */
function meeting(event: Partial<EventDetails>, guest = "tom@lumen.example"): DraftItem {
  const identity = emailIdentity(guest);
  const base = draft({ id: "e1", channel: "calendar", text: "Review", keys: ["uid:u1"] });
  return {
    ...base,
    kind: "event",
    fingerprint: "f",
    messageId: null,
    parties: identity === null ? [] : [{ role: "attendee", identity, name: untrusted("") }],
    event: { ...plainEvent, ...event },
  };
}

function kept(store: Store): EventDetails[] {
  return store.read.all(row, "SELECT event FROM items WHERE superseded_by IS NULL").map(({ event }) => event);
}

const early = "2026-11-01T00:00:00.000Z";
const late = "2026-11-02T00:00:00.000Z";

describe("an event that says other things in the same words", () => {
  test("is one item with what its source says now, its people, and no verdict of before", async () => {
    const store = await newStore();
    await take(store, "a", [meeting({ ownAnswer: "needs_action" })]);
    const verdict = { class: "event" as const, score: 0.5, signals: [], line: "", lineItemId: null, ignoredAs: null };
    const threadId = count(store, "SELECT id FROM threads") ?? 0;
    await store.write((tx) =>
      saveVerdicts(tx, [{ verdict: { ...verdict, threadId }, lastItemId: null, itemCount: 1 }], "v"),
    );
    expect(await take(store, "a", [meeting({ status: "cancelled" }, "ana@lumen.example")])).toEqual({
      added: 0,
      known: 0,
      changed: 1,
    });
    expect(kept(store)).toMatchObject([{ status: "cancelled", ownAnswer: null }]);
    expect(count(store, "SELECT count(*) FROM item_parties")).toBe(1);
    expect(count(store, "SELECT count(*) FROM verdicts")).toBe(0);
    expect(count(store, "SELECT count(*) FROM search")).toBe(1);
    expect(await take(store, "a", [meeting({ status: "cancelled" }, "ana@lumen.example")])).toMatchObject({ known: 1 });
  });

  const cases: [string, Partial<EventDetails>, Partial<EventDetails>, "first" | "second"][] = [
    ["what was changed later wins", { updatedAt: early }, { updatedAt: late }, "second"],
    ["what was changed earlier does not", { updatedAt: late }, { updatedAt: early }, "first"],
    ["the owner's own calendar wins", { ownCalendar: false, updatedAt: late }, { updatedAt: early }, "second"],
    ["a calendar of others does not", { updatedAt: early }, { ownCalendar: false, updatedAt: late }, "first"],
    ["the higher sequence wins where nobody tells a date", { sequence: 1 }, { sequence: 2 }, "second"],
    ["the lower one does not", { sequence: 2 }, { sequence: 1 }, "first"],
    ["a live entry wins over a file", {}, { updatedAt: early }, "second"],
    ["a file does not win over a live entry", { updatedAt: early }, {}, "first"],
    ["who knows the owner's answer wins", { updatedAt: early }, { updatedAt: early, ownAnswer: "accepted" }, "second"],
    ["who does not know it does not", { updatedAt: early, ownAnswer: "accepted" }, { updatedAt: early }, "first"],
  ];
  test.each(cases)("from two sources: %s", async (_name, first, second, winner) => {
    const store = await newStore();
    await take(store, "a", [meeting({ ...first, location: untrusted("first") })]);
    await take(store, "b", [meeting({ ...second, location: untrusted("second") })]);
    expect(kept(store).map(({ location }) => String(location))).toEqual([winner]);
  });

  test("reads rows of before the newer facts", () => {
    const { type: _t, ownAnswer: _o, ownCalendar: _c, updatedAt: _u, conference: _l, ...old } = plainEvent;
    expect(eventSchema.parse(old)).toEqual(plainEvent);
  });
});
