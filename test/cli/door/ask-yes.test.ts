import { describe, expect, it } from "vitest";
import type { BundleView } from "../../../approvals/door.ts";
import type { CommandContext } from "../../../src/cli/command-context.ts";
import { askYes } from "../../../src/cli/door/ask-yes.ts";

const hashes = ["a".repeat(64), "b".repeat(64)] as const;

/** A request of two steps, as far as the question goes. */
function twoSteps(friction: BundleView["friction"]): BundleView {
  const cards = hashes.map((sha256, at) => ({
    card: { number: at + 1, state: "proposed" },
    sha256,
    verdict: { friction, typeToApprove: ["one.example", "two.example"][at] },
  }));
  const open = hashes.map((sha256, at) => ({ cardId: String(at), revision: 1, sha256 }));
  return Object.assign(Object.create(null), { bundleId: "b", cards, friction, open });
}

function answering(answer: string, asked: string[] = []): CommandContext {
  const ask = {
    text: async (question: string) => {
      asked.push(question);
      return answer;
    },
    yes: async (question: string) => {
      asked.push(question);
      return answer === "y";
    },
  };
  const interactive = answer !== "nobody";
  return Object.assign(Object.create(null), { self: "steward", terminal: { interactive }, loadAsk: async () => ask });
}

const flags = (more: Partial<Parameters<typeof askYes>[2]> = {}) => ({ yes: false, sha: [], passkey: false, ...more });
const beginnings = hashes.map((hash) => hash.slice(0, 8));

describe("one yes to two steps", () => {
  it("is asked for all of them, and given by a key only to green", async () => {
    const asked: string[] = [];
    expect(await askYes(answering("y", asked), twoSteps("green"), flags())).toBe("terminal");
    expect(await askYes(answering("y", asked), twoSteps("amber"), flags())).toBeNull();
    expect(await askYes(answering("Yes ", asked), twoSteps("amber"), flags())).toBe("terminal");
    expect(asked[0]).toBe("Do all 2?");
  });

  it("takes every domain of red ones", async () => {
    for (const typed of ["", "yes", "one.example", "two.example", "one.example.two.example"]) {
      expect(await askYes(answering(typed), twoSteps("red"), flags()), typed).toBeNull();
    }
    expect(await askYes(answering("two.example, ONE.example"), twoSteps("red"), flags())).toBe("typed");
  });

  it("takes the hash of each where nobody sits, in order, eight letters at least", async () => {
    const nobody = answering("nobody");
    const yes = (sha: readonly string[]) => askYes(nobody, twoSteps("green"), flags({ yes: true, sha }));
    expect(await yes(beginnings)).toBe("terminal");
    for (const sha of [
      beginnings.slice(0, 1),
      beginnings.toReversed(),
      [...beginnings, "cccccccc"],
      ["aaaaaaa", "bbbbbbb"],
    ]) {
      await expect(yes(sha), sha.join()).rejects.toMatchObject({ code: "moved" });
    }
    await expect(yes([])).rejects.toMatchObject({ code: "usage" });
    await expect(askYes(nobody, twoSteps("green"), flags({ sha: beginnings }))).rejects.toMatchObject({
      code: "usage",
    });
  });

  it("is never taken beforehand for amber or red, nor at all for what never happens", async () => {
    for (const friction of ["amber", "red"] as const) {
      const said = flags({ yes: true, sha: beginnings });
      await expect(askYes(answering("nobody"), twoSteps(friction), said)).rejects.toMatchObject({ code: "usage" });
    }
    await expect(askYes(answering("y"), twoSteps("never"), flags())).rejects.toMatchObject({ code: "no_permission" });
  });

  it("of red cards is the page's once a passkey is enrolled", async () => {
    const asked: string[] = [];
    const given = askYes(answering("one.example two.example", asked), twoSteps("red"), flags({ passkey: true }));
    await expect(given).rejects.toMatchObject({ code: "no_permission" });
    expect(asked).toEqual([]);
  });
});
