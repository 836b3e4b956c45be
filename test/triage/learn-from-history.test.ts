import { describe, expect, it } from "vitest";
import type { DraftItem } from "../../src/core/item.ts";
import { listPastMessages, saveLearned } from "../../src/store/answer-history.ts";
import type { Store } from "../../src/store/open-store.ts";
import { applyOwner } from "../../src/store/person-owner-apply.ts";
import { refreshPeople } from "../../src/store/person-stats.ts";
import type { TriageSetting } from "../../src/triage/gather-input.ts";
import { learnIfDue, withLearnedWeights } from "../../src/triage/learn-from-history.ts";
import { draft, storeMaker, take } from "../store/store-fixture.ts";
import { brands, noMail, owner, vocabulary, weights } from "./views.ts";

const newStore = storeMaker();
const dayMs = 86_400_000;
const start = Date.parse("2026-05-01T08:00:00.000Z");
const now = Date.parse("2026-11-20T08:00:00.000Z");
const setting: TriageSetting = { owner, vocabulary, weights, brands, expandEvent: () => ({ occurrences: [] }) };
const question = "Could you send me the numbers of the week?";
const statement = "The numbers of the week are in the usual folder.";

interface Mail {
  text: string;
  answered: boolean;
}

/** One mail every few hours, each from one of three people, with the owner's answer an hour later where there is one. */
function mails(list: readonly Mail[], from = start): DraftItem[] {
  return list.flatMap(({ text, answered }, at) => {
    const id = `mail-${from}-${at}@x.example`;
    const sentMs = from + at * 6 * 3_600_000;
    const sender = `person${at % 3}@lumen.example`;
    const asked: DraftItem = {
      ...draft({
        id,
        from: sender,
        to: ["clara@weiss.example"],
        at: new Date(sentMs).toISOString(),
        text: `${text} ${at}`,
      }),
      mail: noMail,
    };
    const answer: DraftItem = {
      ...draft({
        id: `answer-${id}`,
        from: "clara@weiss.example",
        to: [sender],
        at: new Date(sentMs + 3_600_000).toISOString(),
        text: `Here you are. ${at}`,
        keys: [`mid:${id}`],
        sent: true,
      }),
      mail: { ...noMail, inReplyTo: id, references: [id] },
    };
    return answered ? [asked, answer] : [asked];
  });
}

async function storeWith(list: readonly Mail[]): Promise<Store> {
  const store = await newStore();
  await take(store, "a", mails(list));
  await settle(store);
  return store;
}

async function settle(store: Store): Promise<void> {
  await applyOwner(store, ["clara@weiss.example"], ["Clara Weiss"]);
  await refreshPeople(store, { added: true });
}

const habit = (asks: boolean, tells: boolean): Mail[] =>
  Array.from({ length: 240 }, (_, at) =>
    at % 2 === 0 ? { text: question, answered: asks } : { text: statement, answered: tells },
  );

