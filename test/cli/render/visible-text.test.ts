import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { showLine, showText } from "../../../src/cli/render/visible-text.ts";

describe("text as it would leave, on a screen", () => {
  it("names in its place what nobody would see, also where it is usual", () => {
    expect(showLine("\ufeffa\u200bb")).toBe("‹U+FEFF›a‹U+200B›b");
    expect(showLine("שלום\u200f ok")).toBe("שלום‹U+200F› ok");
    expect(showLine("no\u200dbody \u2800")).toBe("no‹U+200D›body ‹U+2800›");
    expect(showLine("a\rb\u0000")).toBe("a‹U+000D›b‹U+0000›");
    expect(showLine("one\ntwo")).toBe("one‹U+000A›two");
  });

  it("leaves letters of every script, accents and emoji as they are", () => {
    for (const text of ["Grüße, Inès", "会議室", "👩‍👧 ❤️", "नमस्ते", "e\u0301"]) expect(showLine(text)).toBe(text);
  });

  it("spells out words that hide in tag characters", () => {
    const tags = [..."pay"].map((one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xe0000)).join("");
    expect(showLine(`Hi${tags}!`)).toBe("Hi‹3 hidden characters: “pay”›!");
  });

  it("folds runs of blank lines and spaces with their number, at the ends too", () => {
    expect(showText("\n\n\n\na\n\nb\n\n\n")).toEqual(["‹4 blank lines›", "a", "", "b", "‹3 blank lines›"]);
    expect(showText(`a${" ".repeat(500)}b`)).toEqual(["a ‹500 spaces› b"]);
    expect(showText("a\r\nb\r\n")).toEqual(["a", "b", ""]);
  });

  it("holds no control and no direction character, whatever came", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = showText(text).join("\n");
        expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 500 },
    );
  });
});
