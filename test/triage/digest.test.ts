// Holds R85.
import { describe, expect, it } from "vitest";
import { digestSchema } from "../../src/core/digest.ts";
import type { Verdict, VerdictClass } from "../../src/core/verdict.ts";
import { weekSchema } from "../../src/core/week.ts";
import { buildDigest, type ThreadSummary } from "../../src/triage/digest.ts";
import { buildWeek } from "../../src/triage/week.ts";
import { thursday } from "./views.ts";

const since = "2026-11-18T00:00:00.000Z";
function verdict(threadId: number, name: VerdictClass, score = 0.5, ignoredAs: Verdict["ignoredAs"] = null): Verdict {
  return { threadId, class: name, score, signals: [], line: `line ${threadId}`, lineItemId: threadId, ignoredAs };
}
function summary(threadId: number, more: Partial<ThreadSummary> = {}): ThreadSummary {
  return {
    threadId,
    channel: "mail",
    title: "t",
    who: "Marta",
    state: "new",
    since: "2026-11-19T00:00:00.000Z",
    newestAt: "2026-11-19T00:00:00.000Z",
    newMessages: 1,
    itemIds: [threadId],
    eventKey: null,
    ...more,
  };
}
const input = { since, nowMs: thursday, coverage: [], tookMs: 3 };

describe("a digest", () => {
  it("keeps new and still open apart, in order of class and score, numbered through", () => {
    const old = { newestAt: "2026-11-01T00:00:00.000Z", newMessages: 0, state: "open" } as const;
    const digest = buildDigest({
      ...input,
      verdicts: [verdict(1, "reply", 0.3), verdict(2, "urgent"), verdict(3, "reply", 0.9), verdict(4, "reply")],
      threads: [summary(1), summary(2), summary(3), summary(4, old)],
    });
    expect(digestSchema.parse(digest)).toEqual(digest);
    expect(digest.newEntries.map((entry) => [entry.number, entry.threadId])).toEqual([
      [1, 2],
      [2, 3],
      [3, 1],
    ]);
    expect(digest.openEntries.map((entry) => [entry.number, entry.threadId, entry.freshness])).toEqual([
      [4, 4, "still_open"],
    ]);
    expect(digest.openFromBefore).toBe(1);
  });

  it("says how many are not shown, and lists or counts every thread", () => {
    const ids = Array.from({ length: 20 }, (_, index) => index + 1);
    const verdicts = ids.map((id) =>
      id <= 15
        ? verdict(id, "reply")
        : id === 16
          ? verdict(id, "to_know")
          : verdict(id, "ignore", 0, id === 17 ? "code" : "bulk"),
    );
    const digest = buildDigest({
      ...input,
      verdicts,
      threads: ids.map((id) => summary(id, id === 20 ? { state: "muted" } : {})),
    });
    expect(digest.newEntries).toHaveLength(12);
    expect(digest.more.new).toBe(3);
    expect(digest.notShown).toMatchObject({ toKnow: 1, ignored: 3, muted: 1, ignoredBy: { code: 1, bulk: 2 } });
    expect(
      digest.newEntries.length +
        digest.more.new +
        digest.notShown.toKnow +
        digest.notShown.ignored +
        digest.notShown.muted,
    ).toBe(20);
  });

  it("shows nothing that is done, snoozed or muted", () => {
    for (const state of ["done", "snoozed", "muted"] as const) {
      const digest = buildDigest({ ...input, verdicts: [verdict(1, "urgent")], threads: [summary(1, { state })] });
      expect([digest.newEntries, digest.openEntries, digest.notShown[state]]).toEqual([[], [], 1]);
    }
  });

  const about = (threadId: number, more: Partial<ThreadSummary> = {}) =>
    summary(threadId, { eventKey: "a@x.example 77", ...more });
  const signal = (name: "invitation" | "event_clash", reason: string, weight: number) => ({
    name,
    reason,
    weight,
    vetoes: true,
    itemId: null,
  });

  it("has one line for the invitation in a mail and the entry in the calendar, with the reasons of both", () => {
    const invitation = { ...verdict(1, "event", 0.7), signals: [signal("invitation", "an invitation", 2)] };
    const entry = {
      ...verdict(2, "event", 0.9),
      signals: [signal("invitation", "an invitation", 2.5), signal("event_clash", "clashes with “Lunch”", 1)],
    };
    const digest = buildDigest({
      ...input,
      verdicts: [verdict(3, "event", 0.8), entry, invitation],
      threads: [about(1, { state: "open" }), about(2, { channel: "calendar" }), summary(3)],
    });
    expect(digest.newEntries.map((one) => [one.threadId, one.alsoThreadIds])).toEqual([
      [3, []],
      [1, [2]],
    ]);
    expect(digest.newEntries[1]).toMatchObject({ why: ["an invitation", "clashes with “Lunch”"], itemIds: [1, 2] });
    expect(digest.openEntries).toEqual([]);
    expect(digestSchema.parse(digest)).toEqual(digest);
  });

  it("keeps of the same event what asks for something, and counts the other no more", () => {
    const digest = buildDigest({
      ...input,
      verdicts: [verdict(1, "to_know", 0.9), verdict(2, "event", 0.3)],
      threads: [about(1), about(2, { channel: "calendar" })],
    });
    expect(digest.newEntries.map((one) => [one.threadId, one.alsoThreadIds])).toEqual([[2, [1]]]);
    expect(digest.notShown.toKnow).toBe(0);
  });

  it("folds no trap into another line, and nothing that was put away", () => {
    const digest = buildDigest({
      ...input,
      verdicts: [verdict(1, "event"), verdict(2, "care"), verdict(3, "event")],
      threads: [about(1), about(2), about(3, { state: "done" })],
    });
    expect(digest.newEntries.map((one) => [one.threadId, one.alsoThreadIds])).toEqual([
      [1, []],
      [2, []],
    ]);
    expect(digest.notShown.done).toBe(1);
  });
});

describe("the week", () => {
  it("counts by day and channel in the owner's zone, with shares and waits", () => {
    const message = { channel: "mail", fromOwner: false, personal: true, answeredAt: null, waiting: false } as const;
    const week = buildWeek({
      nowMs: thursday,
      zone: "Europe/Berlin",
      messages: [
        { ...message, sentAt: "2026-11-18T23:30:00.000Z", answeredAt: "2026-11-19T01:30:00.000Z" },
        { ...message, sentAt: "2026-11-18T08:00:00.000Z", waiting: true },
        { ...message, channel: "whatsapp", sentAt: "2026-11-18T08:10:00.000Z", fromOwner: true },
        { ...message, sentAt: "2026-10-01T08:00:00.000Z" },
      ],
      promises: [
        { state: "done", saidAt: "2026-11-18T08:00:00.000Z" },
        { state: "overdue", saidAt: "2026-11-01T08:00:00.000Z" },
      ],
    });
    expect(weekSchema.parse(week)).toEqual(week);
    expect(week.days).toHaveLength(7);
    expect(week.days.at(-1)).toEqual({ day: "2026-11-19", received: 1, sent: 0 });
    expect(week).toMatchObject({
      personal: 2,
      answered: 1,
      answeredShare: 0.5,
      medianAnswerHours: 2,
      longestWaitingHours: 27,
      busiestHour: 9,
      promises: { kept: 1, open: 0, overdue: 1 },
    });
  });

  it("of nothing has no shares", () => {
    expect(buildWeek({ nowMs: thursday, zone: "Nowhere/None", messages: [], promises: [] })).toMatchObject({
      answeredShare: null,
      busiestHour: null,
      longestWaitingHours: null,
    });
  });
});
