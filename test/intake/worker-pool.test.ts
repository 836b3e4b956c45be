import { afterEach, describe, expect, it } from "vitest";
import type { RawRecord } from "../../src/core/record.ts";
import { WorkerPool } from "../../src/intake/worker-pool.ts";

const entry = new URL("../support/bad-parse-worker.ts", import.meta.url);

function record(externalId: string): RawRecord {
  return {
    format: "mail",
    externalId,
    bytes: new Uint8Array(1),
    hints: {},
    locator: { path: "inbox.mbox", offset: 7 },
  };
}

function job(...ids: string[]): { records: RawRecord[]; places: string[]; keepOriginals: false } {
  return { records: ids.map(record), places: [], keepOriginals: false };
}

describe("the parsing threads", () => {
  let pool: WorkerPool;
  afterEach(() => pool.close());

  it.each([
    ["hangs", "hang", /took too long/],
    ["dies", "die", /ended the parser/],
    ["throws", "throw", /broke the parser/],
    ["fails outside its parser", "fail", /broke the parser/],
    ["eats all memory", "eat", /parser/],
  ])("make a record that %s a problem and go on with the others", async (_, bad, reason) => {
    pool = new WorkerPool({ size: 1, batchTimeoutMs: 1500, heapMegabytes: 64, entry });
    const result = await pool.parse(job("a", bad, "b"));
    const read = result.problems.filter((problem) => problem.reason === "read").map((problem) => problem.locator.path);
    const lost = result.problems.filter((problem) => problem.reason !== "read");
    expect(read).toEqual(["a", "b"]);
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatch(reason);
    expect(lost[0]?.locator).toEqual({ path: "inbox.mbox", offset: 7 });
  });

  it("work on many batches at once and answer each with its own", async () => {
    pool = new WorkerPool({ size: 2, entry });
    const results = await Promise.all(Array.from({ length: 40 }, (_, index) => pool.parse(job(`r${index}`))));
    expect(results.map((result) => result.problems[0]?.locator.path)).toEqual(results.map((_, index) => `r${index}`));
  });

  it.each([
    ["none can be loaded", new URL("../support/no-such-worker.ts", import.meta.url)],
    ["none can be made", new URL("https://elsewhere.example/worker.ts")],
  ])("say so when %s, instead of blaming the records", async (_, missing) => {
    pool = new WorkerPool({ size: 2, entry: missing });
    const outcomes = await Promise.allSettled([pool.parse(job("a", "b")), pool.parse(job("c"))]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
    }
    await expect(pool.parse(job("d"))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("reject what waits when they are closed", async () => {
    pool = new WorkerPool({ size: 1, batchTimeoutMs: 10_000, entry });
    const waiting = [pool.parse(job("hang")), pool.parse(job("a"))];
    const outcomes = Promise.allSettled(waiting);
    await pool.close();
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    await expect(pool.parse(job("b"))).rejects.toMatchObject({ code: "interrupted" });
  });
});
