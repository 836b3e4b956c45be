import { describe, expect, it } from "vitest";
import { digestScreen } from "../../../src/cli/render/digest-screen.ts";
import { makePaint } from "../../../src/cli/render/paint.ts";
import { displayWidth } from "../../../src/cli/render/width.ts";
import type { Digest, DigestEntry } from "../../../src/core/digest.ts";
import type { VerdictClass } from "../../../src/core/verdict.ts";

const nowMs = Date.parse("2026-11-14T08:12:00Z");
const file = { service: "files", health: "ok", detail: null, percent: null } as const;

function entry(
  number: number,
  name: VerdictClass,
  who: string,
  line: string,
  hours: number,
  more: Partial<DigestEntry> = {},
): DigestEntry {
  return {
    number,
    threadId: number + 10,
    class: name,
    score: 0.5,
    channel: "mail",
    who,
    title: "A subject",
    line,
    why: [],
    since: new Date(nowMs - hours * 3_600_000).toISOString(),
    ageHours: hours,
    freshness: "new",
    itemId: null,
    itemIds: [],
    alsoThreadIds: [],
    proposal: null,
    ...more,
  };
}

function digest(more: Partial<Digest> = {}): Digest {
  return {
    version: 1,
    since: "2026-11-12T17:04:00.000Z",
    until: "2026-11-14T08:12:00.000Z",
    counts: { messages: 87, threads: 52, forYou: 5 },
    newEntries: [
      entry(1, "urgent", "Nordbank", "New sign-in from Porto. Was it you?", 11),
      entry(2, "reply", "Inès", "Could you intro Tom to your recruiter?", 14, { channel: "whatsapp" }),
      entry(3, "event", "Dr. Lindt", "Moved to Thu 10:30; clashes with Ana", 24),
      entry(4, "document", "会議室予約センター", "新しい部屋は A302 です", 26),
      entry(5, "care", "N0rdbank.co", "Lookalike of 1, asks for your password", 3),
    ],
    openEntries: [entry(6, "waiting", "Hahn roofing", "Is Tuesday still fine?", 288, { freshness: "still_open" })],
    more: { new: 3, open: 0 },
    openFromBefore: 1,
    notShown: {
      toKnow: 3,
      ignored: 41,
      ignoredBy: { bulk: 30, receipt: 5, code: 1, notification: 0, hostile: 3, answered: 0, quiet: 2 },
      muted: 0,
      done: 0,
      snoozed: 1,
    },
    coverage: [
      { ...file, source: "All mail", channel: "mail", seenFrom: null, seenTo: null, current: true, notes: [] },
      { ...file, source: "Calendar", channel: "calendar", seenFrom: null, seenTo: null, current: true, notes: [] },
      {
        ...file,
        source: "WhatsApp chat with Inès",
        channel: "whatsapp",
        seenFrom: "2026-10-01T00:00:00.000Z",
        seenTo: "2026-11-13T22:40:00.000Z",
        current: false,
        notes: ["2 voice notes not read"],
      },
    ],
    cost: { cents: 0, rulesOnly: true },
    tookMs: 310,
    ...more,
  };
}

const screen = (found: Digest, width = 78, colour = false, cards: readonly number[] = []): string =>
  digestScreen(found, { paint: makePaint(colour), width, zone: "Europe/Berlin", nowMs, ignored: [], cards });

