// Holds R66, R67.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { compareIdentity, isHomograph } from "../../../approvals/gate/compare-identity.ts";
import { securityFile } from "./security-data.ts";

describe("two addresses", () => {
  it("are equal in any case, and by punycode", () => {
    expect(compareIdentity("ines@Moritz.example", "ines@moritz.example")).toBe("equal");
    expect(compareIdentity("a@xn--mnchen-3ya.example", "a@münchen.example")).toBe("equal");
  });

  it("are one mailbox with dots and tags at Google only", () => {
    expect(compareIdentity("ines.moritz@gmail.com", "inesmoritz+tax@googlemail.com")).toBe("same_mailbox");
    expect(compareIdentity("ines.moritz@posteo.example", "inesmoritz@posteo.example")).toBe("lookalike");
  });

  it("look alike by letters of another script, neighbours on the keyboard and other endings", () => {
    expect(compareIdentity("ines@nordbank.example", "ines@nоrdbank.example")).toBe("lookalike");
    expect(compareIdentity("ines@nordbank.example", "ines@nordbnak.example")).toBe("lookalike");
    expect(compareIdentity("ines@nordbank.com", "ines@nordbank.co")).toBe("lookalike");
    expect(compareIdentity("ines@nordbank.com", "ines@nordbank.com.login.example")).toBe("lookalike");
    expect(compareIdentity("ines@nordbank.com", "service@norclbank.com")).toBe("lookalike");
  });

  it("are strangers when short names or a house's other endings are all that is alike", () => {
    expect(compareIdentity("tom@aol.com", "tim@aol.com")).toBe("unrelated");
    expect(compareIdentity("anna@gmx.de", "boris@gmx.net")).toBe("unrelated");
    expect(compareIdentity("team1@lumen.example", "team2@lumen.example")).toBe("unrelated");
  });

  it("are refused with invisible or control characters", () => {
    for (const bad of ["a@x\u200b.example", "a@x\u00ad.example", "a\u202e@x.example", "a@x.example\r\nBcc: b"])
      expect(compareIdentity("a@x.example", bad)).toBe("invalid");
  });
});

describe("two numbers", () => {
  it("never are equal by their end", () => {
    expect(compareIdentity("+4930123456", "+4930123456")).toBe("equal");
    expect(compareIdentity("+4930123456", "+994930123456")).toBe("lookalike");
    expect(compareIdentity("+4930123456", "+4930123465")).toBe("lookalike");
    expect(compareIdentity("+4930123456", "+4989777777")).toBe("unrelated");
  });
});

describe("a host", () => {
  it("is a homograph when it mixes scripts or imitates Latin in another, not when it is of another script", () => {
    expect(isHomograph("x@nоrdbank.example")).toBe(true);
    expect(isHomograph("x@xn--80ak6aa92e.example")).toBe(true);
    expect(isHomograph("x@почта.example")).toBe(false);
    expect(isHomograph("x@bücher.example")).toBe(false);
  });
});

const pairsSchema = z.object({
  pairs: z.array(z.object({ known: z.string(), candidate: z.string(), why: z.string() })),
});
const homographs = securityFile("homographs.json");

describe("the shared pairs", () => {
  it.skipIf(homographs === null)("are each decided as their reason says (skipped without the shared data)", () => {
    const { pairs } = pairsSchema.parse(homographs);
    const wrong = pairs.filter(({ known, candidate, why }) => {
      const expected = /refuse/.test(why)
        ? "invalid"
        : /same mailbox/.test(why)
          ? "same_mailbox"
          : /equal$/.test(why)
            ? "equal"
            : "lookalike";
      return compareIdentity(known, candidate) !== expected;
    });
    console.log(`homographs.json: ${pairs.length - wrong.length} of ${pairs.length} pairs`);
    expect(wrong.map(({ known, candidate }) => `${known} / ${candidate}`)).toEqual([]);
  });
});

describe("random pairs of addresses", () => {
  it("look alike in at most one of a hundred", () => {
    const syllables = [
      "ma",
      "ri",
      "an",
      "to",
      "ne",
      "la",
      "ber",
      "ke",
      "sin",
      "dor",
      "vel",
      "ju",
      "ho",
      "pra",
      "tz",
      "ing",
    ];
    const hosts = [
      "gmail.com",
      "web.de",
      "gmx.net",
      "lumen.example",
      "northbank.example",
      "uni-sued.example",
      "outlook.com",
    ];
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const word = (): string =>
      Array.from({ length: 2 + next(2) }, () => syllables[next(syllables.length)] ?? "").join("");
    const address = (): string =>
      `${word()}.${word()}@${next(3) === 0 ? `${word()}.example` : hosts[next(hosts.length)]}`;
    const pairs = Array.from({ length: 10_000 }, () => [address(), address()] as const);
    const alike = pairs.filter(([a, b]) => compareIdentity(a, b) === "lookalike");
    console.log(`lookalike among random pairs: ${alike.length} of ${pairs.length}`);
    expect(alike.length).toBeLessThanOrEqual(100);
  });
});
