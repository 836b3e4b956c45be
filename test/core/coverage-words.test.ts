import { describe, expect, it } from "vitest";
import { coverageWords } from "../../src/core/coverage-words.ts";
import type { CoverageLine } from "../../src/core/digest.ts";

const options = { zone: "Europe/Berlin", nowMs: Date.parse("2026-11-14T08:12:00Z") };

function line(service: string, more: Partial<CoverageLine> = {}): CoverageLine {
  return {
    source: service,
    service,
    health: "ok",
    detail: null,
    percent: null,
    channel: null,
    seenFrom: "2026-09-12T08:00:00.000Z",
    seenTo: "2026-11-14T08:11:50.000Z",
    current: true,
    notes: [],
    ...more,
  };
}

describe("what the digest says was seen", () => {
  it("names live services that are current, and nothing more", () => {
    expect(coverageWords([line("gmail"), line("calendar"), line("drive")], options)).toBe("Gmail Calendar Drive");
  });

  it("says how far a first read is and how far back it has come", () => {
    const words = coverageWords([line("calendar"), line("gmail", { health: "catching_up", percent: 34 })], options);
    expect(words).toBe("Calendar; Gmail catching up 34 %, to 12 Sep so far");
  });

  it("says since when a sign-in is missing, and the command", () => {
    const signedOut = line("calendar", {
      health: "needs_reauth",
      detail: "steward connect google",
      seenTo: "2026-11-12T08:12:00.000Z",
      current: false,
    });
    expect(coverageWords([line("gmail"), signedOut], options)).toBe(
      "Gmail; Calendar not since Thu 09:12: sign-in needed (steward connect google)",
    );
  });

  it("says why a service cannot be read once that matters, and keeps quiet about a short trouble", () => {
    const ill = { health: "degraded", detail: "Google does not answer. Check the network." } as const;
    const late = line("gmail", { ...ill, seenTo: "2026-11-14T07:00:00.000Z", current: false });
    expect(coverageWords([late], options)).toBe("Gmail not since Sat 08:00: Google does not answer");
    expect(coverageWords([line("gmail", ill)], options)).toBe("Gmail");
  });

  it("counts accounts of one service, and says of which none was ever read", () => {
    const never = line("gmail", { seenFrom: null, seenTo: null, current: false });
    expect(coverageWords([line("gmail"), never], options)).toBe("Gmail (1 of 2) not read yet");
  });

  it("lets nothing of a service's own words reach the terminal as an escape", () => {
    const hostile = line("gmail", { health: "degraded", detail: "\u001b[2Jgone\u202e", current: false });
    expect(coverageWords([hostile], options)).not.toMatch(/[\u001b\u202e]/);
  });
});
