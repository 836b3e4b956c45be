import type { Judgement } from "../../core/judgement.ts";
import { rawText } from "../../core/untrusted.ts";
import { loadJudgements, saveJudgements } from "../../store/judgements.ts";
import type { Store } from "../../store/open-store.ts";
import { loadThreadViews } from "../../store/thread-views.ts";
import { checkLine } from "../check-line.ts";
import { type JudgedThread, judgeAnew } from "../current-verdicts.ts";
import type { TriageReading } from "../read-digest.ts";
import { type Answered, type Asking, askBatch, cutBatches } from "./ask-batch.ts";
import { fingerprintThread } from "./fingerprint-thread.ts";
import { isUndecided } from "./is-undecided.ts";
import { closerLook, quickLook } from "./questions.ts";
import { nameOf, newestOf, type OpenThread } from "./show-threads.ts";

/** How many threads a pass asks about at most: six calls, and three for a closer look. The newest go first. */
const threadsPerPass = 150;
const closerPerPass = 15;
const wholeTextLimit = 6_100;

type Looked = Answered<OpenThread, Omit<Judgement, "line"> & { line?: string }>;

/**
 * Asks a model about threads that rules left open and that changed since one was asked: in batches, then closer about what it took
 * for urgent or could not tell. What it said is kept after each call, and the verdicts are made again with it. Returns how many
 * threads were asked about. Contract: nothing new, no request; what it throws leaves what was kept so far.
 */
export async function judgeNews(
  store: Store,
  reading: TriageReading,
  threads: readonly JudgedThread[],
  asking: Asking,
): Promise<number> {
  const infos = new Map(threads.map(({ info }) => [info.id, info]));
  const open = await listOpen(store, threads.filter(isUndecided));
  const { contextTokens } = asking.model.caps();
  const keep = async (looked: readonly Looked[]): Promise<void> => {
    const given = looked.map(({ asked, answer, reply }) => ({
      threadId: asked.view.id,
      fingerprint: fingerprintThread(asked.view),
      judgement: toJudgement(asked, answer),
      model: reply.model,
      callId: reply.callId,
    }));
    await store.write((tx) => saveJudgements(tx, given));
    const again = looked.flatMap(({ asked }) => infos.get(asked.view.id) ?? []);
    await judgeAnew(store, reading.setting, again, reading.nowMs);
  };
  const doubtful: Looked[] = [];
  for (const batch of cutBatches(open, quickLook, contextTokens)) {
    const looked = await askBatch(asking, quickLook, batch);
    await keep(looked);
    doubtful.push(...looked.filter(({ answer }) => needsCloserLook(answer)));
  }
  const closer = await loadWhole(store, byHurry(doubtful).slice(0, closerPerPass));
  const question = closerLook(contextTokens);
  for (const batch of cutBatches(closer, question, contextTokens)) {
    const looked = await askBatch(asking, question, batch);
    // Without an answer the first look counts.
    await keep(looked.filter(({ answer }) => answer !== null));
  }
  return open.length;
}

/** What rules left open and no model has seen as it stands, newest first. */
async function listOpen(store: Store, threads: readonly JudgedThread[]): Promise<OpenThread[]> {
  const ids = threads.map(({ info }) => info.id);
  const verdicts = new Map(threads.map(({ info, verdict }) => [info.id, verdict]));
  const known = await loadJudgements(store, ids);
  const open: OpenThread[] = [];
  for (const view of await loadThreadViews(store, ids, { itemsPerThread: 12, textLimit: 4000 })) {
    const verdict = verdicts.get(view.id);
    if (verdict === undefined || view.items.length === 0) continue;
    if (known.get(view.id)?.fingerprint !== fingerprintThread(view)) open.push({ view, verdict });
  }
  return open.sort((a, b) => lastAt(b).localeCompare(lastAt(a))).slice(0, threadsPerPass);
}

function lastAt({ view }: OpenThread): string {
  return view.items.at(-1)?.sentAt ?? "";
}

function needsCloserLook(answer: Looked["answer"]): boolean {
  return answer === null || answer.class === "urgent" || answer.class === "unsure";
}

function byHurry(looked: readonly Looked[]): OpenThread[] {
  const rank = ({ answer }: Looked): number => (answer?.class === "urgent" ? 0 : 1);
  return looked.toSorted((a, b) => rank(a) - rank(b)).map(({ asked }) => asked);
}

async function loadWhole(store: Store, threads: readonly OpenThread[]): Promise<OpenThread[]> {
  const ids = threads.map(({ view }) => view.id);
  const whole = await loadThreadViews(store, ids, { itemsPerThread: 12, textLimit: wholeTextLimit });
  const verdicts = new Map(threads.map(({ view, verdict }) => [view.id, verdict]));
  return whole.flatMap((view) => {
    const verdict = verdicts.get(view.id);
    return verdict === undefined ? [] : [{ view, verdict }];
  });
}

function toJudgement({ view }: OpenThread, answer: Looked["answer"]): Judgement {
  if (answer === null) return { class: "unsure", urgency: 0, line: null };
  const newest = newestOf(view);
  const line = answer.line?.trim() ?? "";
  const said =
    newest === undefined
      ? ""
      : [nameOf(newest), rawText(view.title), rawText(newest.subject), rawText(newest.text)].join("\n");
  return { class: answer.class, urgency: answer.urgency, line: checkLine(line, said) ? line : null };
}
