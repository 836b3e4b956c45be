import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { calendarDoor } from "../../connectors/calendar/door.ts";
import { gmailDoor } from "../../connectors/gmail/door.ts";
import { proposeByRule } from "../../src/triage/propose-by-rule.ts";
import { refreshTriage } from "../../src/triage/read-digest.ts";
import { type GoogleBase, GoogleDoor, makeGoogleBase } from "../support/google-door.ts";

let base: GoogleBase;
beforeAll(async () => {
  base = await makeGoogleBase([gmailDoor, calendarDoor]);
}, 60_000);
afterAll(() => base.close());

/** A mail whose answer she owes, as triage sees it: the newest that nobody doubts. */
async function threadToAnswer(door: GoogleDoor): Promise<number> {
  await refreshTriage(door.store, base.life.reading);
  const row = door.store.read.get(
    z.object({ id: z.number() }),
    `SELECT t.id FROM threads t JOIN verdicts v ON v.thread_id = t.id JOIN items i ON i.id = v.last_item_id
     JOIN identities n ON n.id = i.sender_id WHERE v.class = 'reply' AND t.channel = 'mail' AND n.in_contacts = 1
     ORDER BY i.sent_at DESC LIMIT 1`,
  );
  if (row === null) throw new Error("nothing to answer");
  return row.id;
}

/** The newest thread with a mail from that address. */
function threadFrom(door: GoogleDoor, address: string): number {
  const row = door.store.read.get(
    z.object({ id: z.number() }),
    `SELECT t.id FROM threads t JOIN items i ON i.thread_id = t.id JOIN identities n ON n.id = i.sender_id
     WHERE t.channel = 'mail' AND n.value = ? ORDER BY i.sent_at DESC LIMIT 1`,
    address,
  );
  if (row === null) throw new Error(`no thread from ${address}`);
  return row.id;
}

const sentIn = (door: GoogleDoor) =>
  [...door.google.state("gmail", base.life.account).messages.values()].filter(({ labelIds }) =>
    labelIds.includes("SENT"),
  );

describe("a reply in the demo life", () => {
  it("is in the emulated mailbox once, in the conversation it answers, and nowhere before the yes", async () => {
    const door = await new GoogleDoor(base).start();
    try {
      const before = sentIn(door).length;
      const thread = await threadToAnswer(door);
      const seen = await door.propose("gmail.reply", { thread, text: "Tuesday 14:00 suits me. Clara" });
      await door.turn();
      expect(door.google.ledger.all()).toHaveLength(0);
      expect((await door.approve(seen)).kind).toBe("ok");
      door.jump(30_000);
      await door.turn();
      await door.restart();
      await door.turn();
      const sent = sentIn(door);
      expect(sent).toHaveLength(before + 1);
      const view = await door.door.card(seen.cardId);
      expect(view?.card.state).toBe("done");
      expect(view?.verdict.friction).toBe("green");
      const item = await door.setup.store.read.get(
        z.object({ external_id: z.string() }),
        "SELECT g.external_id FROM items i JOIN sightings g ON g.item_id = i.id WHERE i.thread_id = ? LIMIT 1",
        thread,
      );
      const answered = door.google.state("gmail", base.life.account).messages.get(item?.external_id ?? "");
      expect(sent.filter(({ threadId }) => threadId === answered?.threadId).length).toBeGreaterThan(0);
    } finally {
      await door.stopHere();
    }
  });

  it("to the lookalike of her bank is red, says of whom it is one, and no tap lets it out", async () => {
    const door = await new GoogleDoor(base).start();
    try {
      const thread = threadFrom(door, "sicherheit@n0rdbank.example");
      const { view, ...seen } = await door.propose("gmail.reply", { thread, text: "My password is swordfish." });
      expect(view.verdict.friction).toBe("red");
      expect(view.verdict.warnings.map(({ code }) => code)).toContain("lookalike_recipient");
      const decidedBy = { surface: "page", session: "s", proof: "hold" } as const;
      const answer = await door.door.decide({
        seen: [{ cardId: seen.cardId, revision: seen.revision, sha256: seen.sha256 }],
        kind: "approve",
        reason: "",
        laterUntil: null,
        decidedBy,
      });
      expect(answer).toMatchObject({ kind: "refused", refusal: "needs_typing" });
    } finally {
      await door.stopHere();
    }
  });
});

describe("the rule that archives bulk", () => {
  it("proposes one card with what lies in the inbox, asks once, and can be undone to the last label", async () => {
    const door = await new GoogleDoor(base).start();
    try {
      const rule = () => proposeByRule({ store: door.store, nowMs: door.clock.now(), newId: door.setup.newId });
      await refreshTriage(door.store, base.life.reading);
      expect(await rule()).toBeGreaterThan(0);
      expect(await rule()).toBe(0);
      await door.turn();
      expect(await rule()).toBe(0);
      const bundle = (await door.door.queue()).find(({ cards }) => cards[0]?.card.action === "gmail.archive");
      const card = bundle?.cards[0];
      if (card === undefined) throw new Error("no card");
      const count = card.preview.lines.length;
      expect(count).toBeGreaterThanOrEqual(20);
      expect(card.verdict.friction).toBe("green");
      expect(JSON.stringify(card.preview.lines)).not.toMatch(/nordbank/i);
      const labels = () =>
        JSON.stringify(
          [...door.google.state("gmail", base.life.account).messages.values()].map((one) => one.labelIds.toSorted()),
        );
      const before = labels();
      const tap = { surface: "page", session: "s", proof: "tap" } as const;
      const seen = bundle?.open ?? [];
      await door.door.decide({ seen, kind: "approve", reason: "", laterUntil: null, decidedBy: tap });
      await door.turn();
      expect((await door.door.card(card.card.id))?.receipt).toBe(`Archived ${count} mails.`);
      expect(labels()).not.toBe(before);
      await door.door.undo(card.card.id, tap);
      expect(labels()).toBe(before);
    } finally {
      await door.stopHere();
    }
  });
});

describe("the rule that answers invitations", () => {
  it("proposes a yes to whom she knows, where she is free, and asks once", async () => {
    const door = await new GoogleDoor(base).start();
    try {
      await refreshTriage(door.store, base.life.reading);
      await proposeByRule({ store: door.store, nowMs: door.clock.now(), newId: door.setup.newId });
      await door.turn();
      const answers = (await door.door.queue()).filter(({ cards }) => cards[0]?.card.action === "calendar.respond");
      expect(answers.length).toBeGreaterThan(0);
      for (const { cards } of answers) {
        expect(["green", "amber"]).toContain(cards[0]?.verdict.friction);
        expect(cards[0]?.verdict.warnings.map(({ code }) => code)).not.toContain("stranger_invitation");
      }
      const [first] = answers;
      const tap = { surface: "page", session: "s", proof: "hold" } as const;
      const seen = first?.open ?? [];
      await door.door.decide({ seen, kind: "approve", reason: "", laterUntil: null, decidedBy: tap });
      door.jump(30_000);
      await door.turn();
      expect((await door.door.card(seen[0]?.cardId ?? ""))?.card.state).toBe("done");
      expect(door.google.ledger.all().filter(({ kind }) => kind === "event.changed")).toHaveLength(1);
    } finally {
      await door.stopHere();
    }
  });
});
