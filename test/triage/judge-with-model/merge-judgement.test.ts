import { describe, expect, it } from "vitest";
import { type Judgement, judgedClasses } from "../../../src/core/judgement.ts";
import { untrusted } from "../../../src/core/untrusted.ts";
import type { Verdict } from "../../../src/core/verdict.ts";
import { isUndecided } from "../../../src/triage/judge-with-model/is-undecided.ts";
import { isUnsure, mergeJudgement } from "../../../src/triage/judge-with-model/merge-judgement.ts";

const known = { name: "known_person", reason: "you know them", weight: 1, vetoes: true, itemId: 1 };
const asks = { ...known, name: "question", vetoes: false };
const byRules: Verdict = {
  threadId: 1,
  class: "reply",
  score: 0.4,
  signals: [asks],
  line: "Shall we?",
  lineItemId: 1,
  ignoredAs: null,
};
const said = (name: Judgement["class"], more: Partial<Judgement> = {}) => ({
  judgement: { class: name, urgency: 1 as const, line: null, alone: true, ...more },
  model: "small",
});

describe("a verdict with what a model said", () => {
  it("asks for more attention as the model likes", () => {
    const merged = mergeJudgement(
      { ...byRules, class: "ignore", ignoredAs: "quiet" },
      said("urgent", { alone: false }),
    );
    expect(merged).toMatchObject({ class: "urgent", ignoredAs: null });
    expect(merged.score).toBeGreaterThan(0.9);
  });

  it("asks for less only where nothing vetoes", () => {
    expect(mergeJudgement(byRules, said("ignore"))).toMatchObject({ class: "ignore", ignoredAs: "quiet" });
    expect(mergeJudgement({ ...byRules, signals: [asks, known] }, said("ignore")).class).toBe("reply");
  });

  it("asks for less only where no other thread stood beside it", () => {
    expect(mergeJudgement(byRules, said("ignore", { alone: false })).class).toBe("reply");
  });

  it("leaves what looks like a trap, and what the owner owes, to rules", () => {
    for (const name of ["care", "stale"] as const) {
      const verdict: Verdict = { ...byRules, class: name };
      for (const one of judgedClasses) expect(mergeJudgement(verdict, said(one))).toEqual(verdict);
    }
  });

  it("is never ignored when the model was unsure", () => {
    const merged = mergeJudgement({ ...byRules, class: "ignore", ignoredAs: "quiet" }, said("unsure"));
    expect(merged).toMatchObject({ class: "to_know", ignoredAs: null });
    expect(isUnsure(merged)).toBe(true);
    expect(merged.signals.at(-1)?.reason).toBe("judged by small, which was not sure");
  });

  it("says who judged, and takes the line of a closer look", () => {
    const merged = mergeJudgement(byRules, said("reply", { line: "Shall we meet?" }));
    expect(merged.signals.at(-1)).toMatchObject({ reason: "judged by small: reply" });
    expect(merged.line).toBe("Shall we meet?");
  });
});

describe("what rules left open", () => {
  const info = {
    id: 1,
    channel: "mail" as const,
    title: untrusted("x"),
    group: false,
    itemCount: 1,
    firstAt: null,
    lastAt: null,
    lastItemId: 1,
    inboundAt: null,
    outboundAt: null,
    state: "new" as const,
    stateAt: null,
    snoozedUntil: null,
  };
  const of = (more: Partial<Verdict>, corrected = false) =>
    isUndecided({ info, verdict: { ...byRules, ...more }, corrected });

  it("is a weak question, what is to know, and what is merely quiet", () => {
    expect(of({})).toBe(true);
    expect(of({ class: "to_know" })).toBe(true);
    expect(of({ class: "ignore", ignoredAs: "quiet" })).toBe(true);
  });

  it.each([
    "code",
    "bulk",
    "assistant_command",
    "hidden_command",
    "bank_change",
    "lookalike",
    "asks_credentials",
  ])("is nothing with the signal %s", (name) => {
    expect(of({ class: "to_know", signals: [{ ...asks, name }] })).toBe(false);
  });

  it("is not what the owner corrected, nor what looks like a trap, nor what is hostile", () => {
    expect(of({}, true)).toBe(false);
    expect(of({ class: "care" })).toBe(false);
    expect(of({ class: "ignore", ignoredAs: "hostile" })).toBe(false);
  });
});
