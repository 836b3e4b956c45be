import { afterEach, beforeEach, expect, it } from "vitest";
import { keepTrace } from "../../../src/cli/operator/keep-trace.ts";
import { modelBooks } from "../../../src/store/model-calls.ts";
import { getRun, listRuns } from "../../../src/store/runs.ts";
import { DoorHarness } from "../../support/door-harness.ts";

let house: DoorHarness;
beforeEach(async () => {
  house = await new DoorHarness().start();
});
afterEach(() => house.stopHere());

const work = { runId: "run-1", kind: "judge" as const, text: "Judge what is new", outcome: "Looked.", error: null };

it("keeps work that asked a model as a run with what it cost, and nothing of work that asked none", async () => {
  await keepTrace(house, house, work);
  expect(await listRuns(house.store, { limit: 9 })).toEqual([]);
  const books = modelBooks(house.store);
  const hash = "ab".repeat(32);
  await books.reserve(
    {
      ...{ id: "call-1", runId: "run-1", role: "judge", purpose: "judge", model: "m", reservedMicros: 90 },
      ...{ requestSha256: hash, prefixSha256: hash, request: "{}" },
    },
    { dayMicros: 1e9, dayBeganAt: "2026-01-01", monthMicros: 1e9, monthBeganAt: "2026-01-01", runMicros: 1e9 },
  );
  await books.settle("call-1", {
    ...{ countedMicros: 50, costMicros: 50, stop: "end_turn", ms: 12, error: null, reply: "{}" },
    usage: { input: 100, cacheWrite: 0, cacheRead: 7, output: 9 },
  });
  await keepTrace(house, house, work);
  const run = await getRun(house.store, "run-1");
  expect(run).toMatchObject({ state: "done", kind: "judge", outcome: "Looked.", calls: 1, costUsd: 0.00005 });
  expect(run?.usage).toEqual({ input: 100, cacheWrite: 0, cacheRead: 7, output: 9 });
});