describe("the digest on a screen", () => {
  it("looks like the one in the design", () => {
    expect(screen(digest())).toMatchInlineSnapshot(`
      "What you missed    Thu 18:04 – Sat 09:12    87 new in 52 threads, 5 for you
      URGENT 1 Nordbank          New sign-in from Porto. Was it you?            11 h
      REPLY  2 Inès, WhatsApp    “Could you intro Tom to your recruiter?”       14 h
      EVENT  3 Dr. Lindt         Moved to Thu 10:30; clashes with Ana            1 d
      DOC    4 会議室予約センタ… 新しい部屋は A302 です                          1 d
      CARE   5 N0rdbank.co       Lookalike of 1, asks for your password          3 h
               and 3 more not shown; --limit 99 shows them

      Open from before: 1
      WAIT   6 Hahn roofing      “Is Tuesday still fine?”                       12 d

      Not shown: 3 to know, 41 ignored (30 bulk, 5 receipts, 1 code, 3 hostile, 2
      quiet), 1 snoozed
      Seen: Mail Calendar; WhatsApp to Fri 23:40, 2 voice notes not read
      Rules only, $0.00, 0.3 s.  show 1 · why 2 · done 3 · wrong 2
      "
    `);
  });

  it("names the card beside its entry, and all cards that wait", () => {
    const found = digest();
    const [first, second, ...rest] = found.newEntries;
    if (first === undefined || second === undefined) throw new Error("The digest has two entries.");
    const newEntries = [first, { ...second, proposal: { card: 12 } }, ...rest];
    const wide = screen({ ...found, newEntries }, 78, false, [12, 14]);
    expect(wide).toMatch(/“Could you intro Tom.*” +14 h {2}card 12\n/);
    expect(wide).toContain("Cards 12 and 14 wait for your yes: cards\n");
    expect(Math.max(...wide.split("\n").map(displayWidth))).toBeLessThanOrEqual(78);
    expect(screen({ ...found, newEntries }, 40, false, [12])).toContain("   card 12\n");
  });

  it("has two lines an entry on a phone", () => {
    expect(screen(digest(), 40)).toMatchInlineSnapshot(`
      "What you missed
      Thu 18:04 – Sat 09:12
      87 new in 52 threads, 5 for you
      URGENT 1 Nordbank                   11 h
         New sign-in from Porto. Was it you?
      REPLY  2 Inès, WhatsApp             14 h
         “Could you intro Tom to your
         recruiter?”
      EVENT  3 Dr. Lindt                   1 d
         Moved to Thu 10:30; clashes with Ana
      DOC    4 会議室予約センター          1 d
         新しい部屋は A302 です
      CARE   5 N0rdbank.co                 3 h
         Lookalike of 1, asks for your
         password
         and 3 more not shown; --limit 99
         shows them

      Open from before: 1
      WAIT   6 Hahn roofing               12 d
         “Is Tuesday still fine?”

      Not shown: 3 to know, 41 ignored (30
      bulk, 5 receipts, 1 code, 3 hostile, 2
      quiet), 1 snoozed
      Seen: Mail Calendar; WhatsApp to Fri
      23:40, 2 voice notes not read
      Rules only, $0.00, 0.3 s.
      show 1 · why 2 · done 3 · wrong 2
      "
    `);
  });

  it("never passes the width, whatever the width", () => {
    for (let width = 24; width <= 120; width += 1) {
      for (const line of screen(digest(), width).split("\n")) {
        expect(displayWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(Math.min(78, width));
      }
    }
  });

  it("has colour only where it is on, and the same words either way", () => {
    const plain = screen(digest());
    const coloured = screen(digest(), 78, true);
    expect(plain).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[31m");
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(plain);
  });

  it("lets nothing of what others wrote reach the terminal as an escape", () => {
    const hostile = [
      "\u001b]8;;https://evil.test\u0007click\u001b]8;;\u0007",
      "\u001b[2J\u001b[1;1Hgone",
      "\u009b31mred",
      "abc\u202etxt.exe",
      "two\nlines\r\nURGENT 1 Nordbank",
      "\u0000\u0008\u007f",
    ];
    for (const text of hostile) {
      const found = digest({
        newEntries: [entry(1, "reply", text, text, 1, { title: text })],
        coverage: [
          { ...file, source: text, channel: null, seenFrom: null, seenTo: null, current: true, notes: [text] },
        ],
      });
      const shown = screen(found);
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(shown.split("\n").length).toBe(
        screen(digest({ newEntries: [entry(1, "reply", "x", "x", 1)] })).split("\n").length,
      );
    }
  });

  it("says kindly that nothing was missed", () => {
    const nothing = digest({
      counts: { messages: 0, threads: 0, forYou: 0 },
      newEntries: [],
      openEntries: [],
      more: { new: 0, open: 0 },
      openFromBefore: 0,
      notShown: { ...digest().notShown, toKnow: 0, ignored: 0, snoozed: 0 },
    });
    expect(screen(nothing)).toMatchInlineSnapshot(`
      "Nothing new since Thu 18:04.

      Seen: Mail Calendar; WhatsApp to Fri 23:40, 2 voice notes not read
      Rules only, $0.00, 0.3 s.
      "
    `);
  });

  it("says when nothing of what came is for the owner", () => {
    const quiet = digest({
      counts: { messages: 3, threads: 3, forYou: 0 },
      newEntries: [],
      openEntries: [],
      more: { new: 0, open: 0 },
    });
    expect(screen(quiet).split("\n").slice(0, 2)).toMatchInlineSnapshot(`
      [
        "What you missed    Thu 18:04 – Sat 09:12    3 new in 3 threads, 0 for you",
        "None of it needs you.",
      ]
    `);
  });
});
