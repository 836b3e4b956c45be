import { expect, test } from "vitest";
import type { RunDeps } from "../../src/agent/runs/run-deps.ts";
import { runRequest } from "../../src/agent/runs/run-request.ts";
import { answerAsks } from "../../src/cli/daemon/answer-asks.ts";
import { addJob, getJob } from "../../src/store/jobs.ts";
import { leaveAsk } from "../../src/store/leave-ask.ts";
import type { Store } from "../../src/store/open-store.ts";
import { cancelRun, getRun } from "../../src/store/runs.ts";
import { dyingStore, job, openRuns, say } from "../agent/runs/run-harness.ts";

/** An inside that answers until the returned function is called. */
function begin(deps: RunDeps, given: { hasModel?: boolean } = {}) {
  const ends = new AbortController();
  const said: string[] = [];
  const { store, clock, lease, limits } = deps;
  const ofRun = async (): Promise<RunDeps | null> =>
    given.hasModel === false ? null : { ...deps, signal: ends.signal };
  const done = answerAsks({
    deps: { store, clock, lease, limits, ofRun, ended: async () => undefined },
    self: "steward",
    signal: ends.signal,
    say: (line) => void said.push(line),
    log: (line) => void said.push(line),
  });
  const stop = async (): Promise<string[]> => {
    ends.abort();
    await done;
    return said;
  };
  return { stop };
}

async function untilEnded(store: Store, runId: string): Promise<void> {
  await expect.poll(async () => (await getRun(store, runId))?.state, { timeout: 4000 }).not.toMatch(/queued|running/);
}

test("the inside answers what a surface left, two at once, and ends its job", async () => {
  let now = 0;
  let most = 0;
  const { deps, store } = await openRuns(async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 30));
    now -= 1;
    return say("Fine.");
  });
  for (const runId of ["run-1", "run-2", "run-3"]) await store.write((tx) => leaveAsk(tx, job({ runId })));
  const { stop } = begin(deps);
  for (const runId of ["run-1", "run-2", "run-3"]) await untilEnded(store, runId);
  await stop();
  expect(most).toBe(2);
  expect(await getRun(store, "run-3")).toMatchObject({ state: "done", outcome: "Fine." });
  expect(await getJob(store, "run-3")).toMatchObject({ state: "done" });
});

test("the inside goes on with what a process left behind", async () => {
  const { deps, store } = await openRuns(() => say("Fine."));
  await runRequest({ ...deps, store: dyingStore(store, 2) }, job()).catch(() => null);
  expect(await getRun(store, "run-1")).toMatchObject({ state: "running" });
  const { stop } = begin({ ...deps, lease: { owner: "next", isGone: () => true } });
  await untilEnded(store, "run-1");
  await stop();
  expect(await getRun(store, "run-1")).toMatchObject({ state: "done" });
});

test("without a model the request ends in words that say how to get one", async () => {
  const { deps, store } = await openRuns(() => say("never"));
  await store.write((tx) => leaveAsk(tx, job()));
  const { stop } = begin(deps, { hasModel: false });
  await untilEnded(store, "run-1");
  await stop();
  const run = await getRun(store, "run-1");
  expect(run).toMatchObject({ state: "failed" });
  expect(run?.error).toContain("steward model key");
});

test("a job that is none, and one that was cancelled before its turn, hold up nothing", async () => {
  const { deps, store, model } = await openRuns(() => say("Fine."));
  await store.write((tx) => addJob(tx, { id: "bad", kind: "ask", body: { runId: 5 } }));
  await store.write((tx) => leaveAsk(tx, job({ runId: "run-0" })));
  await store.write((tx) => cancelRun(tx, "run-0"));
  await store.write((tx) => leaveAsk(tx, job()));
  const { stop } = begin(deps);
  await untilEnded(store, "run-1");
  await stop();
  expect(await getJob(store, "bad")).toMatchObject({ state: "failed" });
  expect(await getRun(store, "run-0")).toMatchObject({ state: "cancelled" });
  expect(model.asked).toHaveLength(1);
});
