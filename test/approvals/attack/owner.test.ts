import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { blankPreview, type DoorConnector } from "../../../src/core/action.ts";
import type { DecidedBy } from "../../../src/core/card.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { listLedger } from "../../../src/store/ledger.ts";
import { insertProposal } from "../../../src/store/proposals.ts";
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
function replaceAction(name: string, change: object): void {
  const connector: DoorConnector | undefined = door.setup.connectors[0];
  const actions = (connector?.actions ?? []).map((one) => (one.name === name ? { ...one, ...change } : one));
  Reflect.set(connector ?? {}, "actions", actions);
}
/** Something that was done and can be undone. */
async function flagged(id = "a") {
  const seen = await door.propose("post.flag", { ids: [id] });
  await door.approve(seen);
  await door.turn();
  expect(await state(seen.cardId)).toBe("done");
  return seen;
}
async function decide(seen: Parameters<DoorHarness["approve"]>[0], given: object) {
  const { cardId, revision, sha256 } = seen;
  const usual = { kind: "approve" as const, reason: "", laterUntil: null, decidedBy: typed };
  return await door.door.decide({ seen: [{ cardId, revision, sha256 }], ...usual, ...given });
}

describe("drawing up again", () => {
  it("twice is one card: no second letter comes of a double click", async () => {
    const seen = await door.propose("post.send_letter", letter);
    door.clock.jump(8 * 86_400_000);
    await door.turn();
    const answers = await Promise.all([
      door.door.redraft(seen.cardId, typed),
      door.door.redraft(seen.cardId, typed),
      door.door.redraft(seen.cardId, typed),
    ]);
    expect(answers.filter(({ kind }) => kind === "cards")).not.toHaveLength(0);
    const open = await door.door.queue({ all: true });
    expect(open).toHaveLength(1);
    await door.approve(...(open[0]?.open ?? []));
    door.clock.jump(30_000);
    await door.turn();
    expect((await door.door.redraft(seen.cardId, typed)).kind).toBe("refused");
    expect(door.post.sent).toHaveLength(1);
  });
});

describe("a yes", () => {
  it("to a card that was taken back is refused, not quietly agreed with", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    await door.door.undo(seen.cardId, typed);
    expect(await door.approve(seen)).toMatchObject({ kind: "refused", refusal: "already_decided" });
  });

  it("that needs more than a tap is not given by what no owner did", async () => {
    const seen = await door.propose("post.send_letter", letter);
    expect(seen.view.verdict.friction).toBe("amber");
    for (const proof of ["tap", "policy", "dictated"] as const) {
      const decidedBy: DecidedBy = { surface: "page", session: "s", proof };
      expect((await decide(seen, { decidedBy })).kind, proof).toBe("refused");
    }
  });
});

describe("a no", () => {
  it("can be said while policy.yaml cannot be read", async () => {
    const seen = await door.propose("post.send_letter", letter);
    door.setup.policy = async () => {
      throw new StewardError("config", "policy.yaml is broken.");
    };
    expect((await decide(seen, { kind: "reject" })).kind).toBe("ok");
  });
});

describe("later", () => {
  it("is before the card expires, and a time", async () => {
    const seen = await door.propose("post.send_letter", letter);
    expect((await decide(seen, { kind: "later", laterUntil: "next week" })).kind).toBe("refused");
    expect((await decide(seen, { kind: "later", laterUntil: "2030-01-01T00:00:00.000Z" })).kind).toBe("ok");
    const { laterUntil, expiresAt } = (await card(seen.cardId)) ?? { laterUntil: null, expiresAt: "" };
    expect(laterUntil ?? "").toMatch(/^2026-11-/);
    expect((laterUntil ?? "") < expiresAt).toBe(true);
  });
});

