import { describe, expect, it } from "vitest";
import { type CalendarCall, patchEvent, settlePatch } from "../../../../connectors/calendar/change-event.ts";
import { calendarDoor } from "../../../../connectors/calendar/door.ts";
import type { CalendarDoorClient } from "../../../../connectors/calendar/door-client.ts";
import { type LiveEvent, liveEvent } from "../../../../connectors/calendar/live-event.ts";
import { type ErrorCode, StewardError } from "../../../../src/core/errors.ts";
import { clara } from "../../../emulators/google/google-fixture.ts";
import { plainCall, plainNow } from "../../../support/plain-look.ts";

const key = "a".repeat(32);
const place = { calendar: clara, eventId: "e0001", etag: '"1"' };
const never = (): never => {
  throw new Error("nobody asks that");
};
const fail = (code: ErrorCode) => async (): Promise<never> => {
  throw new StewardError(code, "No.");
};

function eventWith(etag: string, mark: string | null, status = "confirmed"): LiveEvent {
  const marked = mark === null ? {} : { extendedProperties: { private: { stewardAction: mark } } };
  return liveEvent.parse({ id: place.eventId, etag, status, ...marked });
}

/** An attempt that began so long ago, over a calendar with this event in it. */
function callOver(
  event: CalendarDoorClient["event"],
  sinceMs: number,
  more: Partial<CalendarDoorClient> = {},
): CalendarCall {
  const base: CalendarDoorClient = {
    email: clara,
    event,
    byUid: never,
    between: never,
    times: never,
    insert: never,
    patch: never,
    remove: never,
  };
  const call = plainCall({ ...base, ...more }, { key });
  return { ...call, committedAt: new Date(plainNow - sinceMs).toISOString() };
}

const settle = async (event: LiveEvent | null, sinceMs = 60_000) =>
  await settlePatch(
    place,
    callOver(async () => event, sinceMs),
  );

describe("whether a change came through", () => {
  it("is told by its mark, whatever was changed after it", async () => {
    expect(await settle(eventWith('"7"', key))).toEqual({ kind: "done", result: { ...place, etag: '"7"' } });
  });

  it("is not known while a request may still be worked on, and no after that", async () => {
    expect(await settle(eventWith('"1"', null), 10_000)).toMatchObject({ kind: "unknown", askAgainMs: 20_000 });
    expect(await settle(eventWith('"1"', null))).toEqual({ kind: "not_done" });
    expect(await settle(eventWith('"1"', "b".repeat(32)))).toEqual({ kind: "not_done" });
  });

  it("is no when somebody else changed the event and left no mark of ours", async () => {
    expect(await settle(eventWith('"2"', null))).toEqual({ kind: "not_done" });
  });

  it("is for the owner to see when another card changed it since, or it is gone", async () => {
    expect(await settle(eventWith('"2"', "b".repeat(32)))).toMatchObject({ kind: "unknown" });
    expect(await settle(eventWith('"2"', null, "cancelled"))).toMatchObject({ kind: "unknown" });
    expect(await settle(null)).toMatchObject({ kind: "unknown" });
  });
});

describe("a version that was passed over", () => {
  const body = { summary: "X", extendedProperties: { private: { stewardAction: key } } };
  const patched = async (event: CalendarDoorClient["event"]) =>
    await patchEvent(place, body, "none", callOver(event, 0, { patch: fail("moved") }));

  it("by our own change is that change, by another's has moved", async () => {
    expect(await patched(async () => eventWith('"2"', key))).toEqual({ ...place, etag: '"2"' });
    await expect(patched(async () => eventWith('"2"', null))).rejects.toMatchObject({ code: "moved" });
    await expect(patched(async () => null)).rejects.toMatchObject({ code: "moved" });
  });

  it("is not known when Google cannot be asked by what", async () => {
    for (const code of ["rate_limited", "needs_reauth", "unavailable"] as const) {
      await expect(patched(fail(code)), code).rejects.toMatchObject({ code: "unavailable" });
    }
  });
});

describe("an id that is taken when an event is made (C2)", () => {
  const time = (hour: number) => ({ dateTime: `2026-11-24T${hour}:00:00+01:00`, timeZone: "Europe/Berlin" });
  const texts = { title: "Lunch", location: "", description: "" };
  const input = {
    calendar: clara,
    ...texts,
    start: time(12),
    end: time(13),
    free: false,
    visibility: "default",
    guests: [],
    meet: false,
    notify: "none",
    threadId: null,
  };
  const make = async (event: CalendarDoorClient["event"]) => {
    const action = calendarDoor.actions.find(({ name }) => name === "calendar.create_event");
    return await action?.execute(input, null, callOver(event, 0, { insert: fail("moved") }));
  };

  it("is this very event, made by an attempt whose answer was lost", async () => {
    expect(await make(async () => eventWith('"3"', null))).toMatchObject({ calendar: clara, etag: '"3"' });
  });

  it("is not known to be, as long as Google does not show it", async () => {
    await expect(make(async () => null)).rejects.toMatchObject({ code: "unavailable" });
    await expect(make(fail("rate_limited"))).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("an event that is not to be seen yet, or still", () => {
  const created = { calendar: clara };
  const deleted = { ...place, copy: { title: "Dentist" } };
  for (const [name, input, event] of [
    ["calendar.create_event", created, null],
    ["calendar.delete_event", deleted, eventWith('"1"', null)],
  ] as const) {
    it(`is asked about once more before ${name} counts as not done`, async () => {
      const action = calendarDoor.actions.find((one) => one.name === name);
      const ask = async (sinceMs: number) =>
        action?.reconcile(
          input,
          null,
          callOver(async () => event, sinceMs),
        );
      expect(await ask(0)).toMatchObject({ kind: "unknown", askAgainMs: 30_000 });
      expect(await ask(30_000)).toEqual({ kind: "not_done" });
    });
  }
});
