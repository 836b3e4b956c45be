import { describe, expect, it } from "vitest";
import type { ItemView } from "../../src/core/thread.ts";
import { untrusted } from "../../src/core/untrusted.ts";
import { judgeThread } from "../../src/triage/judge-thread.ts";
import { plainEvent } from "../support/event-facts.ts";
import { chatItem, contextAt, mailItem, marta, noMail, thread, thursday } from "./views.ts";

const context = contextAt(thursday);
const judge = (...items: ItemView[]) => judgeThread(thread(items), context);
const machine = { from: "no-reply@shop.example", mail: { ...noMail, autoSubmitted: "auto-generated" } };

describe("what needs nothing is ignored, with why", () => {
  it.each([
    ["code", { ...machine, subject: "Ihr Bestätigungscode", text: "Ihr Code lautet 482913." }],
    ["receipt", { ...machine, subject: "Order confirmation 4711", text: "Thank you for your order." }],
    [
      "bulk",
      {
        from: "news@shop.example",
        subject: "Soldes",
        text: "Jusqu'à moins 50 %, profitez-en. Se désabonner.",
        mail: { listId: "shop", listUnsubscribe: true },
      },
    ],
    ["notification", { ...machine, subject: "Ana commented on your photo", text: "Ana commented on your photo." }],
  ] as const)("%s", (as, shape) => {
    expect(judge(mailItem({ ...shape }))).toMatchObject({ class: "ignore", ignoredAs: as });
  });

  it("what the owner threw away, whoever it is from, but for a security notice", () => {
    const asked = { ...marta, text: "Can you send me the lease?" };
    expect(judge(mailItem(asked)).class).toBe("reply");
    for (const label of ["Trash", "Papierkorb", "Deleted Items"]) {
      expect(judge(mailItem({ ...asked, labels: [label] }))).toMatchObject({ class: "ignore", ignoredAs: "quiet" });
    }
    const notice = {
      from: "alerts@nordbank.example",
      subject: "New sign-in",
      text: "New sign-in to your account from Porto.",
    };
    const seen = judge(mailItem(notice));
    expect(judge(mailItem({ ...notice, labels: ["Trash"] })).class).toBe(seen.class);
  });

  it("but a known person, a deadline or a bounce is never buried", () => {
    expect(judge(mailItem({ ...marta, text: "Thanks!" })).class).toBe("to_know");
    expect(judge(mailItem({ ...machine, text: "The deadline is 27 November 2026." })).class).toBe("to_know");
    expect(
      judge(
        mailItem({
          from: "mailer-daemon@mx.example",
          subject: "Undelivered mail",
          text: "could not be delivered",
          mail: { dsn: true },
        }),
      ).class,
    ).toBe("to_know");
  });
});

