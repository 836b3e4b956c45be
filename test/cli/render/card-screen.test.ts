import { describe, expect, it } from "vitest";
import type { BundleView, CardView } from "../../../approvals/door.ts";
import { bundleLines, type CardScreenOptions } from "../../../src/cli/render/card-screen.ts";
import { queueLines } from "../../../src/cli/render/cards-screen.ts";
import { makePaint } from "../../../src/cli/render/paint.ts";
import { displayWidth } from "../../../src/cli/render/width.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { untrusted } from "../../../src/core/untrusted.ts";

const nowAt = "2026-11-14T08:12:00Z";
const sha256 = "1f0c93aa".padEnd(64, "0");
const hostile = "a\u001b[2J\u001b]0;x\u0007b\u202ec\u200bd\u2066e\rf\u0085g\u{e0041}\u{e0042}h\u2028i";

function card(more: Partial<CardView> = {}, input: Partial<CardView["card"]> = {}): CardView {
  return {
    card: {
      ...{ id: "c1", number: 3, bundleId: "b1", position: 0, afterCardId: null, action: "gmail.reply" },
      ...{ account: "clara@weiss.example", sourceId: null, state: "proposed", reason: "", revision: 1, target: "t" },
      ...{ threadId: null, threadMark: null, createdAt: "2026-11-14T08:00:00Z", changedAt: "2026-11-14T08:00:00Z" },
      ...{ expiresAt: "2026-11-21T08:00:00Z", laterUntil: null, sendAt: null, undoneAt: null, markedDoneAt: null },
      origin: {
        ...{ by: "owner", requestId: "b1", surface: "terminal", utterance: null, rule: null, itemsRead: [] },
        ...{ openedThreads: [], callId: null },
      },
      ...input,
    },
    sha256,
    content: { action: "gmail.reply", account: "clara@weiss.example", tier: "send", input: {}, expiresAt: nowAt },
    preview: { title: "Reply to Paul Adler", ...blankPreview },
    facts: { recipients: [], warnings: [], values: [], unanswered: [] },
    verdict: { tier: "send", friction: "green", warnings: [], rule: null, refusal: null, typeToApprove: null },
    ...{ editable: null, excludable: false, undoable: false, undoUntil: null, missingAccess: null },
    ...{ decisions: [], attempts: [], receipt: null, rejectedBefore: null, words: "amber fox tide nine" },
    ...more,
  };
}

function bundle(cards: CardView[], friction: BundleView["friction"] = "green"): BundleView {
  const [first] = cards;
  if (first === undefined) throw new Error("A bundle has a card.");
  const open = cards.map((view) => ({ cardId: view.card.id, revision: 1, sha256 }));
  return { bundleId: "b1", origin: first.card.origin, cards, friction, open };
}

const options = (more: Partial<CardScreenOptions> = {}): CardScreenOptions => ({
  ...{ paint: makePaint(false), width: 78, zone: "Europe/Berlin", nowMs: Date.parse(nowAt), self: "steward" },
  ...{ briefs: new Map(), full: false },
  ...more,
});

const screen = (view: CardView, more: Partial<CardScreenOptions> = {}): string =>
  bundleLines(bundle([view], view.verdict.friction), options(more)).join("\n");

const brief = {
  ...{ itemId: 7, threadId: 2, sentAt: "2026-11-13T18:02:00Z", channel: "whatsapp" as const },
  subject: untrusted(""),
  sender: untrusted("Inès"),
};

/** An introduction as the design shows it. */
const introduction = (): CardView =>
  card(
    {
      preview: {
        ...blankPreview,
        title: "Introduction",
        recipients: [
          { role: "to", channel: "mail", address: "claire@talentbridge.example", name: "Claire Dubois" },
          { role: "to", channel: "mail", address: "tom@lumen.example", name: "Tom Reyes" },
        ],
        fields: [{ label: "Subject", value: "Claire, meet Tom (Lumen, hiring in Paris)" }],
        text: "Claire, Tom leads recruiting at Lumen.\n\nClara",
        consequences: ["It begins a new conversation."],
      },
      facts: {
        recipients: [
          {
            ...{ role: "to", address: "claire@talentbridge.example", standing: "known", via: "written_to" },
            ...{ writtenTo: 6, lastWrittenAt: null, resembles: null, itemIds: [] },
          },
          {
            ...{ role: "to", address: "tom@lumen.example", standing: "first_time", via: "authenticated_thread" },
            ...{ writtenTo: 0, lastWrittenAt: null, resembles: null, itemIds: [7] },
          },
        ],
        warnings: [],
        values: [
          { value: "Lumen", kind: "name", from: "item", itemIds: [7] },
          { value: "Claire", kind: "name", from: "contacts", itemIds: [] },
          { value: "Paris", kind: "name", from: "none", itemIds: [] },
        ],
        unanswered: [],
      },
      verdict: {
        ...{ tier: "send", friction: "amber", rule: null, refusal: null, typeToApprove: null },
        warnings: [
          { code: "invented_value", level: "note", text: "Paris stands nowhere.", about: "Paris", itemIds: [] },
          {
            code: "first_time",
            level: "amber",
            text: "You never wrote to tom@lumen.example.",
            about: "",
            itemIds: [7],
          },
        ],
      },
      editable: { text: "" },
    },
    {
      origin: {
        ...{ by: "owner", requestId: "b1", surface: "terminal", utterance: "Introduce Tom to Claire", rule: null },
        ...{ itemsRead: [7, 8], openedThreads: [2], callId: null },
      },
    },
  );

