import { fold } from "../core/fold.ts";
import type { ItemView, ThreadView } from "../core/thread.ts";
import { rawText } from "../core/untrusted.ts";
import { findAcceptedRequest } from "./accepted-request.ts";
import { contentWords, shareContent } from "./content-words.ts";
import { cutLine } from "./extract-line.ts";
import { findDate } from "./find-date.ts";
import { findPromise, isNegated } from "./find-promise.ts";
import { holds, readText, type Sentence } from "./read-text.ts";
import { createItemReader, type ItemReader } from "./signals/item-reader.ts";
import type { ItemFacts } from "./signals/read-item.ts";
import type { TriageContext } from "./triage-context.ts";
import { tokenize } from "./vocabulary.ts";

export const commitmentStates = ["open", "overdue", "done"] as const;
export type CommitmentState = (typeof commitmentStates)[number];

/** Somebody said they would do something. `what` is the sentence as written (untrusted text); instants are UTC ISO-8601. */
export interface Commitment {
  by: "me" | "them";
  /** The other side: to whom the owner promised, or who promised. */
  personAddress: string | null;
  personId: number | null;
  what: string;
  dueAt: string | null;
  saidAt: string;
  /** The item that says it. */
  itemId: number;
  /** The item that closed it, when it is done. */
  closedBy: number | null;
  state: CommitmentState;
  source: "rules" | "model";
}

/** A promise that rules did not find, as a model read it: the words of the item, and its date (`YYYY-MM-DD`) where it saw one. */
export interface ReadPromise {
  quote: string;
  dueOn: string | null;
}

const itemsLookedAt = 60;
const dayMs = 86_400_000;
/** What was agreed to with a mere yes, without a date, is as good as done after this long: nobody reports such things. */
const agreedForMs = 7 * dayMs;
/** Who promised to do something at once and goes on talking later has done it, or it does not matter. */
const atOnceMs = 3_600_000;

/**
 * The promises in a thread's last 60 items, by rules of high precision: a promise phrase in a statement (no question, no
 * negation, no condition) of a person; in a chat between two also a yes to a request. Closed by a later item of the promiser
 * that says it is done or brings a file, or by the other side's thanks for it. Overdue once its date is past; without a date it
 * stays open. A promise to do it at once is of that day and closed when the chat goes on; what was agreed to with a mere yes
 * counts as done after its date, or after a week. `found` is what a model found beside them, by item: closed by the same rules.
 */
export function findCommitments(
  view: ThreadView,
  context: TriageContext,
  { reader, found }: { reader?: ItemReader; found?: ReadonlyMap<number, ReadPromise> } = {},
): Commitment[] {
  const items = view.items.slice(-itemsLookedAt).filter((item) => item.kind === "message");
  const read = reader ?? createItemReader(view, context);
  const all: Commitment[] = [];
  for (const [index, item] of items.entries()) {
    const facts = read(item);
    if (!mayPromise(facts, view)) continue;
    const promise = promiseOf(items, index, view, context, read) ?? promiseRead(facts, found?.get(item.id), context);
    if (promise === null) continue;
    const commitment = toCommitment(item, facts, promise, view, context);
    const closing = items.slice(index + 1).find((later) => closes(read(later), item, facts, promise));
    if (closing !== undefined) all.push({ ...commitment, state: "done", closedBy: closing.id });
    else all.push(commitment);
  }
  return dropRepeated(all, view.channel !== "mail");
}

/** Whether it is a person who writes, to the owner or for them: of a group only the owner's own promises count. */
export function mayPromise({ item, mass, machine, viaList }: ItemFacts, view: ThreadView): boolean {
  return !mass && !machine && !viaList && !(view.group && !item.fromOwner);
}

interface Promised {
  sentence: Sentence;
  /** From when its words of time count. */
  saidMs: number;
  /** Said in the promiser's own words, to be done at once, or only agreed to. */
  kind: "said" | "at_once" | "agreed";
  /** Set where a model read it: the date it saw, if any. */
  read?: { dueMs: number | null };
}

const daysAhead = 400;

/** The sentence as a model quoted it. Its own words of time come first; the model's date counts where they give none and it can be. */
function promiseRead(
  facts: ItemFacts,
  promise: ReadPromise | undefined,
  { vocabulary, clock }: TriageContext,
): Promised | null {
  if (promise === undefined) return null;
  const [sentence] = readText(promise.quote, vocabulary).sentences;
  if (sentence === undefined) return null;
  const [year = 0, month = 0, day = 0] = (promise.dueOn ?? "").split("-").map(Number);
  const dueMs = year === 0 ? null : clock.instant(year, month, day, 23, 59);
  const isLikely = dueMs !== null && dueMs >= facts.ms && dueMs <= facts.ms + daysAhead * dayMs;
  return {
    sentence: { ...sentence, text: promise.quote },
    saidMs: facts.ms,
    kind: "said",
    read: { dueMs: isLikely ? dueMs : null },
  };
}

