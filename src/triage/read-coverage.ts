import { fromInstant, toInstant } from "../core/clock.ts";
import type { Channel } from "../core/item.ts";
import type { Store } from "../store/open-store.ts";
import { listCoverage, listSources } from "../store/sources.ts";
import { countUnheard, listSourceChannels } from "../store/thread-activity.ts";
import type { CoverageLine } from "./digest-schema.ts";

const hourMs = 3_600_000;
/** A file read this recently counts as current: what it holds is what there is. */
const currentHours = 6;

/**
 * What each source has really seen: of a file, everything up to when it was last read to its end; while it is still being
 * read, only what its coverage says, and the digest says so.
 */
export async function readCoverage(store: Store, since: string, nowMs: number): Promise<CoverageLine[]> {
  const channels = await listSourceChannels(store);
  const lines: CoverageLine[] = [];
  for (const source of await listSources(store)) {
    const ranges = await listCoverage(store, source.id);
    const first = ranges[0]?.from ?? null;
    const last = ranges.at(-1)?.to ?? null;
    const channel: Channel | null = channels.get(source.id) ?? null;
    if (channel === "contacts") continue;
    const notes: string[] = [];
    const whole = source.cursors["whole"] === true;
    if (!whole && source.readAt === null) {
      const since = source.cursors["since"];
      notes.push(typeof since === "string" ? `only from ${since.slice(0, 10)} so far` : "not read to its end yet");
    }
    const unheard = await countUnheard(store, source.id, since);
    if (unheard > 0) notes.push(unheard === 1 ? "1 voice note not heard" : `${unheard} voice notes not heard`);
    const readMs = source.readAt === null ? null : fromInstant(source.readAt);
    const fresh = readMs !== null && nowMs - readMs < currentHours * hourMs;
    lines.push({
      source: source.label,
      channel,
      seenFrom: first,
      seenTo: seenTo(last, nowMs),
      current: fresh && !isBehind(channel, last, nowMs),
      notes,
    });
  }
  return lines;
}

/** A calendar reaches into the future; what was seen of it ends now. */
function seenTo(last: string | null, nowMs: number): string | null {
  const now = toInstant(nowMs);
  return last !== null && last > now ? now : last;
}

/** Exports of messages end when they were made: a day without anything new in one means that it is probably old. */
function isBehind(channel: Channel | null, last: string | null, nowMs: number): boolean {
  if (channel === null || channel === "calendar" || channel === "drive" || channel === "notion") return false;
  return last !== null && nowMs - fromInstant(last) > 24 * hourMs;
}
