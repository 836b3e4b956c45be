import { expect, test } from "vitest";
import { requestLimits } from "../../src/core/run.ts";
import { appendRunEvent, keepRunResult, readRunEvents, readRunResult } from "../../src/store/run-events.ts";
import { cancelRun, claimRun, getRun, keepRun, queueRun } from "../../src/store/runs.ts";
import { nowMs, storeMaker } from "./store-fixture.ts";

const open = storeMaker();
const run = {
  id: "r",
  kind: "request",
  parentId: null,
  job: {},
  text: "?",
  surface: "page",
  limits: requestLimits,
} as const;
const soon = new Date(nowMs + 1000).toISOString();

test("what happened in a run is never changed and never taken out", async () => {
  const store = await open();
  await store.write((tx) => queueRun(tx, run));
  await store.write((tx) => appendRunEvent(tx, "r", { kind: "asked", body: { turn: 1 } }));
  await expect(store.write((tx) => tx.sql.run("UPDATE run_events SET body = '{}'"))).rejects.toThrow("only grows");
  await expect(store.write((tx) => tx.sql.run("DELETE FROM run_events"))).rejects.toThrow("only grows");
  expect(await readRunEvents(store, "r")).toMatchObject([{ seq: 1, kind: "asked", body: { turn: 1 } }]);
});

test("a run is worked on by one process, until its lease is over or it is gone", async () => {
  const store = await open();
  await store.write((tx) => queueRun(tx, run));
  const claim = (owner: string, isGone = false): Promise<boolean> =>
    store.write((tx) => claimRun(tx, "r", { owner, untilAt: soon, isGone: () => isGone }));
  expect(await claim("one")).toBe(true);
  expect(await claim("two")).toBe(false);
  expect(await claim("two", true)).toBe(true);
  expect(await store.write((tx) => keepRun(tx, "r", "one", soon))).toBe(false);
  expect(await store.write((tx) => keepRun(tx, "r", "two", "2026-01-01T00:00:00.000Z"))).toBe(true);
  expect(await claim("three")).toBe(true);
});

test("a run that waits is cancelled at once, one that ended is not", async () => {
  const store = await open();
  await store.write((tx) => queueRun(tx, run));
  expect(await store.write((tx) => cancelRun(tx, "r"))).toBe(true);
  expect(await getRun(store, "r")).toMatchObject({ state: "cancelled" });
  expect(await store.write((tx) => cancelRun(tx, "r"))).toBe(false);
  expect(await store.write((tx) => claimRun(tx, "r", { owner: "one", untilAt: soon, isGone: () => true }))).toBe(false);
});

test("a long result is kept once and read whole", async () => {
  const store = await open();
  await store.write((tx) => queueRun(tx, run));
  for (const text of ["whole", "other"]) await store.write((tx) => keepRunResult(tx, "r", "1.0", text));
  expect(await readRunResult(store, "r", "1.0")).toBe("whole");
  expect(await readRunResult(store, "r", "2.0")).toBeNull();
});
