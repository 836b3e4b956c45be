import type { Briefing } from "../core/briefing.ts";
import type { Store } from "../store/open-store.ts";
import { gatherContext } from "./gather-input.ts";
import { readDigest, readWeek, type TriageReading } from "./read-digest.ts";

const dayMs = 86_400_000;
const daysAhead = 7;
const entries = 12;
const mostAhead = 60;

/** Everything the page's Today shows, from what is stored. Contract: reads only; marking as read is the owner's. */
export async function makeBriefing(store: Store, reading: TriageReading): Promise<Briefing> {
  const { digest } = await readDigest(store, reading, { since: null, limit: entries, showIgnored: false });
  const week = await readWeek(store, reading);
  return { digest, week, ahead: await readAhead(store, reading) };
}

/** What takes the owner's time within a week, the soonest first. */
async function readAhead(store: Store, { setting, nowMs }: TriageReading): Promise<Briefing["ahead"]> {
  const { openEvents } = await gatherContext(store, setting, nowMs);
  return openEvents
    .filter(({ busy, startsAt, endsAt }) => {
      const isOver = Date.parse(endsAt) < nowMs;
      return busy !== false && !isOver && Date.parse(startsAt) < nowMs + daysAhead * dayMs;
    })
    .map(({ threadId, title, startsAt, endsAt }) => ({ threadId, title, startsAt, endsAt }))
    .sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
    .slice(0, mostAhead);
}
