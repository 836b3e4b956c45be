import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SessionDeps, ToolSession } from "../../src/agent/tool-session.ts";
import { getProposal } from "../../src/store/proposals.ts";
import { readRunEvents } from "../../src/store/run-events.ts";
import { getRun } from "../../src/store/runs.ts";
import { draft, take } from "../store/store-fixture.ts";
import { DoorHarness } from "../support/door-harness.ts";
import { makeContext } from "./tools/tool-harness.ts";

const owner = {
  names: ["Clara"],
  identities: ["clara@weiss.example"],
  zone: "Europe/Berlin",
  region: "DE",
  languages: ["en"],
};
const signal = new AbortController().signal;
let harness: DoorHarness;
beforeEach(async () => {
  harness = await new DoorHarness().start();
  await take(harness.store, "post", [
    draft({ id: "m1", subject: "Lamp", text: "The blue lamp." }),
    draft({ id: "m2", subject: "Rent", text: "Pay the rent." }),
  ]);
});
afterEach(async () => await harness.stopHere());

async function deps(given: Partial<SessionDeps> = {}): Promise<SessionDeps> {
  const { context } = await makeContext(harness.store, owner, "2026-11-14T08:12:00Z");
  const { store, clock, ...surroundings } = context;
  const door = { waitMs: 0 };
  const lease = { owner: "place:1:a", isGone: () => false };
  return { store, clock, owner, surroundings, door, lease, signal, log: () => undefined, ...given };
}

const itemNamed = (subject: string): number =>
  harness.store.read.number("SELECT id FROM items WHERE subject = ?", subject) ?? 0;
const letter = { steps: [{ action: "post.send_letter", ask: { to: ["clara@weiss.example"], text: "Hi" } }], why: "" };

describe("a session of another agent", () => {
  test("proposes as a model with everything it had read until then, and nothing it read later", async () => {
    const session = await ToolSession.open(await deps(), "run-1", "test");
    await session.call("item", { id: itemNamed("Lamp") }, signal);
    await session.call("propose", letter, signal);
    await session.call(
      "thread",
      { id: harness.store.read.number("SELECT thread_id FROM items WHERE subject = 'Rent'") },
      signal,
    );
    await session.call("propose", letter, signal);
    const events = await readRunEvents(harness.store, "run-1");
    const ids = events.flatMap((event) => (event.kind === "proposed" ? event.body.proposalIds : []));
    const [first, second] = await Promise.all(ids.map((id) => getProposal(harness.store, id)));
    expect(first?.origin).toMatchObject({
      by: "model",
      utterance: null,
      wordsId: null,
      runId: "run-1",
      openedThreads: [],
    });
    expect(first?.origin.notes).toEqual([expect.stringContaining("what else that had read is not known")]);
    expect(first?.origin.itemsRead).toEqual([itemNamed("Lamp")]);
    expect(second?.origin.itemsRead).toEqual([itemNamed("Lamp"), itemNamed("Rent")].sort((a, b) => a - b));
    expect(second?.origin.openedThreads).toHaveLength(1);
    expect(first?.bundleId).not.toBe(second?.bundleId);
  });

  test("answers what is wrong with a call in words, and never throws for it", async () => {
    const session = await ToolSession.open(await deps(), "run-2", "test");
    for (const [name, input] of [
      ["approve", { number: 1 }],
      ["ask_owner", { question: "May I?", choices: [] }],
      ["item", { id: "one" }],
      ["item", null],
      ["thread", { id: 77 }],
      ["search", { words: "x", limit: 1, raw: true }],
    ] as const)
      expect(await session.call(name, input, signal), name).toMatchObject({ isError: true });
  });

  test("ends as a run, and one whose process was killed is ended by the next", async () => {
    const gone = await ToolSession.open(await deps(), "run-3", "test");
    await gone.call("search", { words: "lamp", limit: 1 }, signal);
    const living = await ToolSession.open(await deps(), "run-4", "test");
    expect((await getRun(harness.store, "run-3"))?.state).toBe("running");
    await living.end();
    expect((await getRun(harness.store, "run-4"))?.state).toBe("done");
    const lease = { owner: "place:2:b", isGone: (one: string) => one === "place:1:a" };
    await ToolSession.open(await deps({ lease }), "run-5", "test");
    expect((await getRun(harness.store, "run-3"))?.state).toBe("cancelled");
    expect((await getRun(harness.store, "run-5"))?.state).toBe("running");
  });
});