describe("a mark, a verdict or a leave given by hand", () => {
  it("'I did it' is only for what was handed over", async () => {
    const seen = await flagged();
    expect(await door.door.markDone(seen.cardId, typed)).toMatchObject({ kind: "refused" });
    const open = await door.propose("post.send_letter", letter);
    expect(await door.door.markDone(open.cardId, typed)).toMatchObject({ kind: "refused" });
    replaceAction("post.flag", {
      preview: async () => ({ ...blankPreview, title: "Pay", handOff: { url: null, steps: [] } }),
    });
    const handed = await flagged("b");
    expect((await door.door.markDone(handed.cardId, typed)).kind).toBe("ok");
  });

  it("'it happened' leaves nothing that steward could undo", async () => {
    const seen = await door.propose("post.flag", { ids: ["a"] });
    await door.approve(seen);
    door.dieAt = "committing";
    await door.turn();
    replaceAction("post.flag", { reconcile: async () => ({ kind: "unknown", reason: "Who knows." }) });
    await door.turn();
    expect((await door.door.settle(seen.cardId, true, typed)).kind).toBe("ok");
    expect(await door.door.undo(seen.cardId, typed)).toMatchObject({ kind: "refused" });
  });

  it("lifts a cap there is, by a number a person would say", async () => {
    for (const [cap, more] of [
      ["send", -5],
      ["send", 0],
      ["send", 1.5],
      ["send", 1e9],
      ["send", Number.NaN],
      ["everything", 10],
      ["to ", 10],
    ] as const) {
      await expect(door.door.allowMore(cap, more, typed), `${cap} ${more}`).rejects.toThrow(StewardError);
    }
    await door.door.allowMore("send", 10, typed);
    await door.door.allowMore("to paul@adler.example", 3, typed);
    expect(await listLedger(door.store, { kinds: ["cap_lifted"], limit: 50 })).toHaveLength(2);
  });
});

describe("an undo", () => {
  it("by two hands at once is done once, and is in the ledger before it begins", async () => {
    const undone: string[] = [];
    replaceAction("post.flag", {
      undo: async () => {
        const [last] = await listLedger(door.store, { limit: 1 });
        undone.push(last?.kind ?? "");
      },
    });
    const seen = await flagged();
    await Promise.all([door.door.undo(seen.cardId, typed), door.door.undo(seen.cardId, typed)]);
    expect(undone).toEqual(["undoing"]);
    expect((await card(seen.cardId))?.undoneAt).not.toBeNull();
  });

  it("of a yes, twice at once, is an answer and no error", async () => {
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    const answers = await Promise.all([door.door.undo(seen.cardId, typed), door.door.undo(seen.cardId, typed)]);
    expect(answers.map(({ kind }) => kind)).toEqual(["ok", "refused"]);
  });

  it("that failed can be tried again, and so can one that a crash cut off", async () => {
    let fails = true;
    replaceAction("post.flag", {
      undo: async () => {
        if (fails) throw new StewardError("unavailable", "closed");
      },
    });
    const seen = await flagged();
    await expect(door.door.undo(seen.cardId, typed)).rejects.toThrow(/closed/);
    fails = false;
    await door.store.write((tx) =>
      tx.sql.run("UPDATE cards SET send_at = '2026-11-14T08:14:00.000Z' WHERE id = ?", seen.cardId),
    );
    expect((await door.door.undo(seen.cardId, typed)).kind).toBe("refused");
    door.clock.jump(180_000);
    expect((await door.door.undo(seen.cardId, typed)).kind).toBe("ok");
  });
});

describe("a stop", () => {
  it("takes the yes from every card, however many there are", async () => {
    const steps = Array.from({ length: 510 }, (_, at) => ({ id: `s${at}` }));
    const seen = await door.propose("post.send_letter", letter);
    await door.approve(seen);
    await door.store.write((tx) => {
      for (const [at, { id }] of steps.entries()) {
        tx.sql.run(
          `INSERT INTO cards SELECT ?, ?, ?, 0, NULL, action, account, source_id, state, reason, revision, origin, target, thread_id,
             thread_mark, created_at, changed_at, expires_at, later_until, send_at, undone_at, marked_done_at FROM cards WHERE id = ?`,
          id,
          1000 + at,
          id,
          seen.cardId,
        );
      }
    });
    await door.door.stop({ surface: "page" }, "wait");
    expect(await door.store.write((tx) => tx.sql.number("SELECT count(*) FROM cards WHERE state <> 'stopped'"))).toBe(
      0,
    );
  });

  it("gives nothing the policy's yes either", async () => {
    door.policy = { ...door.policy, rules: [{ when: { action: "post.flag" }, do: "allow", why: "flags" }] };
    await door.door.stop({ surface: "page" }, "wait");
    const origin = { ...ownersOrigin, by: "model" as const, requestId: "r", callId: "c" };
    await door.store.write((tx) =>
      insertProposal(tx, {
        id: "p",
        bundleId: "p",
        position: 0,
        afterId: null,
        action: "post.flag",
        account: null,
        ask: { ids: ["a"] },
        origin,
      }),
    );
    await door.turn();
    await door.door.resume(typed);
    await door.turn();
    expect(door.post.flags.size).toBe(0);
    expect(await door.door.queue()).toHaveLength(1);
  });

  it("is in force when the file is a link to nowhere", async () => {
    const seen = await door.propose("post.flag", { ids: ["a"] });
    symlinkSync(join(door.home, "nowhere"), join(door.home, "STOP"));
    expect(await door.approve(seen)).toMatchObject({ kind: "refused", refusal: "stopped" });
  });
});
