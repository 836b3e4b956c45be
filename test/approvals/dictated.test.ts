// Holds R72.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { gmailDoor } from "../../connectors/gmail/door.ts";
import type { Origin } from "../../src/core/card.ts";
import { defaultPolicy } from "../../src/core/policy.ts";
import { changeCard } from "../../src/store/cards.ts";
import { listLedger } from "../../src/store/ledger.ts";
import { listNotices } from "../../src/store/notices.ts";
import { getProposal, insertProposal } from "../../src/store/proposals.ts";
import { ownersOrigin, typed } from "../support/door-harness.ts";
import { type GoogleBase, GoogleDoor, makeGoogleBase } from "../support/google-door.ts";

let base: GoogleBase;
let door: GoogleDoor;
beforeAll(async () => {
  base = await makeGoogleBase([gmailDoor]);
}, 60_000);
afterAll(() => base.close());
beforeEach(async () => {
  door = await new GoogleDoor(base).start();
  door.policy = { ...defaultPolicy(), dictated: "send" };
});
afterEach(() => door.stopHere());

const to = ["ben@tideline.example"];
const words = "Tell Ben that I am in Seattle next week";
const ask = { to, subject: "", text: "Hi Ben, I am in Seattle next week. Clara" };
const jonas = { to: ["jonas@berg-atelier.example"], subject: "" };
let rows = 0;

/** What a run of the loop leaves, with the words the door heard; then the door takes a turn. */
async function run(given: { words?: string | null; ask?: object; origin?: Partial<Origin>; more?: object[] } = {}) {
  rows += 1;
  const runId = `run-${rows}`;
  const said = given.words === undefined ? words : given.words;
  const wordsId = said === null ? null : await door.door.hear(said, "terminal", runId);
  const asks = [given.ask ?? ask, ...(given.more ?? [])];
  const origin: Origin = {
    ...ownersOrigin,
    by: "model",
    callId: "call",
    requestId: runId,
    runId,
    wordsId,
    ...given.origin,
  };
  await door.store.write(async (tx) => {
    for (const [position, one] of asks.entries()) {
      const row = { id: `${runId}-${position}`, bundleId: runId, position, afterId: null, account: null, origin };
      await insertProposal(tx, { ...row, action: "gmail.send_message", ask: one });
    }
  });
  await door.turn();
  const proposal = await getProposal(door.store, `${runId}-0`);
  if (proposal?.cardId == null) throw new Error(proposal?.refusal ?? "no card");
  const view = await door.door.card(proposal.cardId);
  if (view === null) throw new Error("no card");
  return { view, cardId: proposal.cardId, wordsId };
}
/** Takes a card out of the queue as if it had never been there, so that the next one meets no repetition. */
async function drop(cardId: string): Promise<void> {
  await door.store.write((tx) =>
    changeCard(tx, cardId, ["proposed", "approved"], { state: "superseded", sendAt: null }),
  );
}
const sent = () => door.google.ledger.all().filter(({ kind }) => kind === "mail.sent").length;
const stateOf = async (cardId: string) => (await door.door.card(cardId))?.card.state;

