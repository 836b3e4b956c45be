import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { citedItems, makeCitations } from "../../src/core/citations.ts";

const whole = (text: string): string => {
  const citations = makeCitations();
  return citations.take(text) + citations.end();
};

describe("what an answer cites", () => {
  it("gets small numbers in the order of its first appearance, the same each time", () => {
    expect(whole("A [#941200665739363] b [#12], c [#941200665739363].")).toBe("A [1] b [2], c [1].");
    expect(citedItems("A [#9] b [#12], c [#9]")).toEqual([9, 12]);
    expect(whole("no [citation] [# 1] [#] [")).toBe("no [citation] [# 1] [#] [");
  });

  it("reads the same however the answer came in pieces", () => {
    const part = fc.constantFrom("[#12]", "[#7]", "[", "#", "]", "12", "text ", "[#", "[#941200665739363]");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(40), { maxLength: 6 }), (parts, cuts) => {
        const text = parts.join("");
        const places = [0, ...cuts.filter((at) => at < text.length).sort((a, b) => a - b), text.length];
        const citations = makeCitations();
        const pieces = places.slice(1).map((at, index) => citations.take(text.slice(places[index], at)));
        expect(pieces.join("") + citations.end()).toBe(whole(text));
      }),
    );
  });
});
