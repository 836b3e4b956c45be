import { describe, expect, test } from "vitest";
import { replayLine, teachLine, withLine } from "../../../src/agent/skills/teach-line.ts";

const phrases = (words: string): string[] => teachLine(words).phrases;
const drafts = [
  { name: "card 1", text: "Shall we have a quick call on Monday?" },
  { name: "card 2", text: "I recall that you were calling it off." },
  { name: "card 3", text: "Happy to jump on CALLS any time." },
  { name: "card 4", text: "See you on Friday." },
];

describe("a line the owner teaches", () => {
  test("stands in the file in their own words", () => {
    expect(teachLine("  never suggest calls \n").line).toBe("- never suggest calls");
    expect(teachLine("- Sign with Clara.").line).toBe("- Sign with Clara.");
  });

  test("that bans something named is looked for by its words, without guessing more", () => {
    expect(phrases("never suggest calls")).toEqual(["call*"]);
    expect(phrases("Don't use exclamation marks or emojis!")).toEqual(["exclamation mark*", "emoji*"]);
    expect(phrases('Never write "circle back" or "touch base".')).toEqual(["circle back", "touch base"]);
    expect(phrases("Nie Telefonate")).toEqual(["telefonate*"]);
  });

  test("is said to be beyond code where code cannot tell", () => {
    for (const words of [
      "Be warmer to my mother",
      "Never sound as if I were in a hurry with old friends",
      "Sign with C.",
    ])
      expect(replayLine(teachLine(words), drafts)).toEqual({ checked: false, of: 4, changed: [] });
  });

  test("is tried on past drafts: whole words and their endings, never parts of others", () => {
    const replay = replayLine(teachLine("never suggest calls"), drafts);
    expect(replay).toMatchObject({ checked: true, of: 4 });
    expect(replay.changed.map(({ name }) => name)).toEqual(["card 1", "card 2", "card 3"]);
    expect(replayLine(teachLine('never say "recalled"'), drafts).changed).toEqual([]);
  });

  test("is added once, under the list that is there", () => {
    expect(withLine("# My rules\n\n- One.\n", "- Two")).toBe("# My rules\n\n- One.\n- Two\n");
    expect(withLine("# My rules\n", "- Two")).toBe("# My rules\n\n- Two\n");
    expect(withLine("", "- Two")).toBe("- Two\n");
    expect(withLine("* never suggest calls.\n", "- Never suggest calls")).toBeNull();
  });
});
