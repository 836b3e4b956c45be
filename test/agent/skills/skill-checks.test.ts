import { describe, expect, test } from "vitest";
import {
  type CheckedDraft,
  phrasesUsed,
  skillChecksSchema,
  skillWarnings,
} from "../../../src/agent/skills/skill-checks.ts";

const draft = (given: Partial<CheckedDraft> = {}): CheckedDraft => ({
  text: "Dear Anna, thank you. I will be there.\n\nClara",
  language: "en",
  threadLanguage: "en",
  recipients: ["anna@berg.example"],
  everybody: ["anna@berg.example"],
  ...given,
});

describe("the checks of a skill", () => {
  test("find words and phrases whatever their case, accents and spacing, but no parts of words", () => {
    const text = "Let’s circle\n  BACK. I recall the café.";
    expect(phrasesUsed(["circle back", "call", "cafe", "call*", "recal*", "the ca*"], text)).toEqual([
      "circle back",
      "cafe",
      "recal*",
      "the ca*",
    ]);
    expect(phrasesUsed(["(a+)+$", "..", "*"], "aaaa")).toEqual([]);
    expect(skillWarnings({ must_not_match: ["thank you"] }, draft())).toEqual(["It says “thank you”."]);
  });

  test("say who was left out of an answer, and nothing where it is no answer", () => {
    const everybody = ["Anna@berg.example", "ben@ito.example"];
    expect(skillWarnings({ keep_recipients: true }, draft({ everybody }))).toEqual(["It leaves out ben@ito.example."]);
    expect(skillWarnings({ keep_recipients: true }, draft({ everybody: null }))).toEqual([]);
    expect(skillWarnings({ keep_recipients: false }, draft({ everybody }))).toEqual([]);
  });

  test("hold the ending, the length and the language", () => {
    expect(skillWarnings({ sign_off: "clara." }, draft())).toEqual([]);
    expect(skillWarnings({ sign_off: "C. Weiss" }, draft())).toEqual(["It does not end with “C. Weiss”."]);
    expect(skillWarnings({ max_words: 9 }, draft())).toEqual([]);
    expect(skillWarnings({ max_words: 8 }, draft())).toEqual(["It has 9 words; 8 will do."]);
    expect(skillWarnings({ language: "de" }, draft())).toEqual(["It is written in “en”, not in “de”."]);
    expect(skillWarnings({ language: "thread" }, draft({ threadLanguage: "fr" }))).toHaveLength(1);
    expect(skillWarnings({ language: "thread" }, draft({ threadLanguage: null }))).toEqual([]);
    expect(skillWarnings({ language: "de" }, draft({ language: null }))).toEqual([]);
  });

  test("are none of these where a skill has none, and know no other key", () => {
    expect(skillWarnings({}, draft())).toEqual([]);
    expect(skillChecksSchema.safeParse({ approve: true }).success).toBe(false);
    expect(skillChecksSchema.safeParse({ must_not_match: ["x"] }).success).toBe(false);
  });
});