describe("calendar, papers and money", () => {
  const event = {
    ...plainEvent,
    method: "REQUEST",
    startsAt: "2026-11-24T13:00:00.000Z",
    endsAt: "2026-11-24T14:00:00.000Z",
    organizer: "marta@lang.example",
    attendees: [{ address: "clara@weiss.example", name: marta.name as never, answer: "needs_action" }],
  } as const;

  it("an unanswered invitation is an event, and says what it clashes with", () => {
    const busy = {
      threadId: 9,
      uid: "u9",
      title: "Dentist",
      startsAt: "2026-11-24T13:30:00.000Z",
      endsAt: "2026-11-24T15:00:00.000Z",
    };
    const verdict = judgeThread(
      thread([
        mailItem({ ...marta, subject: "Lunch", event: { ...event, exdates: [], attendees: [...event.attendees] } }),
      ]),
      contextAt(thursday, { openEvents: [busy] }),
    );
    expect(verdict.class).toBe("event");
    expect(verdict.signals.map((signal) => signal.reason)).toContain("clashes with “Dentist”");
  });

  it("a past or accepted event is not", () => {
    const past = {
      ...event,
      endsAt: "2026-11-01T14:00:00.000Z",
      startsAt: "2026-11-01T13:00:00.000Z",
      exdates: [],
      attendees: [...event.attendees],
    };
    expect(judge(mailItem({ ...marta, event: past })).class).not.toBe("event");
  });

  it("a moved appointment in words is an event", () => {
    expect(judge(mailItem({ ...marta, text: "Unser Termin wurde auf Donnerstag 10:30 verschoben." })).class).toBe(
      "event",
    );
  });

  it.each([
    ["Our meeting tomorrow at 10:30 is cancelled.", true],
    ["Das Treffen morgen um 10 Uhr wurde abgesagt.", true],
    ["If you can't make it tomorrow at 10:30, tell us at the meeting.", false],
    ["See you at the meeting, 10:30. Otherwise I have to cancel.", false],
    ["Ich müsste sonst das Treffen morgen um 10 Uhr absagen.", false],
    ["Si vous devez annuler la réunion de demain à 10h30, appelez-nous.", false],
  ])("%s is said to be a cancelled meeting: %s", (text, said) => {
    const names = judge(mailItem({ ...marta, text })).signals.map((signal) => signal.name);
    expect(names.includes("event_cancelled")).toBe(said);
  });

  it("a new number for the owner's papers is a document", () => {
    expect(
      judge(
        mailItem({ from: "office@plates.example", text: "Your new plate number is KL 2207, valid from 1 December." }),
      ).class,
    ).toBe("document");
  });

  it("an overdue payment is stale, and urgent when it is due at once", () => {
    expect(judge(mailItem({ ...marta, text: "Your invoice of 40 EUR is overdue." })).class).toBe("stale");
    expect(judge(mailItem({ ...marta, text: "Your invoice of 40 EUR is overdue. Pay by tomorrow." })).class).toBe(
      "urgent",
    );
  });
});

describe("time and channels", () => {
  const question = { ...marta, text: "Could you confirm the date?" };
  it.each([
    ["2026-11-09T09:00:00.000Z", "reply"],
    ["2026-10-20T09:00:00.000Z", "stale"],
    ["2026-04-01T09:00:00.000Z", "ignore"],
  ])("a known person's question of %s is %s", (at, name) => {
    expect(judge(mailItem({ ...question, at })).class).toBe(name);
  });

  const wrote = (text: string, inReplyTo: string | null = null) => [
    {
      personId: 7,
      sentAt: "2026-11-19T10:00:00.000Z",
      channel: "whatsapp" as const,
      inReplyTo,
      text: untrusted(text),
    },
  ];
  const asked = { ...marta, id: 1, text: "Hi Clara, could you confirm the date of the roofing? Yours, Marta" };
  it.each([
    ["Hi Marta, the roofing starts on Friday", null, "to_know"],
    ["Ja, am Freitag", "m1@mail", "to_know"],
    ["Dear Marta, thanks for the cake! Clara", null, "reply"],
    ["Could you confirm lunch?", "m9@mail", "reply"],
    ["", null, "reply"],
  ])("one after which the owner wrote “%s” elsewhere (to %s) is %s", (text, inReplyTo, name) => {
    const item = { ...mailItem(asked), messageId: "m1@mail" };
    const context = contextAt(thursday, { elsewhere: wrote(text, inReplyTo) });
    expect(judgeThread(thread([item]), context).class).toBe(name);
  });

  it("a question in a direct chat stays open under later small talk", () => {
    const items = [
      chatItem(1, "me", "Hallo", "2026-11-18T09:00:00.000Z"),
      chatItem(2, "Ines", "Könntest du Tom deiner Recruiterin vorstellen?", "2026-11-19T08:00:00.000Z"),
      chatItem(3, "Ines", "haha", "2026-11-19T08:05:00.000Z"),
    ];
    expect(judge(...items)).toMatchObject({ class: "reply", lineItemId: 2 });
  });

  it("a group counts when it names the owner", () => {
    const group = (text: string) =>
      judgeThread(thread([chatItem(1, "Bo", text, "2026-11-19T08:00:00.000Z", false)], { group: true }), context).class;
    expect(group("Clara, can you bring the cake?")).toBe("reply");
    expect(group("nice weather")).toBe("ignore");
    expect(group("Who has a drill?")).toBe("to_know");
  });
});
