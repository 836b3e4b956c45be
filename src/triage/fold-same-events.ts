import type { Signal, Verdict } from "../core/verdict.ts";
import type { ThreadSummary } from "./digest.ts";

/** A thread with its verdict; `also` are threads about the same event that this line speaks for. */
export interface Judged {
  verdict: Verdict;
  thread: ThreadSummary;
  also: number[];
}

/**
 * Makes one of several threads that are decided by the same event, as the invitation in a mail and the entry in the calendar
 * are: the first in `order` stays, with the others' reasons and items, and is new when any of them is. Threads that the owner
 * put away stay apart, and so do traps: a warning is never part of another line. Contract: pure; every thread is in one of the results, itself or in `also`.
 */
export function foldSameEvents(judged: readonly Judged[], order: (a: Judged, b: Judged) => number): Judged[] {
  const groups = Map.groupBy(judged, ({ verdict, thread }) => {
    const isVisible = thread.state === "new" || thread.state === "open";
    const isTrap = verdict.class === "care";
    return isVisible && !isTrap && thread.eventKey !== null ? thread.eventKey : thread.threadId;
  });
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group.toSorted(order);
    return first === undefined ? [] : [others.reduce(join, first)];
  });
}

function join(kept: Judged, other: Judged): Judged {
  const { thread } = kept;
  return {
    verdict: { ...kept.verdict, signals: joinSignals(kept.verdict.signals, other.verdict.signals) },
    thread: {
      ...thread,
      state: other.thread.state === "new" ? "new" : thread.state,
      newestAt: other.thread.newestAt > thread.newestAt ? other.thread.newestAt : thread.newestAt,
      itemIds: [...thread.itemIds, ...other.thread.itemIds],
    },
    also: [...kept.also, other.thread.threadId],
  };
}

function joinSignals(kept: readonly Signal[], others: readonly Signal[]): Signal[] {
  const names = new Set(kept.map(({ name }) => name));
  return [...kept, ...others.filter(({ name }) => !names.has(name))].toSorted(
    (a, b) => Math.abs(b.weight) - Math.abs(a.weight),
  );
}
