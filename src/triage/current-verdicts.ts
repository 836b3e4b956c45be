import { createHash } from "node:crypto";
import { fromInstant } from "../core/clock.ts";
import type { ThreadView } from "../core/thread.ts";
import type { Verdict } from "../core/verdict.ts";
import { type CommitmentToSave, saveCommitments } from "../store/commitments.ts";
import { loadJudgements } from "../store/judgements.ts";
import { loadModelPromises } from "../store/model-promises.ts";
import type { Store } from "../store/open-store.ts";
import { loadThreadViews, type ThreadInfo } from "../store/thread-views.ts";
import { latestCorrections, loadVerdicts, type StoredVerdict, saveVerdicts } from "../store/verdicts.ts";
import { type Commitment, findCommitments } from "./commitments.ts";
import { gatherContext, type TriageSetting } from "./gather-input.ts";
import { judgeThread } from "./judge-thread.ts";
import { fingerprintThread } from "./judge-with-model/fingerprint-thread.ts";
import { mergeJudgement } from "./judge-with-model/merge-judgement.ts";
import type { TriageContext } from "./triage-context.ts";

/** A thread with its verdict as it stands now. */
export interface JudgedThread {
  info: ThreadInfo;
  verdict: Verdict;
  /** True when the class is the owner's own word (`steward wrong`), not the rules'. */
  corrected: boolean;
}

export interface Judging {
  threads: JudgedThread[];
  /** How many had to be judged anew. */
  judged: number;
}

/** Counted up by hand when the rules' code changes what they say; data changes count by themselves. */
const rulesRevision = 7;
const threadsPerTransaction = 100;
const threadsPerLoad = 400;
/** Verdicts that depend on what time it is are made again after this long. */
const freshMs = 3_600_000;
/** What is said of an event depends on other entries of the calendar, which may just have changed. */
const freshEventMs = 60_000;

/**
 * The verdicts of the given threads: from the store where nothing changed since, judged anew otherwise and kept, with the
 * commitments found on the way. The owner's corrections win until something new arrives in the thread.
 *
 * Contract: the order of `infos` is kept; idempotent; judging is synchronous, in loads of 400 threads.
 */
export async function currentVerdicts(
  store: Store,
  setting: TriageSetting,
  infos: readonly ThreadInfo[],
  nowMs: number,
): Promise<Judging> {
  const version = rulesVersion(setting);
  const stored = await loadVerdicts(
    store,
    infos.map((info) => info.id),
  );
  const outdated = infos.filter((info) => !isCurrent(stored.get(info.id), info, version, nowMs));
  const fresh = await judgeAnew(store, setting, outdated, nowMs);
  const corrections = await latestCorrections(store);
  const threads = infos.flatMap((info): JudgedThread[] => {
    const verdict = fresh.get(info.id) ?? stored.get(info.id)?.verdict;
    if (verdict === undefined) return [];
    const correction = corrections.get(info.id);
    const holds = correction?.itemIds.includes(info.lastItemId ?? -1) === true;
    if (!holds || correction === undefined) return [{ info, verdict, corrected: false }];
    const ignoredAs = correction.is === "ignore" ? (verdict.ignoredAs ?? "quiet") : null;
    return [{ info, verdict: { ...verdict, class: correction.is, ignoredAs }, corrected: true }];
  });
  return { threads, judged: outdated.length };
}

/** Judges these threads by rules, with what a model said of them as they stand, and keeps the verdicts. */
export async function judgeAnew(
  store: Store,
  setting: TriageSetting,
  infos: readonly ThreadInfo[],
  nowMs: number,
): Promise<Map<number, Verdict>> {
  const fresh = new Map<number, Verdict>();
  if (infos.length === 0) return fresh;
  const version = rulesVersion(setting);
  const context = await gatherContext(store, setting, nowMs);
  for (let at = 0; at < infos.length; at += threadsPerLoad) {
    const some = infos.slice(at, at + threadsPerLoad);
    for (const [id, verdict] of await judgeSome(store, context, some, version)) fresh.set(id, verdict);
  }
  return fresh;
}

async function judgeSome(
  store: Store,
  context: TriageContext,
  infos: readonly ThreadInfo[],
  version: string,
): Promise<Map<number, Verdict>> {
  const ids = infos.map((info) => info.id);
  const views = await loadThreadViews(store, ids);
  const byId = new Map(infos.map((info) => [info.id, info]));
  const judgements = await loadJudgements(store, ids);
  const found = await loadModelPromises(store, ids);
  const withModel = (view: ThreadView, verdict: Verdict): Verdict => {
    const given = judgements.get(view.id);
    const holds = given !== undefined && given.fingerprint === fingerprintThread(view);
    return holds ? mergeJudgement(verdict, given) : verdict;
  };
  const judged = views.map((view) => ({
    info: byId.get(view.id),
    verdict: withModel(view, judgeThread(view, context)),
    commitments: findCommitments(view, context, { found }).map((one) => toSave(view.id, one)),
  }));
  for (let at = 0; at < judged.length; at += threadsPerTransaction) {
    const some = judged.slice(at, at + threadsPerTransaction);
    await store.write(async (tx) => {
      const rows = some.map(({ info, verdict }) => ({
        verdict,
        lastItemId: info?.lastItemId ?? null,
        itemCount: info?.itemCount ?? 0,
      }));
      await saveVerdicts(tx, rows, version);
      for (const { verdict, commitments } of some) await saveCommitments(tx, verdict.threadId, commitments);
    });
  }
  return new Map(judged.map(({ verdict }) => [verdict.threadId, verdict]));
}

function toSave(threadId: number, one: Commitment): CommitmentToSave {
  return {
    threadId,
    itemId: one.itemId,
    by: one.by,
    address: one.personAddress ?? "",
    what: one.what,
    dueAt: one.dueAt,
    state: one.state,
    closedByItemId: one.closedBy,
    source: one.source,
  };
}

function isCurrent(stored: StoredVerdict | undefined, info: ThreadInfo, version: string, nowMs: number): boolean {
  if (stored === undefined || stored.rulesVersion !== version) return false;
  if (stored.lastItemId !== info.lastItemId || stored.itemCount !== info.itemCount) return false;
  const ageMs = nowMs - fromInstant(stored.judgedAt);
  const isFresh = ageMs >= 0 && ageMs < (stored.verdict.class === "event" ? freshEventMs : freshMs);
  if (isFresh) return true;
  const { ignoredAs } = stored.verdict;
  return ignoredAs === "bulk" || ignoredAs === "receipt" || ignoredAs === "code" || ignoredAs === "notification";
}

/** Names the rules and everything they depend on that is not in the thread: other data, other verdicts. */
function rulesVersion({ owner, weights }: TriageSetting): string {
  const identities = [...owner.identities].sort();
  const parts = JSON.stringify([rulesRevision, weights, identities, owner.names, owner.zone]);
  return createHash("sha256").update(parts).digest("base64url").slice(0, 16);
}