describe("what the owner answered", () => {
  it("makes questions weigh more for who answers questions, and less for who answers everything else", async () => {
    const asks = await learnIfDue(await storeWith(habit(true, false)), setting, now);
    const tells = await learnIfDue(await storeWith(habit(false, true)), setting, now);
    const sum = (one: typeof asks) => (one?.signals.direct_question ?? 0) + (one?.signals.request ?? 0);
    expect(sum(asks)).toBeGreaterThan(sum(weights));
    expect(sum(tells)).toBeLessThan(sum(weights));
    expect(asks?.signals.security_notice).toBe(weights.signals.security_notice);
  });

  it.each([
    ["few messages", Array.from({ length: 150 }, (_, at) => ({ text: question, answered: at % 2 === 0 }))],
    ["few answers", Array.from({ length: 230 }, (_, at) => ({ text: question, answered: at < 15 }))],
  ])("teaches nothing from %s: the shipped weights stay", async (_name, list) => {
    const store = await storeWith(list);
    expect(await learnIfDue(store, setting, now)).toBeNull();
    expect((await withLearnedWeights(store, setting)).weights).toBe(weights);
  });

  it("does not judge yet what the owner may still answer", async () => {
    const store = await storeWith(habit(true, false));
    const early = await learnIfDue(store, setting, start + 2 * dayMs);
    expect(early).toBeNull();
  });

  it("counts for each message only what had happened before it", async () => {
    const store = await storeWith(Array.from({ length: 9 }, () => ({ text: question, answered: true })));
    const past = await listPastMessages(store, "2026-12-01", { limit: 10, scan: 100 });
    expect(past.map((one) => one.answered)).toEqual(Array.from({ length: 9 }, () => true));
    const [first, last] = [past.at(-1), past[0]];
    expect(first?.since("person0@lumen.example")).toEqual({ received: 3, answered: 3, written: 3 });
    expect(last?.since("person2@lumen.example")).toEqual({ received: 1, answered: 1, written: 1 });
  });

  it("in a chat is what the owner wrote within a day", async () => {
    const store = await newStore();
    const chat = (id: string, from: string, at: string) =>
      draft({ id, from, at, channel: "whatsapp", keys: ["chat:whatsapp:Ines"], title: "Ines", text: id });
    await take(store, "a", [
      chat("asked and answered", "Ines", "2026-11-01T10:00:00.000Z"),
      chat("answer", "clara@weiss.example", "2026-11-01T12:00:00.000Z"),
      chat("asked in vain", "Ines", "2026-11-03T10:00:00.000Z"),
      chat("much later", "clara@weiss.example", "2026-11-09T12:00:00.000Z"),
    ]);
    await settle(store);
    const past = await listPastMessages(store, "2026-12-01", { limit: 10, scan: 100 });
    expect(past.map((one) => one.answered)).toEqual([false, true]);
  });
});

describe("learning again", () => {
  const marker = { ...weights, bias: -1 };

  async function learned(): Promise<Store> {
    const store = await storeWith(habit(true, false));
    const { bias } = (await learnIfDue(store, setting, now)) ?? weights;
    expect(bias).not.toBe(marker.bias);
    await store.write(async (tx) => {
      const row = tx.sql.number("SELECT message_count FROM learned_weights") ?? 0;
      tx.sql.run("UPDATE learned_weights SET weights = ?, message_count = ?", JSON.stringify(marker), row);
    });
    return store;
  }

  it("waits a week, and for something new", async () => {
    const store = await learned();
    expect((await learnIfDue(store, setting, now + dayMs))?.bias).toBe(-1);
    expect((await learnIfDue(store, setting, now + 8 * dayMs))?.bias).toBe(-1);
    await take(store, "a", mails([{ text: question, answered: false }], now));
    expect((await learnIfDue(store, setting, now + dayMs))?.bias).toBe(-1);
    expect((await learnIfDue(store, setting, now + 8 * dayMs))?.bias).not.toBe(-1);
  });

  it("is due at once when the shipped weights changed, and the old ones are not used until then", async () => {
    const store = await learned();
    const changed = { ...setting, weights: { ...weights, bias: weights.bias - 0.1 } };
    expect((await withLearnedWeights(store, setting)).weights.bias).toBe(-1);
    expect((await withLearnedWeights(store, changed)).weights).toBe(changed.weights);
    expect((await learnIfDue(store, changed, now + dayMs))?.bias).not.toBe(-1);
  });

  it("remembers that there was too little, without trying at each import", async () => {
    const store = await storeWith([{ text: question, answered: true }]);
    await learnIfDue(store, setting, now);
    const row = { baseVersion: "other", weights: null, messageCount: 1, learnedAt: "2026-11-20T08:00:00.000Z" };
    await store.write((tx) => saveLearned(tx, row));
    expect(await learnIfDue(store, setting, now + dayMs)).toBeNull();
  });
});
