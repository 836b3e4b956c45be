import { describe, expect, it } from "vitest";
import { judgeThread } from "../../src/triage/judge-thread.ts";
import { chatItem, contextAt, mailItem, marta, thread, thursday } from "./views.ts";

const context = contextAt(thursday);
const classOf = (...items: ReturnType<typeof mailItem>[]) => judgeThread(thread(items), context).class;

describe("a question or request of a person", () => {
  it.each([
    ["English", "Hi Clara, could you introduce Tom to your recruiter?"],
    ["German", "Liebe Clara, kannst du mir bitte den Mietvertrag schicken?"],
    ["German without umlauts", "Koenntest du mir Bescheid geben, ob Dienstag passt?"],
    ["French", "Salut Clara, pourrais-tu me confirmer pour mardi ?"],
    ["Spanish", "Hola Clara, ¿puedes mandarme la dirección?"],
    ["Italian", "Ciao Clara, mi mandi la fattura per favore?"],
    ["Portuguese", "Olá Clara, podes enviar-me o contrato?"],
  ])("in %s waits for a reply, with the question as its line", (_language, text) => {
    const verdict = judgeThread(thread([mailItem({ ...marta, text })]), context);
    expect(verdict.class).toBe("reply");
    expect(verdict.line.length).toBeGreaterThan(15);
    expect(text).toContain(verdict.line.replace(/…$/, ""));
  });

  it("is urgent when it is due tomorrow", () => {
    expect(classOf(mailItem({ ...marta, text: "Can you sign the lease by tomorrow?" }))).toBe("urgent");
  });

  it("is answered when the owner wrote last", () => {
    const verdict = judgeThread(
      thread([
        mailItem({ ...marta, text: "Can you come?" }),
        mailItem({ id: 2, from: "clara@weiss.example", text: "Yes, gladly.", at: "2026-11-19T10:00:00.000Z" }),
      ]),
      context,
    );
    expect([verdict.class, verdict.ignoredAs]).toEqual(["ignore", "answered"]);
  });

  it("in a direct chat needs no question mark", () => {
    const verdict = judgeThread(
      thread([chatItem(1, "Ines", "kannst du mir morgen die schlüssel geben", "2026-11-19T09:00:00.000Z")]),
      context,
    );
    expect(verdict.class).toMatch(/reply|urgent/);
  });
});
