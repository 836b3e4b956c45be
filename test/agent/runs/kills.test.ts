import { describe, expect, test } from "vitest";
import { listLeftRequests, type RunOutcome, runRequest } from "../../../src/agent/runs/run-request.ts";
import { viewOf } from "../../../src/agent/runs/run-view.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { listCards } from "../../../src/store/cards.ts";
import { readRunEvents } from "../../../src/store/run-events.ts";
import { getRun, listRuns, listRunsBeneath } from "../../../src/store/runs.ts";
import { dyingStore, job, openRuns, type Script, say, use } from "./run-harness.ts";

/** Reads, has a job read, proposes twice in one answer, and says so. */
const story: Script = (request, turn) => {
  if (request.purpose === "sub-job") return turn === 0 ? use(["read", { id: 40 }]) : say("Forty [#40].");
  if (turn === 0) return use(["read", { id: 7 }], ["sub_job", { task: "Read forty.", items: [40] }]);
  if (turn === 1) {
    return use(["send", { to: "a@one.example", text: "One" }], ["send", { to: "b@two.example", text: "Two" }]);
  }
  return say("Two cards [#7], from [#40].");
};

describe("a request", () => {
  test("killed before any of its writes goes on to the same end, and no card is there twice", async () => {
    const whole = await openRuns(story);
    const expected = comparable(await whole.run());
    expect(expected.cards).toHaveLength(2);
    const messages = viewOf(await readRunEvents(whole.store, "run-1")).messages;
    let kills = 0;
    for (let writes = 1; writes < 60; writes += 1) {
      const { deps, store, harness } = await openRuns(story);
      const killed = await runRequest({ ...deps, store: dyingStore(store, writes) }, job()).catch(() => null);
      if (killed !== null) break;
      kills += 1;
      // A job that was not even taken is still a job.
      const outcome = await runRequest({ ...deps, lease: { owner: "next", isGone: () => true } }, job());
      expect(comparable(outcome), `killed after ${writes} writes`).toEqual(expected);
      expect(await listCards(store, ["proposed"])).toHaveLength(2);
      expect(viewOf(await readRunEvents(store, "run-1")).messages).toEqual(messages);
      await harness.store.close();
    }
    expect(kills).toBeGreaterThan(20);
  }, 60_000);

  test("left behind is taken up by whoever starts next, unless its process lives", async () => {
    const { deps, store } = await openRuns(story);
    await runRequest({ ...deps, store: dyingStore(store, 6) }, job()).catch(() => null);
    expect(await getRun(store, "run-1")).toMatchObject({ state: "running" });
    expect(await listLeftRequests({ ...deps, lease: { owner: "next", isGone: () => false } })).toEqual([]);
    expect(await listLeftRequests({ ...deps, lease: { owner: "next", isGone: () => true } })).toEqual([job()]);
    await runRequest({ ...deps, lease: { owner: "next", isGone: () => true } }, job());
    expect(await getRun(store, "run-1")).toMatchObject({ state: "waiting" });
  });

  test("that ends its process each time is given up in words", async () => {
    const { deps, store } = await openRuns(story);
    let outcome: RunOutcome | null = null;
    for (let tries = 0; tries < 20 && outcome === null; tries += 1) {
      outcome = await runRequest({ ...deps, store: dyingStore(store, 3) }, job()).catch(() => null);
    }
    outcome ??= await runRequest(deps, job());
    expect(outcome.state).toBe("failed");
    expect(outcome.error).toContain("too often");
  });
});

describe("a job beneath a request", () => {
  test("reads in a context of its own: its summary and its taint come back, and nothing else", async () => {
    const { run, model, store, deps } = await openRuns(story);
    await run();
    const mine = model.asked.filter(({ purpose }) => purpose === "request");
    const beneath = model.asked.filter(({ purpose }) => purpose === "sub-job");
    expect(JSON.stringify(mine)).not.toContain("Item 40");
    expect(JSON.stringify(mine.at(-1))).toContain("Forty [#40].");
    expect(JSON.stringify(beneath)).not.toContain("The owner says");
    expect(beneath[0]?.tools.map(({ name }) => name)).toEqual(["read"]);
    expect(beneath[0]?.system.split("\n")[0]).toBe("# steward: sub-job");
    const [card] = await listCards(store, ["proposed"]);
    expect(card?.origin.itemsRead).toEqual([7, 40]);
    expect(card?.origin.openedThreads).toEqual([70]);
    const [job] = await listRunsBeneath(store, "run-1");
    expect(job).toMatchObject({ kind: "sub", state: "done", calls: 2 });
    expect(await getRun(store, "run-1")).toMatchObject({ calls: 5, costUsd: 0.05 });
    expect(await listRuns(deps.store, { limit: 10 })).toHaveLength(1);
  });

  test("that fails says so to the request, which goes on", async () => {
    const { run } = await openRuns((request, turn) => {
      if (request.purpose === "sub-job") throw new StewardError("unavailable", "The server is away.");
      return turn === 0 ? use(["sub_job", { task: "Read.", items: [] }]) : say("Not read.");
    });
    expect(await run()).toMatchObject({ state: "done", text: "Not read." });
  });
});

/** Ids of rows differ from one life to the next; what the owner gets does not. */
function comparable({ cards, ...outcome }: RunOutcome) {
  return { ...outcome, cards: cards.map(({ number, title, friction, state }) => ({ number, title, friction, state })) };
}
