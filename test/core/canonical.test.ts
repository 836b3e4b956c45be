// Holds R2, R3.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalHash, canonicalJson } from "../../src/core/canonical.ts";

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => (Object.is(value, -0) ? 0 : value));

describe("the canonical form", () => {
  it("is JSON that says the same again, whatever the order of the keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
        expect(canonicalJson(JSON.parse(canonicalJson(plain)))).toBe(canonicalJson(plain));
      }),
    );
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe('{"a":[{"c":2,"d":1}],"b":1}');
    expect(canonicalHash({ a: 1, b: undefined })).toBe(canonicalHash({ a: 1 }));
  });

  it("differs for any change: a space, a form of a letter, an order of recipients, a line end", () => {
    const card = { to: ["a@x.example", "b@x.example"], subject: "Café", text: "One\ntwo " };
    const others = [
      { ...card, to: ["b@x.example", "a@x.example"] },
      { ...card, subject: "Cafe\u0301" },
      { ...card, text: "One\r\ntwo " },
      { ...card, text: "One\ntwo" },
      { ...card, bcc: [] },
      { ...card, text: "One\ntwo\u200b " },
    ];
    expect(new Set([card, ...others].map(canonicalHash)).size).toBe(others.length + 1);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        fc.pre(a !== b);
        expect(canonicalHash({ text: a })).not.toBe(canonicalHash({ text: b }));
      }),
    );
  });

  it("refuses what JSON cannot say", () => {
    for (const value of [Number.NaN, Infinity, "\ud800", () => 1, new Date(0), Symbol("x"), 1n]) {
      expect(() => canonicalJson({ value })).toThrow(/would be approved/);
    }
    let deep: unknown = 1;
    for (let depth = 0; depth < 100; depth += 1) deep = [deep];
    expect(() => canonicalJson(deep)).toThrow(/deeply/);
  });
});
