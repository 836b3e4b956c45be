import type { ItemView, ThreadView } from "../core/thread.ts";
import { rawText } from "../core/untrusted.ts";
import { cutLine } from "./extract-line.ts";
import { findDate } from "./find-date.ts";
import { holds, type Sentence } from "./read-text.ts";
import { createItemReader, type ItemReader } from "./signals/item-reader.ts";
import type { ItemFacts } from "./signals/read-item.ts";
import type { TriageContext } from "./triage-context.ts";

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
}

const itemsLookedAt = 60;
const longestPromiseWords = 45;
const conditional = new Set([
  "if",
  "wenn",
  "falls",
  "si",
  "se",
  "unless",
  "maybe",
  "vielleicht",
  "peut",
  "might",
  "could",
  "once",
  "sobald",
  "hatte",
  "would",
]);
const negated = new Set([
  "not",
  "won't",
  "can't",
  "cannot",
  "never",
  "nicht",
  "kein",
  "keine",
  "pas",
  "jamais",
  "nao",
  "don't",
  "wouldn't",
  "couldn't",
]);

/**
 * The promises in a thread's last 60 items, by rules of high precision: a promise phrase in a statement (no question, no
 * negation, no condition) of a person. Closed by a later item of the promiser that says it is done or brings a file, or by the
 * other side's thanks for it. Overdue once its date is past; without a date it stays open.
 */
export function findCommitments(view: ThreadView, context: TriageContext, reader?: ItemReader): Commitment[] {
  const items = view.items.slice(-itemsLookedAt).filter((item) => item.kind === "message");
  const read = reader ?? createItemReader(view, context);
  const found: Commitment[] = [];
  for (const [index, item] of items.entries()) {
    const facts = read(item);
    if (facts.mass || facts.machine || facts.viaList) continue;
    const sentence = promiseIn(facts);
    if (sentence === null || (view.group && !item.fromOwner)) continue;
    const commitment = toCommitment(item, facts, sentence, view, context);
    const closing = items.slice(index + 1).find((later) => closes(read(later), item));
    if (closing !== undefined) found.push({ ...commitment, state: "done", closedBy: closing.id });
    else found.push(commitment);
  }
  return dropRepeated(found);
}

function promiseIn(facts: ItemFacts): Sentence | null {
  if (!holds(facts.reading, "promise")) return null;
  for (const sentence of facts.reading.sentences) {
    if (!holds(sentence, "promise") || sentence.asks || sentence.words.length > longestPromiseWords) continue;
    if (
      sentence.words.some((word) => negated.has(word)) ||
      sentence.words.slice(0, 6).some((word) => conditional.has(word))
    )
      continue;
    if (holds(sentence, "delivered") && facts.item.attachmentNames.length > 0) continue;
    return sentence;
  }
  return null;
}

function toCommitment(
  item: ItemView,
  facts: ItemFacts,
  sentence: Sentence,
  view: ThreadView,
  context: TriageContext,
): Commitment {
  const frame = { vocabulary: context.vocabulary, clock: context.clock, monthFirst: context.monthFirst };
  const dueMs = findDate(sentence, facts.ms, frame);
  const other = item.fromOwner ? counterpart(item, view) : (facts.from ?? null);
  return {
    by: item.fromOwner ? "me" : "them",
    personAddress: other?.address ?? null,
    personId: other?.personId ?? null,
    what: cutLine(sentence.text),
    dueAt: dueMs === null ? null : new Date(dueMs).toISOString(),
    saidAt: item.sentAt,
    itemId: item.id,
    closedBy: null,
    state: dueMs !== null && dueMs < context.nowMs ? "overdue" : "open",
  };
}

function counterpart(item: ItemView, view: ThreadView) {
  const direct = item.parties.find(
    (party) => !party.isOwner && (party.role === "to" || party.role === "cc" || party.role === "member"),
  );
  if (direct !== undefined) return direct;
  return view.items.findLast((other) => !other.fromOwner)?.parties.find((party) => party.role === "from") ?? null;
}

/** Done is said by the promiser with a file or a word of delivery, or acknowledged by the other side ("got it, thanks"). */
function closes(later: ItemFacts, promise: ItemView): boolean {
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
  return (
    holds(sentence, "delivered") &&
    !holds(sentence, "promise") &&
    !sentence.asks &&
    !sentence.words.some((word) => negated.has(word))
  );
}

/** A promise repeated later ("still on it, I'll send it tomorrow") counts once, with its latest date. */
function dropRepeated(found: readonly Commitment[]): Commitment[] {
  const kept: Commitment[] = [];
  for (const commitment of found) {
    const earlier = kept.findIndex(
      (one) => one.by === commitment.by && one.personAddress === commitment.personAddress && one.state !== "done",
    );
    if (earlier >= 0 && commitment.state !== "done") kept.splice(earlier, 1);
    kept.push(commitment);
  }
  return kept;
}
