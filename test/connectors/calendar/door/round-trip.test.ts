import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type EventChanges,
  type EventFields,
  fromInsert,
  fromPatch,
  toInsert,
  toPatch,
} from "../../../../connectors/calendar/event-fields.ts";
import { readSpan } from "../../../../connectors/calendar/event-time.ts";
import { insertBody, patchBody, readEventWriting } from "../../../../connectors/calendar/write-event.ts";
import { isSameJson } from "../../../../src/core/canonical.ts";

const address = fc.constantFrom("paul@adler.example", "ana@weiss.example", "o'neil+x@lumen.example");
const guest = fc.record(
  {
    email: address,
    displayName: fc.string(),
    responseStatus: fc.constantFrom("needsAction", "accepted", "declined", "tentative"),
    optional: fc.boolean(),
    resource: fc.boolean(),
    comment: fc.string(),
    additionalGuests: fc.nat(9),
  },
  { requiredKeys: ["email"] },
);
const text = fc.string({ unit: "grapheme" }).filter((one) => one.isWellFormed());
const span = fc.oneof(
  fc
    .record({ at: fc.integer({ min: 0, max: 4e9 }), minutes: fc.integer({ min: 1, max: 9999 }) })
    .map(({ at, minutes }) =>
      readSpan({ start: new Date(at * 1000).toISOString(), durationMinutes: minutes }, "Europe/Berlin"),
    ),
  fc.integer({ min: 0, max: 20_000 }).map((day) => {
    return readSpan({ start: new Date(day * 86_400_000).toISOString().slice(0, 10) }, "Europe/Berlin");
  }),
);
const fields: fc.Arbitrary<EventFields> = fc
  .record({
    title: text,
    span,
    location: text,
    description: text,
    free: fc.boolean(),
    visibility: fc.constantFrom("default", "public", "private", "confidential"),
    guests: fc.array(guest, { maxLength: 4 }),
  })
  .map(({ span: { start, end }, ...rest }) => ({ ...rest, start, end }));
const some = fc.subarray(["title", "start", "end", "location", "description", "free", "visibility", "guests"]);
const key = fc.stringMatching(/^[a-f0-9]{32}$/);

/** A body as the client writes it, decoded as the boundary does. */
function decoded(method: "POST" | "PATCH", path: string, body: unknown, query: Record<string, string>) {
  return readEventWriting({
    method,
    path: `/calendar/v3/calendars/clara%40weiss.example/events${path}`,
    query: new URLSearchParams({ sendUpdates: "all", ...query }),
    contentType: "application/json",
    ...(method === "PATCH" ? { ifMatch: '"1"' } : {}),
    body: new TextEncoder().encode(JSON.stringify(body)),
  });
}

describe("what is read back of a request", () => {
  it("is every field of the new event that was approved, whatever is in it", () => {
    fc.assert(
      fc.property(fields, fc.boolean(), key, (event, meet, meetKey) => {
        const body = insertBody.parse(toInsert("0".repeat(52), event, meet ? { meetKey } : {}));
        const read = decoded("POST", "", body, meet ? { conferenceDataVersion: "1" } : {});
        if (read.kind !== "insert") throw new Error(read.kind);
        expect(read).toMatchObject({ calendar: "clara@weiss.example", notify: "all" });
        expect(isSameJson(fromInsert(read.body), { ...event, meet, recurrence: [] })).toBe(true);
      }),
    );
  });

  it("is every field that changes, and none that stays", () => {
    fc.assert(
      fc.property(fields, some, key, (event, names, mark) => {
        const entries = Object.entries(event).filter(([name]) => names.includes(name));
        const changes: EventChanges = Object.fromEntries(entries);
        const read = decoded("PATCH", "/e0001", patchBody.parse(toPatch(changes, mark)), {});
        if (read.kind !== "patch") throw new Error(read.kind);
        expect(read).toMatchObject({ eventId: "e0001", etag: '"1"' });
        expect(isSameJson(fromPatch(read.body), changes)).toBe(true);
      }),
    );
  });
});
