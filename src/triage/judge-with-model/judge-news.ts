import type { Judgement } from "../../core/judgement.ts";
import { rawText } from "../../core/untrusted.ts";
import { type JudgementToSave, loadJudgements, saveJudgements } from "../../store/judgements.ts";
import type { Store } from "../../store/open-store.ts";
import { loadThreadViews } from "../../store/thread-views.ts";
import { checkLine } from "../check-line.ts";
import { type JudgedThread, judgeAnew } from "../current-verdicts.ts";
import type { TriageReading } from "../read-digest.ts";
import { type Answered, type Asking, askBatch, cutBatches } from "./ask-batch.ts";
import { fingerprintThread } from "./fingerprint-thread.ts";
import { isUndecided } from "./is-undecided.ts";
import { wouldHide } from "./merge-judgement.ts";
import { closerLook, quickLook } from "./questions.ts";
import { nameOf, newestOf, type OpenThread } from "./show-threads.ts";

/** How many threads a pass asks about at most: five calls, two for a closer look, three for one alone. The newest go first. */
const threadsPerPass = 125;
const closerPerPass = 10;
const alonePerPass = 3;
const wholeTextLimit = 6_100;

type Looked = Answered<OpenThread, Pick<Judgement, "class" | "urgency"> & { line?: string }>;

/**
 * Asks a model about threads that rules left open and that changed since one was asked: in batches, then closer about what it took
 * for urgent or could not tell, and about each by itself that it would hide. What it said is kept after each call, and the verdicts are made again with it. Returns how many
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
  const keep = async (looked: readonly Looked[], alone: boolean): Promise<void> => {
    const given = looked.map((one) => toSave(one, alone));
    await store.write((tx) => saveJudgements(tx, given));
    const again = looked.flatMap(({ asked }) => infos.get(asked.view.id) ?? []);
    await judgeAnew(store, reading.setting, again, reading.nowMs);
  };
  const all: Looked[] = [];
  for (const batch of cutBatches(open, quickLook, contextTokens)) {
    const looked = await askBatch(asking, quickLook, batch);
    await keep(looked, false);
    all.push(...looked);
  }
  const question = closerLook(contextTokens);
  const doubtful = await loadWhole(store, byHurry(all.filter(needsCloserLook)).slice(0, closerPerPass));
  const hidden = await loadWhole(
    store,
    all
      .filter(needsLookAlone)
      .slice(0, alonePerPass)
      .map(({ asked }) => asked),
  );
  const batches = cutBatches(doubtful, question, contextTokens);
  for (const batch of [...batches, ...hidden.map((one) => [one])]) {
    const looked = await askBatch(asking, question, batch);
    // Without an answer the first look counts.
    await keep(
      looked.filter(({ answer }) => answer !== null),
      batch.length === 1,
    );
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

function needsCloserLook({ answer }: Looked): boolean {
  return answer === null || answer.class === "urgent" || answer.class === "unsure";
}

function needsLookAlone({ asked, answer }: Looked): boolean {
  return answer !== null && wouldHide(asked.verdict, answer.class);
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

function toSave({ asked, answer, reply }: Looked, alone: boolean): JudgementToSave {
  return {
    threadId: asked.view.id,
    fingerprint: fingerprintThread(asked.view),
    judgement:
      answer === null
        ? { class: "unsure", urgency: 0, line: null, alone }
        : { class: answer.class, urgency: answer.urgency, line: checkedLine(asked, answer.line), alone },
    model: reply.model,
    callId: reply.callId,
  };
}

/** What the model would have the digest say, if all of it stands in the item; else null, and the item's own sentence stays. */
function checkedLine({ view, verdict }: OpenThread, line = ""): string | null {
  const item = view.items.find(({ id }) => id === verdict.lineItemId) ?? newestOf(view);
  if (item === undefined) return null;
  const said = [nameOf(item), rawText(view.title), rawText(item.subject), rawText(item.text)].join("\n");
  return checkLine(line, said) ? line.trim() : null;
}