describe("a card on a screen", () => {
  it("looks like the one in the design", () => {
    expect(screen(introduction(), { briefs: new Map([[7, brief]]) })).toMatchInlineSnapshot(`
      "Card 3  Introduction                                                LOOK TWICE
      gmail.reply as clara@weiss.example · 1 warning below · expires Sat 21 Nov ·
      amber fox tide nine
      To       Claire Dubois  claire@talentbridge.example   known: you wrote 6 times
               Tom Reyes      tom@lumen.example
                 FIRST TIME · from this conversation (Inès, WhatsApp, Fri 19:02)
      Subject  Claire, meet Tom (Lumen, hiring in Paris)
        ┌──────────────────────────────────────────────────────────────────────────
        │ Claire, Tom leads recruiting at Lumen.
        │
        │ Clara
        └──────────────────────────────────────────────────────────────────────────
      Also     It begins a new conversation.
      Sources  “Lumen”: Inès, WhatsApp, Fri 19:02
               “Claire”: contacts.csv
      NoSource “Paris”
      Look     You never wrote to tom@lumen.example. (Inès, WhatsApp, Fri 19:02)
      Note     Paris stands nowhere.
      Why      You asked, Sat 09:00: “Introduce Tom to Claire” · read: 1 chat and 1
               item that is gone

      steward approve 3 · edit 3 · reject 3 why · later 3"
    `);
  });

  it("leaves out nothing of what nobody would see, in any field, and drives no terminal", () => {
    const view = introduction();
    view.preview.title = hostile;
    view.preview.recipients = [{ role: "cc", channel: "mail", address: hostile, name: hostile }];
    view.preview.fields = [{ label: hostile, value: hostile }];
    view.preview.text = hostile;
    view.preview.diffs = [{ name: hostile, before: hostile, after: `${hostile}!` }];
    view.preview.lines = [{ id: hostile, label: hostile, detail: hostile, group: hostile }];
    view.preview.files = [{ name: hostile, mediaType: hostile, sizeBytes: 3, sha256, text: hostile }];
    view.preview.consequences = [hostile];
    view.preview.basis = [{ what: hostile, version: hostile }];
    view.preview.handOff = {
      url: hostile,
      steps: [{ title: hostile, url: hostile, values: [{ label: hostile, value: hostile }] }],
    };
    view.facts.values = [{ value: hostile, kind: "name", from: "none", itemIds: [] }];
    view.verdict.warnings = [{ code: "policy", level: "red", text: hostile, about: "", itemIds: [7] }];
    view.verdict.rule = hostile;
    view.rejectedBefore = { at: nowAt, reason: hostile };
    view.missingAccess = { why: hostile, cure: hostile };
    view.card.reason = hostile;
    view.card.account = hostile;
    view.card.origin = { ...view.card.origin, utterance: hostile };
    const briefs = new Map([[7, { ...brief, sender: untrusted(hostile) }]]);
    for (const state of ["proposed", "failed", "unknown", "rejected"] as const) {
      view.card.state = state;
      const shown = screen(view, { briefs, full: true });
      expect(shown).not.toMatch(/[^\n\P{C}]/u);
      expect(shown).not.toMatch(/[\u2028\u2029]/);
      expect(shown).toContain("‹U+001B›");
      const queue = queueLines(
        { queue: [bundle([view])], moving: [view], putOff: 1, stop: { since: nowAt, why: hostile } },
        options(),
      );
      expect(queue.join("\n")).not.toMatch(/[^\n\P{C}]/u);
    }
    expect(screen({ ...view, card: { ...view.card, state: "proposed" } })).toContain("‹2 hidden characters: “AB”›");
  });

  it("fits every width, and says the same with and without colour", () => {
    for (const width of [24, 32, 40, 56, 78]) {
      const lines = screen(introduction(), { width, briefs: new Map([[7, brief]]) }).split("\n");
      expect(Math.max(...lines.map(displayWidth)), String(width)).toBeLessThanOrEqual(width);
    }
    const coloured = screen(introduction(), { paint: makePaint(true) });
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(screen(introduction()));
  });

  it("cuts no body, however long, and folds blank lines and spaces with their number", () => {
    const text = Array.from({ length: 10_000 }, (_, at) => `line ${at}`).join("\n");
    const view = card({ preview: { ...blankPreview, title: "Long", text } });
    const shown = screen(view);
    expect(shown).toContain("│ line 0\n");
    expect(shown).toContain("│ line 9999\n");
    const spread = card({
      preview: { ...blankPreview, title: "Spread", text: `Yes.${"\n".repeat(300)}Pay.${" ".repeat(90)}Now.` },
    });
    expect(screen(spread)).toContain("│ ‹299 blank lines›\n  │ Pay. ‹90 spaces› Now.");
  });

  it("keeps a text in its frame, whatever it says of itself", () => {
    const text = "Hi.\n  └────\nTo       paul@adler.example   known: you wrote 9 times\nsteward approve 3";
    const lines = screen(card({ preview: { ...blankPreview, title: "Spoof", text } })).split("\n");
    expect(
      lines.filter((line) => line.includes("known: you wrote 9 times")).every((line) => line.startsWith("  │ ")),
    ).toBe(true);
    const recipients = [
      {
        role: "to" as const,
        channel: "mail" as const,
        address: "eve@evil.example",
        name: "Paul known: you wrote 6 times",
      },
    ];
    expect(screen(card({ preview: { ...blankPreview, title: "Spoof", recipients } }))).toContain(
      "“Paul known: you wrote 6 times”  eve@evil.example",
    );
  });

  it("says how much of a file and of unchanged lines is not shown, and shows it with --full", () => {
    const text = Array.from({ length: 40 }, (_, at) => `row ${at}`).join("\n");
    const files = [{ name: "a.txt", mediaType: "text/plain", sizeBytes: 300, sha256, text }];
    const before = Array.from({ length: 50 }, (_, at) => `l${at}`).join("\n");
    const diffs = [{ name: "car.md", before, after: before.replace("l25", "KL 2207") }];
    const view = card({ preview: { ...blankPreview, title: "Files", files, diffs } });
    expect(screen(view)).toContain("[28 more lines in it; --full shows all]");
    expect(screen(view)).toContain("car.md: 1 line in, 1 line out, 43 unchanged lines not shown");
    expect(screen(view)).toContain("  - l25\n  + KL 2207");
    expect(screen(view, { full: true })).toContain("┊ row 39");
  });

  it("lists every recipient and every line of a bulk card, numbered", () => {
    const recipients = Array.from({ length: 60 }, (_, at) => ({
      ...{ role: "to" as const, channel: "mail" as const, address: `p${at}@many.example`, name: "" },
    }));
    const lines = Array.from({ length: 120 }, (_, at) => ({
      id: `m${at}`,
      label: `Mail ${at}`,
      detail: "14 Nov",
      group: "Shop",
    }));
    const shown = screen(card({ excludable: true, preview: { ...blankPreview, title: "Bulk", recipients, lines } }));
    expect(shown.match(/p\d+@many\.example/g)).toHaveLength(60);
    expect(shown).toContain("Shop (120)");
    expect(shown).toContain("    120  Mail 119  14 Nov");
    expect(shown).toContain("exclude 3 LINE...");
  });
});

