import { describe, expect, it } from "vitest";
import { itemLines } from "../../../src/cli/render/item-screen.ts";
import { makePaint } from "../../../src/cli/render/paint.ts";
import { searchScreen } from "../../../src/cli/render/search-screen.ts";
import { displayWidth } from "../../../src/cli/render/width.ts";
import { untrusted } from "../../../src/core/untrusted.ts";
import type { FullItem } from "../../../src/store/items.ts";
import type { SearchResult } from "../../../src/store/search.ts";
import { plainEvent } from "../../support/event-facts.ts";

const escapes = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const hostile = "Look \u001b]8;;https://evil.test\u0007here\u001b[2J \u202egpj.exe \u009b31m";
const nowMs = Date.parse("2026-11-14T08:12:00Z");

function item(text: string): FullItem {
  return {
    id: 7,
    kind: "message",
    channel: "mail",
    thread_id: 1,
    sent_at: "2026-11-13T10:00:00.000Z",
    from_owner: false,
    message_id: null,
    subject: untrusted(text),
    text: untrusted(text),
    quoted: untrusted(`${text}\n${text}`),
    signature: untrusted(text),
    hidden: untrusted(text),
    labels: [],
    attachments: [
      {
        name: untrusted(text),
        mediaType: "application/pdf",
        sizeBytes: 120_000,
        sha256: null,
        inline: false,
        text: untrusted(text),
      },
    ],
    mail: null,
    event: null,
    contact: null,
    original: null,
    is_partial: true,
    parties: [
      { role: "from", value: `${text}@evil.test`, name: untrusted(text), person: text, is_owner: false },
      { role: "to", value: "clara@weiss.example", name: untrusted("Clara"), person: "Clara", is_owner: true },
    ],
    sightings: [{ source_id: "s", label: text, path: `/tmp/${text}`, byte_offset: 4 }],
  };
}

function hits(text: string): SearchResult {
  return {
    hits: [
      {
        itemId: 7,
        threadId: 1,
        sentAt: "2026-11-13T10:00:00.000Z",
        channel: "whatsapp",
        sender: untrusted(text),
        subject: untrusted(text),
        snippet: { text: untrusted(`${text} and more`), matches: [[0, 3]] },
        score: 1,
      },
    ],
    total: 1,
    totalIsExact: true,
    ranked: null,
    tookMs: 2,
    notes: [text],
  };
}

const options = { paint: makePaint(false), width: 78, zone: "Europe/Berlin" };

describe("an item on a screen", () => {
  it("folds what is quoted, marks what is hidden, and says where it lies", () => {
    expect(itemLines(item("Shall we meet?"), { ...options, full: false }).join("\n")).toMatchInlineSnapshot(`
      "Shall we meet? <Shall we meet?@evil.test>               Fri 13 Nov 2026, 11:00
      to you

        Shall we meet?
        [2 quoted lines folded; --full shows them]
        Hidden in this message:
        ┊ Shall we meet?
        + Shall we meet? (120 kB, its text is searchable)

        Could only be read in part.
        i7 · Shall we meet?: /tmp/Shall we meet? at byte 4"
    `);
  });

  it("lets nothing of what others wrote reach the terminal as an escape, folded or not", () => {
    for (const full of [false, true]) {
      const shown = itemLines(item(hostile), { ...options, full }).join("\n");
      expect(shown).toContain("Look");
      expect(shown).not.toMatch(escapes);
    }
  });

  it("shows a whole day as the same day in every zone, and how to join a meeting", () => {
    const day = { ...plainEvent, allDay: true, zone: null, conference: untrusted("https://meet.example/x") };
    const event = { ...day, startsAt: "2026-11-24T00:00:00.000Z", endsAt: "2026-11-25T00:00:00.000Z" };
    for (const zone of ["America/Los_Angeles", "Pacific/Auckland"]) {
      const entry = { ...item("Trip"), sent_at: event.startsAt, event };
      const lines = itemLines(entry, { ...options, zone, full: false });
      expect(lines[0]).toContain("Tue 24 Nov 2026");
      expect(lines.join("\n")).toContain("When: Tue 24 Nov 2026, all day\n  Join: https://meet.example/x");
    }
  });

  it("stays within the width", () => {
    for (let width = 40; width <= 90; width += 7) {
      for (const line of itemLines(item("会議の資料を送ってください, please, before Friday noon"), {
        ...options,
        width,
        full: true,
      })) {
        expect(displayWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
      }
    }
  });
});

describe("search hits on a screen", () => {
  it("are numbered, with who, when and the words around what was found", () => {
    expect(searchScreen("lease", hits("The lease"), { ...options, nowMs, self: "steward" })).toMatchInlineSnapshot(`
      "s1  The lease, WhatsApp                                              Fri 11:00
          The lease
          The lease and more

      1 hit, 0.0 s.  show s1
      The lease
      "
    `);
  });

  it("mark what was found where there is colour", () => {
    const shown = searchScreen("the", hits("The lease"), {
      ...options,
      paint: makePaint(true),
      nowMs,
      self: "steward",
    });
    expect(shown).toContain("\u001b[33mThe\u001b[39m lease and more");
  });

  it("let nothing of what others wrote reach the terminal as an escape", () => {
    const shown = searchScreen(hostile, hits(hostile), { ...options, nowMs, self: "steward" });
    expect(shown).toContain("Look");
    expect(shown).not.toMatch(escapes);
  });
});
