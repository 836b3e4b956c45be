import { describe, expect, it } from "vitest";
import { findCommitments } from "../../src/triage/commitments.ts";
import { judgeThread } from "../../src/triage/judge-thread.ts";
import { chatItem, contextAt, mailItem, marta, thread, thursday } from "./views.ts";

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

describe("a promise in a chat", () => {
  const monday = "2026-11-16T09:00:00.000Z";
  const found = (...items: Parameters<typeof chatItem>[]) =>
    findCommitments(thread(items.map((item) => chatItem(...item))), context);

  it.each([
    ["Can you bring bread?", "👍"],
    ["Kannst du Brot mitbringen?", "Klar, mach ich"],
    ["Peux-tu apporter du pain ?", "Oui, pas de souci"],
    ["¿Puedes traer pan?", "Sí"],
    ["Puoi portare il pane?", "Certo, volentieri"],
    ["Podes trazer pão?", "Claro, combinado"],
    ["Could you do Thursday, 18 to 22?", "yes! see you then"],
  ])("is a yes to a request: %s %s", (request, yes) => {
    expect(found([1, "me", request, monday], [2, "Ines", yes, "2026-11-16T09:05:00.000Z"])).toMatchObject([
      { by: "them", itemId: 2, what: request, state: "open" },
    ]);
    expect(found([1, "Ines", request, monday], [2, "me", yes, "2026-11-16T09:05:00.000Z"])).toMatchObject([
      { by: "me", itemId: 2, what: request },
    ]);
  });

  it.each([
    ["Was the bread good?", "Yes", "2026-11-16T09:05:00.000Z"],
    ["Can you bring bread?", "Not sure", "2026-11-16T09:05:00.000Z"],
    ["Can you bring bread?", "Sure, but not today", "2026-11-16T09:05:00.000Z"],
    ["Can you bring bread?", "Ok?", "2026-11-16T09:05:00.000Z"],
    ["Please don't bring bread", "Ok", "2026-11-16T09:05:00.000Z"],
    ["If you need anything, call me", "Ok", "2026-11-16T09:05:00.000Z"],
    ["¿Puedes traer pan?", "Si puedo salir antes", "2026-11-16T09:05:00.000Z"],
    ["Please read this", "Ok, thanks", "2026-11-16T09:05:00.000Z"],
    ["Can you bring bread?", "Yes", "2026-11-18T09:05:00.000Z"],
  ])("is not: %s %s (%s)", (request, yes, at) => {
    expect(found([1, "me", request, monday], [2, "Ines", yes, at])).toEqual([]);
  });

  it("that was only agreed to is done after its day, or a week, and never overdue", () => {
    const dated = (text: string, at: string) => found([1, "Ines", text, at], [2, "me", "ok", at]);
    expect(dated("Can you fetch Theo tomorrow?", monday)).toMatchObject([{ state: "done", closedBy: null }]);
    expect(dated("Can you fetch Theo on Friday?", monday)).toMatchObject([{ state: "open" }]);
    expect(dated("Can you bring bread?", monday)).toMatchObject([{ state: "open" }]);
    expect(dated("Can you bring bread?", "2026-11-10T09:00:00.000Z")).toMatchObject([{ state: "done" }]);
  });

  it("stays one when only another clause is negated", () => {
    expect(found([1, "Ines", "never 😄 first draft will be with you by Friday", monday])).toMatchObject([
      { by: "them", dueAt: "2026-11-20T22:59:00.000Z" },
    ]);
    expect(found([1, "Ines", "I won't send it, sorry", monday])).toEqual([]);
  });

  it("to do something at once is closed when the chat goes on", () => {
    const call: Parameters<typeof chatItem> = [1, "me", "Rufe gleich zurück", monday];
    expect(found(call, [2, "Ines", "ok", "2026-11-16T09:02:00.000Z"])).toMatchObject([{ state: "overdue" }]);
    expect(found(call, [2, "Ines", "Schön war's", "2026-11-16T12:00:00.000Z"])).toMatchObject([
      { state: "done", closedBy: 2 },
    ]);
  });

  it("does not take the place of another one, but of the same said again", () => {
    const book: Parameters<typeof chatItem> = [
      1,
      "me",
      "I'll return the book to the library",
      "2026-11-10T09:00:00.000Z",
    ];
    expect(found(book, [2, "me", "I'll send you the photos", monday])).toHaveLength(2);
    expect(found(book, [2, "me", "I'll bring the book tomorrow", monday])).toMatchObject([{ itemId: 2 }]);
  });
});
