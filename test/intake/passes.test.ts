import { describe, expect, it } from "vitest";
import { planPasses } from "../../src/intake/passes.ts";

const now = Date.parse("2026-11-21T10:00:00Z");
const since = "2026-10-22T10:00:00.000Z";

describe("the plan of a read", () => {
  it("reads a fresh source in one go when nothing is to come first", () => {
    expect(planPasses({}, null, now)).toEqual({
      since: null,
      passes: [{ name: "all", cursor: "rest", recentSince: null, olderThan: null }],
    });
  });

  it("reads the newest days first, then the rest, then what came meanwhile", () => {
    const plan = planPasses({}, 30, now);
    expect(plan.since).toBe(since);
    expect(plan.passes.map((pass) => [pass.name, pass.recentSince, pass.olderThan])).toEqual([
      ["recent", since, null],
      ["rest", null, since],
      ["recent", since, null],
    ]);
  });

  it("keeps the day it began with when it is resumed later", () => {
    expect(planPasses({ since, recent: { offset: 10 } }, 30, now + 86_400_000).since).toBe(since);
    expect(planPasses({ since, recent: { offset: 10 } }, null, now).passes).toHaveLength(3);
  });

  it("goes on without a window once the source was read to its end", () => {
    const plan = planPasses({ since, recent: {}, rest: {}, whole: true }, 30, now);
    expect(plan.passes).toEqual([{ name: "all", cursor: "rest", recentSince: null, olderThan: null }]);
  });
});
