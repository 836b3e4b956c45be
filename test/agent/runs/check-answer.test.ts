import { describe, expect, test } from "vitest";
import { checkAnswer } from "../../../src/agent/runs/check-answer.ts";

const read = new Set([7, 8]);

describe("an answer's links to items", () => {
  test("stay where the item was read, and go where it was not", () => {
    expect(checkAnswer("He said so [#7], she [#7, #12], they [#12].", read)).toEqual({
      text: "He said so [#7], she [#7], they.",
      unread: [12],
    });
  });

  test.each([
    "[#[#99]12]",
    "[#1 [#99]2]",
    "[#[#[#99]9]12]",
    "[#7, [#99]#12]",
    "[#[#99][#98]12]",
    "[[#99]#12]",
  ])("are not made anew by what was taken out of them: %s", (text) => {
    const { text: shown } = checkAnswer(text, read);
    const left = [...shown.matchAll(/\[((?:#\d{1,16}(?:, ?)?)+)\]/g)].flatMap(([, inner = ""]) => inner.match(/\d+/g));
    expect(left.filter((id) => !read.has(Number(id)))).toEqual([]);
  });

  test("are looked through at once, however they are nested", () => {
    const nested = `${"[#".repeat(20_000)}99${"]9".repeat(20_000)}`;
    const beganMs = performance.now();
    checkAnswer(nested, read);
    expect(performance.now() - beganMs).toBeLessThan(1500);
  });
});
