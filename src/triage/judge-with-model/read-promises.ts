import type { z } from "zod";
import { toInstant } from "../../core/clock.ts";
import { fence, fenceable } from "../../core/fence.ts";
import type { ItemView, ThreadView } from "../../core/thread.ts";
import { rawText } from "../../core/untrusted.ts";
import { listPromiseReadings, type ModelPromise, savePromiseReadings } from "../../store/model-promises.ts";
import type { Store } from "../../store/open-store.ts";
import { loadThreadViews } from "../../store/thread-views.ts";
import { findCommitments, mayPromise } from "../commitments.ts";
import { type JudgedThread, judgeAnew } from "../current-verdicts.ts";
import { gatherContext } from "../gather-input.ts";
import type { TriageReading } from "../read-digest.ts";
import { createItemReader } from "../signals/item-reader.ts";
import type { TriageContext } from "../triage-context.ts";
import type { Asking } from "./ask-batch.ts";
import { commitmentsFormat, promiseAnswer } from "./formats.ts";
import { commitmentsSystem } from "./prompts.ts";
import { readAnswers, textOfReply } from "./read-answers.ts";
import { nameOf } from "./show-threads.ts";
import { soundsLikePromise } from "./sounds-like-promise.ts";

const dayMs = 86_400_000;
/** Promises outlast news. */
export const promiseDays = 35;
const itemsPerCall = 40;
const callsPerPass = 2;
const textCharacters = 600;
const tokensEach = 60;
const tokensBeside = 2_400;
/** Of the prompt with its schema, and of an item as it is shown, from above. */
const promptTokens = 1_800;
const tokensOfItem = 300;
/** In a context smaller than this there is no room to think. */
const roomyTokens = 16_000;
const shortestQuote = 8;
const day = /^\d{4}-\d{2}-\d{2}$/;

type Answer = z.output<typeof promiseAnswer>;

/**
 * Asks a model about messages that sound like a promise and in which rules found none. What it quotes has to stand in the item word
 * for word; rules say when it is due, if it says so, and what closed it. Returns how many promises it found. Contract: no item is
 * asked about twice.
 */
export async function readPromises(
  store: Store,
  reading: TriageReading,
  threads: readonly JudgedThread[],
  asking: Asking,
): Promise<number> {
  const mine = threads.filter(isOfPeople);
  const items = await listDoubtful(store, reading, mine);
  const room = Math.floor((asking.model.caps().contextTokens - promptTokens) / (tokensEach + tokensOfItem));
  const perCall = Math.max(1, Math.min(itemsPerCall, room));
  let found = 0;
  for (let at = 0; at < items.length && at < perCall * callsPerPass; at += perCall) {
    const some = items.slice(at, at + perCall);
    const promises = await askFor(store, asking, some);
    const touched = new Set(
      some.filter(({ item }) => promises.some((one) => one.itemId === item.id)).map((one) => one.threadId),
    );
    const infos = mine.flatMap(({ info }) => (touched.has(info.id) ? [info] : []));
    await judgeAnew(store, reading.setting, infos, reading.nowMs);
    found += promises.length;
  }
  return found;
}

interface Doubtful {
  threadId: number;
  item: ItemView;
}

/** Traps promise much, machines what nobody waits for. */
function isOfPeople({ info, verdict }: JudgedThread): boolean {
  if (info.channel === "calendar" || verdict.class === "care") return false;
  return verdict.ignoredAs === null || verdict.ignoredAs === "quiet" || verdict.ignoredAs === "answered";
}

async function listDoubtful(
  store: Store,
  { setting, nowMs }: TriageReading,
  threads: readonly JudgedThread[],
): Promise<Doubtful[]> {
  const views = await loadThreadViews(
    store,
    threads.map(({ info }) => info.id),
  );
  const context = await gatherContext(store, setting, nowMs);
  const all = views.flatMap((view) => doubtfulItems(view, context));
  const known = await listPromiseReadings(
    store,
    all.map(({ item }) => item.id),
  );
  return all.filter(({ item }) => !known.has(item.id)).sort((a, b) => b.item.id - a.item.id);
}

function doubtfulItems(view: ThreadView, context: TriageContext): Doubtful[] {
  const reader = createItemReader(view, context);
  const sinceAt = toInstant(context.nowMs - promiseDays * dayMs);
  const byRules = new Set(findCommitments(view, context, { reader }).map(({ itemId }) => itemId));
  return view.items
    .filter((item) => item.kind === "message" && item.sentAt >= sinceAt && !byRules.has(item.id))
    .filter((item) => soundsLikePromise(rawText(item.text)) && mayPromise(reader(item), view))
    .map((item) => ({ threadId: view.id, item }));
}

/** One call; keeps that these items were read, and what was found. An answer that is no list leaves them unread. */
async function askFor(
  store: Store,
  { model, runId, boundary, now, signal }: Asking,
  some: readonly Doubtful[],
): Promise<ModelPromise[]> {
  const items = some.map(({ item }, at) => ({
    id: `i${at + 1}`,
    from: nameOf(item),
    at: item.sentAt.slice(0, 16),
    text: fenceable(item.text, textCharacters),
  }));
  const reply = await model.call({
    role: "summarise",
    purpose: "commitments",
    runId,
    system: commitmentsSystem,
    tools: [],
    messages: [{ role: "user", content: [{ kind: "text", text: fence({ now, items }, boundary) }] }],
    maxTokens: tokensEach * some.length + (model.caps().contextTokens < roomyTokens ? 0 : tokensBeside),
    format: commitmentsFormat,
    effort: "low",
    signal,
  });
  const answers = readAnswers(textOfReply(reply), "commitments", promiseAnswer);
  if (answers === null) return [];
  const found = some.flatMap(({ item }, at) =>
    checked(
      item,
      answers.filter(({ id }) => id === `i${at + 1}`),
    ),
  );
  const read = { itemIds: some.map(({ item }) => item.id), model: reply.model, callId: reply.callId, found };
  await store.write((tx) => savePromiseReadings(tx, read));
  return found;
}

/** The first of these answers that is true of the item: who promises, and words that stand in it. */
function checked(item: ItemView, answers: readonly Answer[]): ModelPromise[] {
  const text = squeeze(rawText(item.text));
  const right = answers.find(({ by, quote }) => {
    const words = squeeze(quote);
    return (by === "owner") === item.fromOwner && words.length >= shortestQuote && text.includes(words);
  });
  if (right === undefined) return [];
  return [
    {
      itemId: item.id,
      quote: squeeze(right.quote),
      dueOn: right.due !== null && day.test(right.due) ? right.due : null,
    },
  ];
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
