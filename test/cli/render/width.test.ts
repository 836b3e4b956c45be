import { describe, expect, it } from "vitest";
import { clip, displayWidth, padEnd, padStart, wrap } from "../../../src/cli/render/width.ts";

describe("display width", () => {
  it("counts cells, not code units", () => {
    expect(displayWidth("Inès")).toBe(4);
    expect(displayWidth("Ine\u0300s")).toBe(4);
    expect(displayWidth("会議")).toBe(4);
    expect(displayWidth("한국어")).toBe(6);
    expect(displayWidth("🥐 ok")).toBe(5);
    expect(displayWidth("👨‍👩‍👧 🇩🇪 ❤️")).toBe(8);
    expect(displayWidth("ＡＢ")).toBe(4);
    expect(displayWidth("\u001b[31mred\u001b[39m")).toBe(3);
  });

  it("never splits a character when it cuts, and never passes the width", () => {
    expect(clip("Besprechung", 6)).toBe("Bespr…");
    expect(clip("会議の資料", 6)).toBe("会議…");
    expect(clip("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 4)).toBe("👨‍👩‍👧…");
    expect(clip("x", 0)).toBe("");
    for (let width = 1; width < 12; width += 1) {
      expect(displayWidth(clip("a会議b🥐ß — étudié", width))).toBeLessThanOrEqual(width);
      expect(displayWidth(padEnd("会議x", width))).toBe(width);
      expect(displayWidth(padStart("会議x", width))).toBe(width);
    }
  });

  it("wraps at spaces and cuts words that are too long", () => {
    expect(wrap("one two three four", 9)).toEqual(["one two", "three", "four"]);
    expect(wrap("https://example.test/a/very/long/path", 12).every((line) => displayWidth(line) <= 12)).toBe(true);
    expect(wrap("会議の資料を送ってください", 8).every((line) => displayWidth(line) <= 8)).toBe(true);
    expect(wrap("a\n\nb", 20)).toEqual(["a", "", "b"]);
    expect(wrap("", 20)).toEqual([""]);
  });
});