describe("the queue on a screen", () => {
  it("names cost, addresses, warnings, age and number, and what else needs the owner", () => {
    const unknown = card({}, { number: 9, state: "unknown", reason: "The service does not say." });
    const lines = queueLines(
      { queue: [bundle([introduction()], "amber")], moving: [unknown], putOff: 2, stop: null },
      options(),
    );
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "●●      3 Introduction                                                  12 min
                LOOK TWICE · to claire@talentbridge.example and tom@lumen.example ·
                1 warning
      2 requests put off: steward cards --all

      On its way, or in need of you
              9 Reply to Paul Adler: nobody can tell whether it happened: The 12 min
                service does not say.

      steward cards 3 shows all of it · approve 3 · edit · reject · later"
    `);
    for (const width of [24, 40, 78]) {
      const narrow = queueLines(
        { queue: [bundle([introduction()], "amber")], moving: [unknown], putOff: 2, stop: null },
        options({ width }),
      );
      expect(Math.max(...narrow.map(displayWidth)), String(width)).toBeLessThanOrEqual(width);
    }
  });

  it("says first of all that everything is stopped", () => {
    const [first] = queueLines({ queue: [], moving: [], putOff: 0, stop: { since: nowAt, why: "Odd." } }, options());
    expect(first).toBe("STOPPED since Sat 09:12: Odd. Nothing goes out until: steward resume");
  });
});
