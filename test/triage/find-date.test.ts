import { describe, expect, it } from "vitest";
import { findDate } from "../../src/triage/find-date.ts";
import { readText } from "../../src/triage/read-text.ts";
import { createZoneClock } from "../../src/triage/zone-clock.ts";
import { vocabulary } from "./views.ts";

const berlin = { vocabulary, clock: createZoneClock("Europe/Berlin"), monthFirst: false };

function dateIn(text: string, sentAt: string, frame = berlin): string | null {
  const [sentence] = readText(text, vocabulary).sentences;
  if (sentence === undefined) return null;
  const ms = findDate(sentence, Date.parse(sentAt), frame);
  return ms === null ? null : new Date(ms).toISOString();
}

describe("a date in a sentence", () => {
  const thursday = "2026-11-19T11:00:00.000Z";
  it.each([
    ["please answer by Friday", "2026-11-20T22:59:00.000Z"],
    ["please answer by Thursday", "2026-11-26T22:59:00.000Z"],
    ["bis morgen", "2026-11-20T22:59:00.000Z"],
    ["bis 30.11. bitte", "2026-11-30T22:59:00.000Z"],
    ["spätestens am 3. Dezember", "2026-12-03T22:59:00.000Z"],
    ["avant le 5 décembre", "2026-12-05T22:59:00.000Z"],
    ["antes del 2 de enero", "2027-01-02T22:59:00.000Z"],
    ["entro venerdì", "2026-11-20T22:59:00.000Z"],
    ["até sexta-feira", "2026-11-20T22:59:00.000Z"],
    ["due on 2026-12-24", "2026-12-24T22:59:00.000Z"],
    ["by Dec 1st", "2026-12-01T22:59:00.000Z"],
    ["by today 5pm", "2026-11-19T16:00:00.000Z"],
    ["bis Freitag um 14:30", "2026-11-20T13:30:00.000Z"],
    ["within 24 hours", "2026-11-20T11:00:00.000Z"],
    ["in 3 days", "2026-11-22T22:59:00.000Z"],
  ])("“%s” on a Thursday in Berlin", (text, due) => {
    expect(dateIn(text, thursday)).toBe(due);
  });

  it("falls into the next year around New Year's Eve", () => {
    expect(dateIn("by tomorrow", "2026-12-31T10:00:00.000Z")).toBe("2027-01-01T22:59:00.000Z");
    expect(dateIn("bis 2.1. bitte", "2026-12-31T10:00:00.000Z")).toBe("2027-01-02T22:59:00.000Z");
  });

  it("counts in the owner's zone, also late in the evening and across a clock change", () => {
    expect(dateIn("by tomorrow", "2026-11-19T23:30:00.000Z")).toBe("2026-11-21T22:59:00.000Z");
    expect(dateIn("by Sunday", "2026-10-23T10:00:00.000Z")).toBe("2026-10-25T22:59:00.000Z");
    expect(dateIn("by Friday", "2026-10-23T10:00:00.000Z")).toBe("2026-10-30T22:59:00.000Z");
    expect(dateIn("by Saturday", "2026-10-23T10:00:00.000Z")).toBe("2026-10-24T21:59:00.000Z");
  });

  it("reads 3/4 by the owner's region", () => {
    expect(dateIn("by 3/4/2027", thursday)).toBe("2027-04-03T21:59:00.000Z");
    expect(dateIn("by 3/4/2027", thursday, { ...berlin, monthFirst: true })).toBe("2027-03-04T22:59:00.000Z");
  });

  it("is nothing for an impossible day, a price or a plain word", () => {
    expect(dateIn("by 31.02.2026", thursday)).toBeNull();
    expect(dateIn("it may cost 1.250,00 euros", thursday)).toBeNull();
  });
});
