import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { boundaryOf } from "../../core/fence.ts";
import type { Model } from "../../core/model.ts";
import { forScreen } from "../../core/untrusted.ts";
import { saveJudgingState } from "../../store/judgements.ts";
import type { Store } from "../../store/open-store.ts";
import { listThreads } from "../../store/thread-views.ts";
import { currentVerdicts } from "../current-verdicts.ts";
import type { TriageReading } from "../read-digest.ts";
import { judgeNews } from "./judge-news.ts";
import { promiseDays, readPromises } from "./read-promises.ts";

/** How a pass of a model over the news went. `problem` in words for the owner: rules alone judged the rest. */
export interface PassReport {
  asked: number;
  promises: number;
  problem: string | null;
}

const dayMs = 86_400_000;
/** What lay longer without a word is what it is. */
const newsDays = 14;
/** All calls of a pass together. */
const longestMs = 240_000;

/**
 * One pass of a model over what rules left open: threads first, then promises. Contract: never throws for what a model, a server or
 * the budget does; then the verdicts of rules stay, and the digest says why. What `signal` ends, ends without a word.
 */
export async function runPass(
  store: Store,
  reading: TriageReading,
  { model, runId, signal, limitMs = longestMs }: { model: Model; runId: string; signal: AbortSignal; limitMs?: number },
): Promise<PassReport> {
  const { nowMs, setting } = reading;
  const infos = await listThreads(store, toInstant(nowMs - promiseDays * dayMs), toInstant(nowMs));
  const { threads } = await currentVerdicts(store, setting, infos, nowMs);
  const newsFrom = toInstant(nowMs - newsDays * dayMs);
  const news = threads.filter(({ info }) => (info.lastAt ?? "") >= newsFrom);
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(setting.owner.zone)
    .toString({ timeZoneName: "never", smallestUnit: "minute" });
  const limit = AbortSignal.timeout(limitMs);
  const asking = { model, runId, boundary: boundaryOf(runId), now, signal: AbortSignal.any([signal, limit]) };
  const report: PassReport = { asked: 0, promises: 0, problem: null };
  try {
    report.asked = await judgeNews(store, reading, news, asking);
    report.promises = await readPromises(store, reading, threads, asking);
  } catch (error) {
    if (signal.aborted) return report;
    if (!(error instanceof StewardError)) throw error;
    report.problem = limit.aborted ? "the model took too long" : forScreen(error.message);
  }
  await store.write((tx) => saveJudgingState(tx, report.problem));
  return report;
}
