import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold, foldedWords } from "../../src/core/fold.ts";
import { rawText } from "../../src/core/untrusted.ts";
import { findSnippet, firstLines } from "../../src/store/snippet.ts";
import { oddText } from "./store-fixture.ts";

const marked = (text: string, ...phrases: string[]): string | null => {
  const snippet = findSnippet(
    text,
    phrases.map((phrase) => ({ words: foldedWords(phrase), prefix: phrase.endsWith("*") })),
  );
  if (snippet === null) return null;
  let out = rawText(snippet.text);
  for (const [from, to] of snippet.matches.toReversed())
    out = `${out.slice(0, from)}[${out.slice(from, to)}]${out.slice(to)}`;
  return out;
};

describe("a snippet", () => {
  test.each([
    ["We meet on Monday.", ["monday"], "We meet on [Monday]."],
    ["Die Übungen in der Großen Straße", ["strasse"], "Die Übungen in der Großen [Straße]"],
    ["cafe\u0301 noir", ["cafe"], "[cafe\u0301] noir"],
    ["un café, un CAFÉ", ["cafe"], "un [café], un [CAFÉ]"],
    ["明日は東京駅で会う", ["東京駅"], "明日は[東京駅]で会う"],
    ["ΟΔΟΣ και οδός", ["οδος"], "[ΟΔΟΣ] και [οδός]"],
    ["𝐇𝐞𝐥𝐥𝐨 🙂 world", ["hello", "world"], "[𝐇𝐞𝐥𝐥𝐨] 🙂 [world]"],
    ["let\n\n  me   know", ["let me know"], "[let me know]"],
    ["Don’t do it", ["don't"], "[Don’t] do it"],
    ["calendar and calendars", ["calend*"], "[calendar] and [calendars]"],
  ])("marks matches in the original spelling: %s", (text, phrases, expected) => {
    expect(marked(text, ...phrases)).toBe(expected);
  });
  test("does not mark the inside of other words", () => {
    expect(marked("startling art, particle", "art")).toBe("startling [art], particle");
    expect(marked("particle", "art")).toBeNull();
  });
  test("shows the piece where most of the phrases are", () => {
    const text = `lease ${"x ".repeat(300)} the lease and the plan ${"y ".repeat(300)} plan`;
    const shown = marked(text, "plan", "lease") ?? "";
    expect(shown).toContain("the [lease] and the [plan]");
    expect(shown.startsWith("… ")).toBe(true);
    expect(shown.endsWith(" …")).toBe(true);
    expect(shown.length).toBeLessThan(300);
  });
  test("is the same wherever in a long text the words stand", () => {
    const filler = (length: number): string => "größer lorem ".repeat(Math.ceil(length / 13)).slice(0, length);
    const places = [
      0, 1, 1_500, 1_759, 1_760, 1_761, 1_990, 1_993, 1_996, 1_999, 2_000, 2_001, 11_750, 11_993, 11_998, 12_001,
      50_000,
    ];
    for (const at of places) {
      const text = `${filler(at)} Zürich station ${filler(20_000)}`;
      const shown = marked(text, "zurich", "station") ?? "";
      expect(shown, `at ${at}`).toContain("[Zürich] [station] größer lorem");
      expect(shown.length, `at ${at}`).toBeGreaterThan(180);
      // A word that only begins like the one looked for, cut by the end of the part looked at first.
      expect(marked(`${filler(at)} Zürichsee ${filler(20_000)}`, "zurich"), `at ${at}`).toBeNull();
    }
  });
  test("prefers the place with all words to an early one with some, however far away", () => {
    const text = `the lease ${"ab ".repeat(6_000)} the lease and the plan ${"ab ".repeat(6_000)}`;
    expect(marked(text, "plan", "lease")).toContain("the [lease] and the [plan]");
  });
  test("without a match is the beginning", () => {
    expect(rawText(firstLines("  one\n\ntwo  ").text)).toBe("one two");
    expect(rawText(firstLines("word ".repeat(500)).text).length).toBeLessThan(260);
  });
  test("has ranges that hold the folded phrase, whatever the text", () => {
    const piece = fc.oneof(oddText, fc.constantFrom(" ", "ß", "é", "e\u0301", "Σ", "駅", "İ"));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `${pieces.join("")} Nädel ${pieces.join("")}`;
        const snippet = findSnippet(text.toWellFormed(), [{ words: ["nadel"], prefix: false }]);
        expect(snippet).not.toBeNull();
        const [from, to] = snippet?.matches[0] ?? [0, 0];
        expect(foldedWords(rawText(snippet?.text ?? firstLines("").text).slice(from, to))).toEqual(["nadel"]);
      }),
    );
  });
});

test("folding piece by piece gives the same as folding the whole", () => {
  fc.assert(
    fc.property(oddText, (raw) => {
      const text = raw.toWellFormed();
      expect([...text].map((character) => fold(character)).join("")).toBe(fold(text));
    }),
  );
});
