import { fromInstant, toInstant } from "../core/clock.ts";
import type { CoverageLine } from "../core/digest.ts";
import type { Channel } from "../core/item.ts";
import { getJudgingState } from "../store/judgements.ts";
import type { Store } from "../store/open-store.ts";
import { listHealth, type SourceHealth } from "../store/source-health.ts";
import { listCoverage, listSources, type Source } from "../store/sources.ts";
import { countUnheard, listSourceChannels } from "../store/thread-activity.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** A file read this recently counts as current: what it holds is what there is. */
const currentHours = 6;
/** A live source that was not heard for this long is not what it is now; shorter troubles are nobody's concern. */
const lateMinutes = 15;
/** The connector that reads files; all others are live. */
const filesConnector = "files";

/**
 * What each source has really seen. Of a file, everything up to when it was last read to its end; while it is still being
 * read, only what its coverage says, and the digest says so. Of a live source, what it was last asked about, how it is, and
 * how far back a first read has come.
 */
export async function readCoverage(store: Store, since: string, nowMs: number): Promise<CoverageLine[]> {
  const channels = await listSourceChannels(store);
  const healths = await listHealth(store);
  const lines: CoverageLine[] = [];
  for (const source of await listSources(store)) {
    const ranges = await listCoverage(store, source.id);
    const channel: Channel | null = channels.get(source.id) ?? null;
    const health = healths.get(source.id) ?? null;
    const line =
      source.connector === filesConnector
        ? fileLine(source, { channel, health, ranges, nowMs })
        : liveLine(source, { channel, health, ranges, nowMs });
    // An address book is not news; that it cannot be read any more is.
    if ((channel === "contacts" || source.connector === "contacts-sheet") && !isIll(line)) continue;
    const unheard = await countUnheard(store, source.id, since);
    if (unheard > 0) line.notes.push(unheard === 1 ? "1 voice note not heard" : `${unheard} voice notes not heard`);
    lines.push(line);
  }
  const problem = (await getJudgingState(store))?.problem ?? null;
  return problem === null ? lines : [...lines, modelLine(problem)];
}

/** A model that could not judge takes nothing from the digest, but the owner pays for one and should know. */
function modelLine(problem: string): CoverageLine {
  return {
    source: "model",
    service: "model",
    health: "degraded",
    detail: problem,
    percent: null,
    channel: null,
    seenFrom: null,
    seenTo: null,
    current: true,
    notes: [`judged by rules alone (${problem.replace(/\.$/, "")})`],
  };
}

interface Seen {
  channel: Channel | null;
  health: SourceHealth | null;
  ranges: readonly { from: string; to: string }[];
  nowMs: number;
}

function fileLine(source: Source, { channel, health, ranges, nowMs }: Seen): CoverageLine {
  const last = ranges.at(-1)?.to ?? null;
  const notes: string[] = [];
  if (source.cursors["whole"] !== true && source.readAt === null) {
    const since = source.cursors["since"];
    notes.push(typeof since === "string" ? `only from ${since.slice(0, 10)} so far` : "not read to its end yet");
  }
  const readMs = source.readAt === null ? null : fromInstant(source.readAt);
  const fresh = readMs !== null && nowMs - readMs < currentHours * hourMs;
  return {
    source: source.label,
    service: source.connector,
    ...healthOf(health),
    channel,
    seenFrom: ranges[0]?.from ?? null,
    seenTo: seenTo(last, nowMs),
    current: fresh && !isBehind(channel, last, nowMs),
    notes,
  };
}

/** The newest range counts: what was seen without a gap until now. */
function liveLine(source: Source, { channel, health, ranges, nowMs }: Seen): CoverageLine {
  const newest = ranges.at(-1) ?? null;
  const to = seenTo(newest?.to ?? null, nowMs);
  const late = to === null || nowMs - fromInstant(to) > lateMinutes * minuteMs;
  return {
    source: source.label,
    service: source.connector,
    ...healthOf(health),
    channel,
    seenFrom: newest?.from ?? null,
    seenTo: to,
    current: !late && health?.state !== "needs_reauth",
    notes: [],
  };
}

function healthOf(health: SourceHealth | null): Pick<CoverageLine, "health" | "detail" | "percent"> {
  if (health === null) return { health: "ok", detail: null, percent: null };
  const { state, detail, progress } = health;
  const share = progress === null || progress.total <= 0 ? 0 : progress.done / progress.total;
  const percent = state === "catching_up" ? Math.max(0, Math.min(99, Math.floor(share * 100))) : null;
  return { health: state, detail: detail === "" ? null : detail, percent };
}

function isIll(line: CoverageLine): boolean {
  return line.service !== filesConnector && (line.health === "needs_reauth" || line.health === "degraded");
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
