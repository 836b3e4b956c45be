import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkLine } from "../../src/triage/check-line.ts";

const text = `Marta Keller
Invoice 4711 for the Atelier
Hi Alex, the invoice over 1.250,50 € is due on 12 March at 17:30. Could you confirm by Friday? Call Jörg at +49 151 23456789.
Details: https://atelier.example/pay/4711`;

describe("the check of a line against its item", () => {
  it.each([
    "Marta Keller asks you to confirm by Friday",
    "Asks you to confirm 1.250,50 € by Friday",
    "Wants 1250.50 € by 12.3. at 5:30 pm",
    "Invoice 4711 is due at 17:30",
    "confirm the invoice, call jorg",
    "Call Jorg",
  ])("takes %j", (line) => {
    expect(checkLine(line, text)).toBe(true);
  });

  it.each([
    ["another name", "Peter asks you to confirm"],
    ["a name in the middle", "Marta asks about Helsinki"],
    ["another day", "confirm by Monday"],
    ["another date", "due on 13 March"],
    ["another amount", "the invoice over 1.350,50 €"],
    ["part of an amount", "the invoice over 250,50 €"],
    ["another currency", "the invoice over 1.250,50 $"],
    ["another number", "invoice 4712"],
    ["another time", "due at 18:30"],
    ["another link", "pay at https://evil.example/pay/4711"],
    ["an address", "write to pay@evil.example"],
    ["two lines", "confirm\nby Friday"],
    ["nothing", "  "],
    ["more than a line", "confirm ".repeat(20)],
    ["a name in Chinese", "请联系王伟"],
    ["a name in Arabic", "اتصل بمحمد"],
  ])("does not take %s", (_what, line) => {
    expect(checkLine(line, text)).toBe(false);
  });

  it("takes words of a script without capitals as they stand", () => {
    expect(checkLine("王伟问明天几点", "你好,王伟问明天几点见面?")).toBe(true);
    expect(checkLine("王明问明天几点", "你好,王伟问明天几点见面?")).toBe(false);
  });

  const word = fc.stringMatching(/^[A-Z][a-z]{3,8}$/);
  it("takes whatever is a sentence of the item", () => {
    const sentence = fc.array(fc.oneof(word, fc.stringMatching(/^[a-z]{2,8}$/), fc.nat(9999).map(String)), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 4 }), fc.nat(), (sentences, which) => {
        const lines = sentences.map((words) => `${words.join(" ")}.`);
        const line = lines[which % lines.length] ?? "";
        expect(checkLine(line, lines.join("\n"))).toBe(line.length <= 120);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it("takes no line with a name or number more than the item has", () => {
    const extra = fc.oneof(word, fc.integer({ min: 10_000, max: 99_999 }).map(String));
    fc.assert(
      fc.property(extra, fc.nat(5), (more, place) => {
        fc.pre(!text.toLowerCase().includes(more.toLowerCase()));
        const words = "the invoice is due by friday".split(" ");
        words.splice(place + 1, 0, more);
        expect(checkLine(words.join(" "), text)).toBe(false);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