function promiseOf(
  items: readonly ItemView[],
  index: number,
  view: ThreadView,
  context: TriageContext,
  read: ItemReader,
): Promised | null {
  const item = items[index];
  if (item === undefined) return null;
  const facts = read(item);
  const said = findPromise(facts, context.vocabulary);
  const isChat = view.channel !== "mail";
  // "Sure, will do" names nothing: what was promised stands in the request.
  const accepted = isChat && !view.group ? findAcceptedRequest(items, index, read) : null;
  if (accepted !== null) return { sentence: accepted.request, saidMs: accepted.askedMs, kind: "agreed" };
  if (said === null) return null;
  return { sentence: said, saidMs: facts.ms, kind: isChat && holds(said, "rightAway") ? "at_once" : "said" };
}

function toCommitment(
  item: ItemView,
  facts: ItemFacts,
  { sentence, saidMs, kind, read }: Promised,
  view: ThreadView,
  context: TriageContext,
): Commitment {
  const frame = { vocabulary: context.vocabulary, clock: context.clock, monthFirst: context.monthFirst };
  const impliedMs = read === undefined ? (kind === "at_once" ? endOfDay(facts.ms, context) : null) : read.dueMs;
  const dueMs = findDate(sentence, saidMs, frame) ?? impliedMs;
  const other = item.fromOwner ? counterpart(item, view) : (facts.from ?? null);
  const isPast = dueMs !== null && dueMs < context.nowMs;
  const isForgotten = kind === "agreed" && (isPast || (dueMs === null && facts.ms + agreedForMs < context.nowMs));
  return {
    by: item.fromOwner ? "me" : "them",
    personAddress: other?.address ?? null,
    personId: other?.personId ?? null,
    what: cutLine(sentence.text),
    dueAt: dueMs === null ? null : new Date(dueMs).toISOString(),
    saidAt: item.sentAt,
    itemId: item.id,
    closedBy: null,
    state: isForgotten ? "done" : isPast ? "overdue" : "open",
    source: read === undefined ? "rules" : "model",
  };
}

function endOfDay(ms: number, { clock }: TriageContext): number {
  const { year, month, day } = clock.local(ms);
  return clock.instant(year, month, day, 23, 59);
}

function counterpart(item: ItemView, view: ThreadView) {
  const direct = item.parties.find(
    (party) => !party.isOwner && (party.role === "to" || party.role === "cc" || party.role === "member"),
  );
  if (direct !== undefined) return direct;
  return view.items.findLast((other) => !other.fromOwner)?.parties.find((party) => party.role === "from") ?? null;
}

/** Done is said by the promiser with a file or a word of delivery, or acknowledged by the other side ("got it, thanks"). */
function closes(later: ItemFacts, promise: ItemView, said: ItemFacts, { kind }: Promised): boolean {
  if (kind === "at_once" && later.ms - said.ms >= atOnceMs) return true;
  const samePerson = later.item.fromOwner === promise.fromOwner;
  if (samePerson) return later.item.attachmentNames.length > 0 || later.reading.sentences.some(isDelivery);
  const short = later.reading.wordCount <= 20;
  return (
    short &&
    later.says("thanks") &&
    /\b(?:got it|received|arrived|angekommen|erhalten|bekommen|bien re[cç]u|recibid[oa]|ricevut[oa]|recebid[oa])\b/i.test(
      rawText(later.item.text),
    )
  );
}

function isDelivery(sentence: Sentence): boolean {
  return holds(sentence, "delivered") && !holds(sentence, "promise") && !sentence.asks && !isNegated(sentence);
}

/**
 * A promise repeated later ("still on it, I'll send it tomorrow") counts once, with its latest date. A mail thread is about one
 * thing; a chat goes on for years, so there only words in common or the same day make it the same.
 */
function dropRepeated(found: readonly Commitment[], isChat: boolean): Commitment[] {
  const kept: Commitment[] = [];
  for (const commitment of found) {
    const earlier = kept.findIndex(
      (one) =>
        one.by === commitment.by &&
        one.personAddress === commitment.personAddress &&
        one.state !== "done" &&
        (!isChat || isRepeated(one, commitment)),
    );
    if (earlier >= 0 && commitment.state !== "done") kept.splice(earlier, 1);
    kept.push(commitment);
  }
  return kept;
}

function isRepeated(earlier: Commitment, later: Commitment): boolean {
  if (Date.parse(later.saidAt) - Date.parse(earlier.saidAt) < dayMs) return true;
  return shareContent(wordsOf(earlier), wordsOf(later));
}

function wordsOf({ what }: Commitment): Set<string> {
  return contentWords(tokenize(fold(what)));
}