describe("a message in the owner's own words", () => {
  it("goes once, when the undo window is over, where the policy says send", async () => {
    const { view, cardId, wordsId } = await run();
    expect([view.card.state, sent()]).toEqual(["approved", 0]);
    expect(view.undoUntil).toBe("2026-11-14T08:12:20.000Z");
    const [decision] = view.decisions;
    expect(decision).toMatchObject({ kind: "dictated", sha256: view.sha256, revision: 1 });
    expect(decision?.decidedBy).toEqual({ surface: "policy", session: wordsId, proof: "dictated" });
    const [entry] = await listLedger(door.store, { cardId, kinds: ["decided"], limit: 5 });
    expect(entry?.body).toMatchObject({ kind: "dictated", sha256: view.sha256 });
    door.jump(19_000);
    await door.turn();
    expect(sent()).toBe(0);
    door.jump(2_000);
    await door.turn();
    expect([await stateOf(cardId), sent()]).toEqual(["done", 1]);
    door.jump(60_000);
    await door.turn();
    expect(sent()).toBe(1);
  });

  it("is one green card where the policy says ask, and after three of them the owner is told once how to spare it", async () => {
    door.policy = defaultPolicy();
    const offers = async () =>
      (await listNotices(door.store, { unseen: false, limit: 50 })).filter(({ key }) => key === "offer:dictated");
    for (const place of ["Seattle", "Lyon", "Porto", "Vienna"]) {
      const { view } = await run({
        words: `Tell Ben that I am in ${place} next week`,
        ask: { to, subject: "", text: `I am in ${place} next week.` },
      });
      expect([view.card.state, view.verdict.friction]).toEqual(["proposed", "green"]);
      expect(await offers()).toHaveLength(["Porto", "Vienna"].includes(place) ? 1 : 0);
      const seen = [{ cardId: view.card.id, revision: 1, sha256: view.sha256 }];
      await door.door.decide({ seen, kind: "approve", reason: "", laterUntil: null, decidedBy: typed });
    }
    expect((await offers())[0]?.text).toContain("steward policy edit");
  });

  it("decides nothing when the words are a row's, or were another run's", async () => {
    const forged = await run({ words: null, origin: { utterance: words } });
    expect(forged.view.card.state).toBe("proposed");
    await drop(forged.cardId);
    const { wordsId, cardId } = await run({ ask: { ...ask, text: "Something else." } });
    await drop(cardId);
    const stolen = await run({ words: null, origin: { wordsId, utterance: words } });
    expect(stolen.view.card).toMatchObject({ state: "proposed", origin: { utterance: null } });
  });

  it("decides nothing when anything was read, or a thread opened", async () => {
    const item = door.store.read.number("SELECT max(id) FROM items") ?? 0;
    const thread = door.store.read.number("SELECT max(id) FROM threads") ?? 0;
    expect((await run({ origin: { itemsRead: [item] } })).view.card.state).toBe("proposed");
    const other = { ...jonas, text: "I am in Seattle next week." };
    const opened = await run({
      words: "Tell Jonas that I am in Seattle next week",
      ask: other,
      origin: { openedThreads: [thread] },
    });
    expect(opened.view.card.state).toBe("proposed");
  });

  it("decides about one card: not about a second one, another text, or one of several", async () => {
    const first = await run();
    const again = { runId: first.view.card.origin.runId ?? null, wordsId: first.wordsId };
    const second = await run({ words: null, origin: again });
    expect([first.view.card.state, second.view.card.state]).toEqual(["approved", "proposed"]);
    await drop(second.cardId);
    const other = await run({ ask: { ...ask, text: "Hi Ben, I am not in Seattle next week. Clara" } });
    expect(other.view.card.state).toBe("proposed");
    await drop(other.cardId);
    const two = await run({ more: [{ ...jonas, text: "Hello." }] });
    expect(two.view.card.state).toBe("proposed");
    await drop(two.cardId);
    expect((await run()).view.card.state).toBe("approved");
  });

  it("can be taken back within the window, and is stopped with everything else", async () => {
    const { cardId } = await run();
    await door.door.undo(cardId, typed);
    door.jump(60_000);
    await door.turn();
    const next = await run({ words: "Tell Jonas I am in Lyon", ask: { ...jonas, text: "I am in Lyon" } });
    await door.door.stop({ surface: "terminal" }, "enough");
    door.jump(60_000);
    await door.turn();
    expect([await stateOf(next.cardId), sent()]).toEqual(["stopped", 0]);
    const stopped = await run({ words: "Tell Jonas I am in Rome", ask: { ...jonas, text: "I am in Rome" } });
    expect(stopped.view.card.state).toBe("proposed");
  });

  it("waits for the end of the quiet hours, and asks when the policy has changed meanwhile", async () => {
    door.policy = { ...door.policy, quiet_hours: { from: "09:00", to: "10:00" } };
    const { cardId } = await run();
    door.jump(60_000);
    await door.turn();
    expect([await stateOf(cardId), sent()]).toEqual(["approved", 0]);
    door.policy = { ...door.policy, dictated: "ask" };
    door.jump(3_600_000);
    await door.turn();
    expect([await stateOf(cardId), sent()]).toEqual(["proposed", 0]);
  });

  it("asks again once the owner has edited it, as every edit does", async () => {
    writeFileSync(join(door.home, "STOP"), "");
    const { cardId, view } = await run();
    expect(view.card.state).toBe("proposed");
    const seen = { cardId, revision: 1, sha256: view.sha256 };
    await door.door.edit(seen, { text: "I am in Porto next week." }, typed);
    expect((await door.door.card(cardId))?.card).toMatchObject({ state: "proposed", revision: 2 });
  });
});
