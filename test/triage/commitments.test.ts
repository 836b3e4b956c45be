import { describe, expect, it } from "vitest";
import { findCommitments } from "../../src/triage/commitments.ts";
import { judgeThread } from "../../src/triage/judge-thread.ts";
import { contextAt, mailItem, marta, thread, thursday } from "./views.ts";

const context = contextAt(thursday);
const me = "clara@weiss.example";
const promise = { id: 1, from: me, at: "2026-11-10T09:00:00.000Z", text: "I'll send the lease by Friday." };

describe("a promise", () => {
  it.each([
    ["I'll send you the lease by Friday.", "2026-11-13"],
    ["Ich schicke dir den Vertrag bis Freitag.", "2026-11-13"],
    ["Je t'envoie le dossier vendredi.", "2026-11-13"],
    ["Te mando el contrato el viernes.", "2026-11-13"],
    ["Ti mando il contratto entro venerdì.", "2026-11-13"],
    ["Vou enviar o contrato até sexta-feira.", "2026-11-13"],
  ])("of mine is found with its date: %s", (text, day) => {
    const [found] = findCommitments(thread([mailItem({ ...promise, text })]), context);
    expect(found).toMatchObject({ by: "me", personAddress: "marta@lang.example", itemId: 1, state: "overdue" });
    expect(found?.dueAt?.slice(0, 10)).toBe(day);
  });

  it("is done when a later message of the same person brings it", () => {
    const sent = mailItem({
      id: 2,
      from: me,
      at: "2026-11-11T09:00:00.000Z",
      text: "Here it is.",
      attachments: ["lease.pdf"],
    });
    expect(findCommitments(thread([mailItem(promise), sent]), context)).toMatchObject([{ state: "done", closedBy: 2 }]);
  });

  it("is done when the other side says it arrived", () => {
    const thanks = mailItem({ ...marta, id: 2, at: "2026-11-11T09:00:00.000Z", text: "Got it, thank you!" });
    expect(findCommitments(thread([mailItem(promise), thanks]), context)[0]?.state).toBe("done");
  });

  it("of theirs stays open without a date", () => {
    expect(findCommitments(thread([mailItem({ ...marta, text: "I'll let you know." })]), context)).toMatchObject([
      { by: "them", dueAt: null, state: "open" },
    ]);
  });

  it.each([
    "I'll send it if you want.",
    "I won't send you the lease.",
    "I'll check but I cannot promise anything.",
    "Will you send me the lease?",
    "See you on Friday.",
  ])("is not: %s", (text) => {
    expect(findCommitments(thread([mailItem({ ...promise, text })]), context)).toEqual([]);
  });

  it("of mine that is overdue makes the thread stale, and a question of mine without answer waiting", () => {
    expect(judgeThread(thread([mailItem(promise)]), context)).toMatchObject({ class: "stale", lineItemId: 1 });
    const asked = mailItem({ ...promise, text: "When will the roof be repaired?" });
    expect(judgeThread(thread([asked]), context).class).toBe("waiting");
    expect(judgeThread(thread([asked]), contextAt("2026-11-12T09:00:00.000Z")).class).toBe("ignore");
  });
});
