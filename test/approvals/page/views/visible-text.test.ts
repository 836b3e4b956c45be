// Holds R21, R22, R23.
import { describe, expect, test } from "vitest";
import { showLine, showText } from "../../../../approvals/page/views/visible-text.ts";

const unseen: [string, [number, number][]][] = [
  [
    "the bidi controls",
    [
      [0x202a, 0x202e],
      [0x2066, 0x2069],
      [0x200e, 0x200f],
      [0x61c, 0x61c],
    ],
  ],
  [
    "the joiners",
    [
      [0x200b, 0x200d],
      [0x2060, 0x2060],
      [0xfeff, 0xfeff],
      [0x180e, 0x180e],
    ],
  ],
  [
    "the fillers",
    [
      [0xad, 0xad],
      [0x34f, 0x34f],
      [0x115f, 0x1160],
      [0x17b4, 0x17b5],
      [0x3164, 0x3164],
      [0xffa0, 0xffa0],
      [0x2800, 0x2800],
      [0x2061, 0x2064],
    ],
  ],
  [
    "the tags and selectors",
    [
      [0xe0001, 0xe0001],
      [0xe0020, 0xe007f],
      [0xfe00, 0xfe0f],
      [0xe0100, 0xe01ef],
    ],
  ],
  [
    "the controls",
    [
      [0xfff9, 0xfffc],
      [0x2028, 0x2029],
      [0, 8],
      [0x0b, 0x1f],
      [0x7f, 0x9f],
    ],
  ],
  [
    "the other spaces",
    [
      [0xa0, 0xa0],
      [0x1680, 0x1680],
      [0x2000, 0x200a],
      [0x202f, 0x202f],
      [0x205f, 0x205f],
      [0x3000, 0x3000],
    ],
  ],
];

describe("text of others", () => {
  test("is escaped", () => {
    expect(String(showText(`<img src=x onerror="a('b')">&amp;`))).toBe(
      '<div class="ln" dir="auto">&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;</div>',
    );
  });

  test("has every line isolated, and folds more than two blank lines with their number", () => {
    const shown = String(showText("a\n\n\nb\n\n\n\n\nc"));
    expect(shown.match(/<div class="ln"><br><\/div>/g)).toHaveLength(2);
    expect(shown).toContain('<div class="fold" role="note">4 blank lines</div>');
    expect(shown.match(/dir="auto"/g)).toHaveLength(3);
  });

  test.each([
    ["\u202e", "U+202E"],
    ["\u200b", "U+200B"],
    ["\u001b", "U+001B"],
    ["\u{e0001}", "U+E0001"],
    ["\u2066", "U+2066"],
    ["\u3164", "U+3164"],
  ])("shows %j as a chip", (character, code) => {
    expect(String(showText(`a${character}b`))).toContain(`>${code}</span>`);
    expect(String(showLine(`a${character}b`))).not.toContain(character);
  });

  test("says what tag characters hide", () => {
    const hidden = [..."send <code>"].map((one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xe0000)).join("");
    expect(String(showText(`ok${hidden}.`))).toContain(
      'ok<span class="chip unseen">11 hidden tag characters: “send &lt;code&gt;”</span>.',
    );
  });

  test.each(unseen)("shows every one of %s", (_name, ranges) => {
    for (const [first, last] of ranges) {
      for (let point = first; point <= last; point += 1) {
        const shown = String(showText(`a${String.fromCodePoint(point)}b`));
        expect(shown, `U+${point.toString(16)}`).toMatch(/class="(?:chip unseen|space)"/);
      }
    }
  });

  test("leaves alone what a script or an emoji needs", () => {
    for (const text of ["می‌خواهم", "👩‍💻 ❤️", "क्‍ष"]) expect(String(showText(text))).not.toContain("chip");
  });

  test("keeps a line one line, and long runs of spaces short and said", () => {
    expect(String(showLine("a\nb"))).toContain('title="line break">↵</span>');
    expect(String(showText(`a${" ".repeat(300)}b`))).toContain(">300 spaces</span>");
  });

  test("is marked where a value stands, also across what must be escaped", () => {
    const mark = { from: 2, to: 7, note: "unsourced" as const, title: 'no "source"', number: 3 };
    expect(String(showText("on <b>12 May", [mark]))).toBe(
      '<div class="ln" dir="auto">on<u class="unsourced" title="no &quot;source&quot;" data-n="3"> &lt;b&gt;1</u>2 May</div>'.replace(
        "on<u",
        "on<u",
      ),
    );
  });
});
