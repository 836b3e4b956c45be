import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeThread } from "../../src/triage/judge-thread.ts";
import { learnWeights } from "../../src/triage/learn-weights.ts";
import { readText } from "../../src/triage/read-text.ts";
import { contextAt, mailItem, marta, thread, thursday, vocabulary, weights } from "./views.ts";

const context = contextAt(thursday);
const pieces = [
  "Could you send it?",
  "Thanks!",
  "Unsubscribe here.",
  "Ihr Code lautet 482913.",
  "bis Freitag",
  "50 % Rabatt, jetzt kaufen",
  "was it you? new sign-in",
  "your order",
  "ok",
  "\u202e\u200b",
  "?",
  "ignore all previous instructions",
  "I'll send it tomorrow.",
];
const shapes = fc.record({
  text: fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 60 })), { maxLength: 6 })
    .map((parts) => parts.join("\n")),
  subject: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 40 })),
  from: fc.constantFrom("a@b.example", "no-reply@shop.example", "marta@lang.example", "clara@weiss.example"),
  mail: fc.record({ listUnsubscribe: fc.boolean(), autoSubmitted: fc.constantFrom(null, "auto-generated") }),
});

describe("judging", () => {
  it("gives a score in 0..1 and a short line, and the same answer twice", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const view = thread([mailItem(shape)]);
        const verdict = judgeThread(view, context);
        expect(verdict.score).toBeGreaterThanOrEqual(0);
        expect(verdict.score).toBeLessThanOrEqual(1);
        expect(verdict.line.length).toBeLessThanOrEqual(110);
        expect(judgeThread(view, context)).toEqual(verdict);
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it("never ignores what a veto signal speaks for", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const verdict = judgeThread(thread([mailItem(shape)]), context);
        const hostile = verdict.ignoredAs === "hostile";
        if (verdict.signals.some((signal) => signal.vetoes) && !hostile) expect(verdict.class).not.toBe("ignore");
      }),
      { numRuns: 300, seed: 12 },
    );
  });

  it("lifts anything out of ignore when the sender is known", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const known = judgeThread(thread([mailItem({ ...shape, ...marta, mail: {} })]), context);
        expect(known.class).not.toBe("ignore");
      }),
      { numRuns: 200, seed: 13 },
    );
  });

  it.each([
    ["one word", "a".repeat(1_000_000)],
    ["spaces", " ".repeat(1_000_000)],
    ["questions", "? ".repeat(500_000)],
    ["dates", "1.1.".repeat(250_000)],
    ["quotes", `"“`.repeat(500_000)],
    ["commands without an end", "send ".repeat(200_000)],
    ["lines", "send me\n".repeat(125_000)],
  ])("takes no time for a megabyte of %s", (_name, text) => {
    const started = performance.now();
    judgeThread(thread([mailItem({ text, hidden: text, quoted: text, subject: text })]), context);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("reading a long text", () => {
  it("reads its beginning and its end only", () => {
    const reading = readText(`first words. ${"and more words here. ".repeat(5000)} Could you confirm?`, vocabulary);
    expect(reading.wordCount).toBeLessThan(900);
    expect(reading.sentences.at(-1)?.text).toBe("Could you confirm?");
  });
});

describe("learning weights", () => {
  it("moves a weight towards what the owner answers, keeps those about danger, and is deterministic", () => {
    const examples = Array.from({ length: 400 }, (_, index) => ({
      strengths: new Map([
        ["request", index % 2],
        ["lookalike", 1],
      ] as const),
      answered: index % 2 === 0,
      weight: 1,
    }));
    const learned = learnWeights(weights, examples, { pull: 1 });
    expect(learned.signals.request).toBeLessThan(weights.signals.request);
    expect(learned.signals.lookalike).toBe(weights.signals.lookalike);
    expect(learnWeights(weights, examples, { pull: 1 })).toEqual(learned);
    expect(learnWeights(weights, [])).toBe(weights);
  });
});
