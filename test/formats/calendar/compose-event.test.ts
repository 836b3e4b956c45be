import fc from "fast-check";
import ICAL from "ical.js";
import { describe, expect, test } from "vitest";
import { composeEvent, type WrittenEvent } from "../../../src/formats/calendar/compose-event.ts";

const event: WrittenEvent = {
  uid: "01980000-0000-7000-8000-000000000001@steward",
  stampAt: "2026-11-21T09:07:00.000Z",
  title: "Dr. Lindt; teeth, both \\ sides",
  startsAt: "2026-11-28T13:00:00.000Z",
  endsAt: "2026-11-28T13:45:00.000Z",
  isAllDay: false,
  location: "Ahornweg 4, Köln",
  description: "Bring:\n- the card\r\n- patience",
};

function read(text: string) {
  const component = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent");
  if (component === null) throw new Error("no event");
  return new ICAL.Event(component);
}

describe("an event that is written down", () => {
  test("is read by another parser as what it is", () => {
    const found = read(composeEvent(event));
    expect(found.summary).toBe(event.title);
    expect(found.location).toBe(event.location);
    expect(found.description).toBe("Bring:\n- the card\n- patience");
    expect(found.uid).toBe(event.uid);
    expect(found.startDate.toJSDate().toISOString()).toBe(event.startsAt);
    expect(found.endDate.toJSDate().toISOString()).toBe(event.endsAt);
  });

  test("of whole days has dates and no time", () => {
    const text = composeEvent({ ...event, isAllDay: true, startsAt: "2026-12-24", endsAt: "2026-12-27" });
    expect(text).toContain("\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\n");
    expect(read(text).duration.toSeconds()).toBe(3 * 86_400);
  });

  test("leaves out what is empty", () => {
    expect(composeEvent({ ...event, location: "", description: "" })).not.toMatch(/LOCATION|DESCRIPTION/);
  });

  test("is folded between letters of several octets", () => {
    const written = composeEvent({ ...event, title: `${"ü".repeat(90)}${"🦊".repeat(40)}` });
    for (const line of written.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(read(written).summary).toBe(`${"ü".repeat(90)}${"🦊".repeat(40)}`);
  });

  test("holds no line over 75 octets, no half character, and no line that the text brought along", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const title = text.replace(/[\u0000-\u001f\u007f]/g, "");
        const written = composeEvent({
          ...event,
          title: `x${title}`,
          description: `END:VEVENT\nATTENDEE:x\r\n${text}`,
        });
        for (const line of written.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(written).toBe(written.toWellFormed());
        expect(written).not.toMatch(/[^\r]\n/);
        const found = read(written);
        expect(found.summary).toBe(`x${title}`);
        expect(found.attendees).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
