import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoorConnector } from "../../../src/core/action.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { DoorHarness, ownersOrigin, typed } from "../../support/door-harness.ts";
import { postConnector } from "../../support/post-office.ts";

let door: DoorHarness;
beforeEach(async () => {
  door = await new DoorHarness([postConnector()]).start();
});
afterEach(() => door.stopHere());

const letter = { to: ["paul@adler.example"], text: "Tuesday 14:00 suits me." };
const card = async (cardId: string) => (await door.door.card(cardId))?.card;
const state = async (cardId: string) => (await card(cardId))?.state;
const connector = (): DoorConnector => {
  const [post] = door.setup.connectors;
  if (post === undefined) throw new Error("no connector");
  return post;
};
/** Another version of one of its actions, as an upgrade brings. */
function replaceAction(name: string, change: object): void {
  const actions = connector().actions.map((one) => (one.name === name ? { ...one, ...change } : one));
  Reflect.set(connector(), "actions", actions);
}
/** A hand between the connector and the door. */
function betweenThem(hand: (inner: typeof fetch) => typeof fetch): void {
  const { connect } = connector();
  Reflect.set(connector(), "connect", async (config: unknown, deps: Parameters<typeof connect>[1]) =>
    connect(config, { ...deps, fetch: hand(deps.fetch) }),
  );
}
function step(action: string, ask: unknown, after: number | null) {
  return { action, account: null, ask, after };
}

describe("what happened", () => {
  it("is not called failed because a second request was refused after the first had left", async () => {
    betweenThem((inner) => async (input, init) => {
      const answer = await inner(input, init);
      if (init?.method === "POST") await inner(input, { ...init, body: String(init.body).replace("books", "gold") });
      return answer;
    });
    const seen = await door.propose("post.send_parcel", { to: "", what: "books" });
    await door.approve(seen);
    await door.turn();
    expect([...door.post.parcels.values()]).toEqual([{ to: "", what: "books" }]);
    expect(await state(seen.cardId)).toBe("done");
  });
});

describe("an approved card", () => {
  it("does not act with another account than the one that was shown", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    await door.store.write((tx) =>
      tx.sql.run(`UPDATE sources SET config = '{"account":"work@firm.example"}' WHERE id = 'post'`),
    );
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toEqual([]);
    expect(await state(seen.cardId)).toBe("failed");
    expect((await card(seen.cardId))?.reason).toContain("clara@weiss.example");
  });

  it("survives that steward is stopped while it looks whether the world has moved", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    door.clock.jump(30_000);
    const ending = new AbortController();
    const { fetch } = door.setup.deps;
    door.setup.deps.fetch = async () => {
      ending.abort();
      throw new DOMException("This operation was aborted", "AbortError");
    };
    await door.door.turn(ending.signal);
    expect(await state(seen.cardId)).toBe("approved");
    door.setup.deps.fetch = fetch;
    await door.turn();
    expect(door.post.sent).toHaveLength(1);
  });

  it("waits while policy.yaml cannot be read, and goes when it can", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    door.clock.jump(30_000);
    const { policy } = door.setup;
    let asked = 0;
    door.setup.policy = async () => {
      asked += 1;
      if (asked > 1) throw new StewardError("config", "policy.yaml, line 3: is no rule.");
      return await policy();
    };
    await door.door.turn(new AbortController().signal);
    expect(await state(seen.cardId)).toBe("approved");
    door.setup.policy = policy;
    door.clock.jump(120_000);
    await door.turn();
    expect(door.post.sent).toHaveLength(1);
  });

  it("that takes something away from others keeps the quiet hours, too", async () => {
    replaceAction("post.send_parcel", { raise: () => "critical" });
    door.policy = { ...door.policy, quiet_hours: { from: "09:00", to: "09:20" } };
    const seen = await door.propose("post.send_parcel", { to: "paul@adler.example", what: "books" });
    expect((await door.approve(seen)).kind).toBe("ok");
    door.clock.jump(30_000);
    await door.turn();
    expect([door.post.parcels.size, await state(seen.cardId)]).toEqual([0, "approved"]);
    door.clock.jump(20 * 60_000);
    await door.turn();
    expect(door.post.parcels.size).toBe(1);
  });

  it("is not carried out when the owner forbade it meanwhile", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    door.policy = { ...door.policy, rules: [{ when: { to: "adler.example" }, do: "deny", why: "no more Adler" }] };
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toEqual([]);
    expect((await card(seen.cardId))?.reason).toContain("no more Adler");
  });

  it("that only the policy approved is asked about when the policy no longer does", async () => {
    door.policy = {
      ...door.policy,
      caps: { ...door.policy.caps, change: 0 },
      rules: [{ when: { action: "post.flag" }, do: "allow", why: "flags" }],
    };
    const { cardId } = await flagged();
    await door.turn();
    expect(await state(cardId)).toBe("approved");
    door.policy = { ...door.policy, caps: { ...door.policy.caps, change: 10 }, rules: [] };
    door.clock.jump(3_700_000);
    await door.turn();
    expect(door.post.flags.size).toBe(0);
    expect(await state(cardId)).toBe("proposed");
    const view = await door.door.card(cardId);
    expect(view?.verdict.friction).toBe("green");
    await door.approve({ cardId, revision: 2, sha256: view?.sha256 ?? "" });
    await door.turn();
    expect(door.post.flags.size).toBe(1);
  });

  it("that only their own words approved is asked about when the policy no longer lets them", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    await door.store.write((tx) => tx.sql.run("UPDATE decisions SET kind = 'dictated'"));
    door.clock.jump(30_000);
    await door.turn();
    expect([door.post.sent.length, await state(seen.cardId)]).toEqual([0, "proposed"]);
  });

  it("is void when it would reach others than were shown, or needs more than it got", async () => {
    const reached = await door.propose("post.send_parcel", { to: "", what: "books" });
    const raised = await door.propose("post.flag", { ids: ["a"] });
    await door.approve(reached);
    await door.approve(raised);
    replaceAction("post.send_parcel", {
      preview: async () => ({
        ...blankPreview,
        title: "Parcel",
        text: "books",
        recipients: [{ role: "shared", channel: "mail", address: "eve@evil.example", name: "" }],
      }),
    });
    replaceAction("post.flag", { raise: () => "critical" });
    await door.turn();
    expect([door.post.parcels.size, door.post.flags.size]).toEqual([0, 0]);
    expect([await state(reached.cardId), await state(raised.cardId)]).toEqual(["superseded", "superseded"]);
  });
});

async function flagged(): Promise<{ cardId: string }> {
  const answer = await door.door.propose([step("post.flag", { ids: ["a"] }, null)], ownersOrigin);
  if (answer.kind !== "cards") throw new Error(answer.text);
  return { cardId: answer.bundle.cards[0]?.card.id ?? "" };
}

describe("a step", () => {
  async function two(first: ReturnType<typeof step>) {
    const answer = await door.door.propose([first, step("post.send_letter", letter, 0)], ownersOrigin);
    if (answer.kind !== "cards") throw new Error(answer.text);
    const [one, other] = answer.bundle.open;
    if (one === undefined || other === undefined) throw new Error("no cards");
    return { one, other };
  }

  it("does not run after the one before it was undone", async () => {
    const { one, other } = await two(step("post.flag", { ids: ["a"] }, null));
    await door.approve(one, other);
    await door.turn();
    expect((await door.door.undo(one.cardId, typed)).kind).toBe("ok");
    door.clock.jump(30_000);
    await door.turn();
    expect(door.post.sent).toEqual([]);
    expect(await state(other.cardId)).toBe("superseded");
  });

  it("after something that was handed to the owner waits until they did it", async () => {
    replaceAction("post.flag", {
      preview: async () => ({ ...blankPreview, title: "Pay", handOff: { url: null, steps: [] } }),
    });
    const { one, other } = await two(step("post.flag", { ids: ["a"] }, null));
    await door.approve(one, other);
    door.clock.jump(30_000);
    await door.turn();
    expect([await state(one.cardId), door.post.sent.length]).toEqual(["done", 0]);
    await door.door.markDone(one.cardId, typed);
    await door.turn();
    expect(door.post.sent).toHaveLength(1);
  });

  it("that waits for one that was stopped is not left waiting for ever", async () => {
    const { one, other } = await two(step("post.flag", { ids: ["a"] }, null));
    await door.approve(one);
    await door.door.stop({ surface: "page" }, "wait");
    await door.door.resume(typed);
    await door.turn();
    expect([await state(one.cardId), await state(other.cardId)]).toEqual(["stopped", "superseded"]);
  });

  it("that was approved and whose turn never comes expires", async () => {
    const { one, other } = await two(step("post.flag", { ids: ["a"] }, null));
    await door.approve(other);
    await door.store.write((tx) => tx.sql.run("UPDATE cards SET state = 'committing' WHERE id = ?", one.cardId));
    door.clock.jump(8 * 86_400_000);
    await door.turn();
    expect(await state(other.cardId)).toBe("expired");
  });

  it("far behind one that was edited is asked about again, too", async () => {
    const steps = [step("post.send_letter", letter, null), step("post.flag", { ids: ["a"] }, 0)];
    const answer = await door.door.propose([...steps, step("post.flag", { ids: ["b"] }, 1)], ownersOrigin);
    if (answer.kind !== "cards") throw new Error(answer.text);
    const [first, second, third] = answer.bundle.open;
    if (first === undefined || second === undefined || third === undefined) throw new Error("no cards");
    await door.approve(second, third);
    await door.door.edit(first, { text: "No." }, typed);
    expect([await state(second.cardId), await state(third.cardId)]).toEqual(["proposed", "proposed"]);
  });
});
