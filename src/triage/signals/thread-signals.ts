import { fold } from "../../core/fold.ts";
import type { ItemView, ThreadView } from "../../core/thread.ts";
import { rawText, untrusted } from "../../core/untrusted.ts";
import { contentWords, shareContent } from "../content-words.ts";
import { holds } from "../read-text.ts";
import type { TriageContext } from "../triage-context.ts";
import { tokenize } from "../vocabulary.ts";
import type { Collector } from "./collector.ts";
import type { ItemFacts } from "./read-item.ts";

const dayMs = 86_400_000;
const chatPauseMs = 2 * dayMs;
const answerWindowMs = 7 * dayMs;

/** Where an item stands in its thread: after the owner's words, among others' answers, answered on another channel, how old. */
export function addThreadSignals(
  facts: ItemFacts,
  view: ThreadView,
  context: TriageContext,
  collector: Collector,
): void {
  const before = view.items.slice(0, view.items.indexOf(facts.item));
  const own = before.findLast((item) => item.fromOwner) ?? null;
  if (follows(facts, own, before)) collector.add("follows_owner", "answers you");
  if (own !== null) {
    collector.add("owner_in_thread", "you wrote in this thread");
    const days = (facts.ms - Date.parse(own.sentAt)) / dayMs;
    if (days <= 3) collector.add("owner_recently_in_thread", "you wrote here a short while ago");
  }
  if (before.length === 0 && facts.item.mail?.inReplyTo == null) collector.add("starts_thread", "starts a new thread");
  if (before.length > 1)
    collector.add("thread_size", `${before.length} earlier messages`, { strength: Math.log2(before.length) });
  const sender = facts.from?.address;
  const first = before[0];
  if (first !== undefined && senderOf(first) === sender)
    collector.add("started_by_sender", "goes on with what they began");
  const again = before.filter((item) => senderOf(item) === sender).length;
  if (again > 0)
    collector.add("sender_wrote_again", `their message ${again + 1} here`, { strength: Math.log2(1 + again) });
  const after = view.items.slice(view.items.indexOf(facts.item) + 1);
  if (view.group || facts.viaList || facts.others.length > 0) {
    const answered = after.some((item) => !item.fromOwner && senderOf(item) !== facts.from?.address);
    if (answered) collector.add("others_answered", "somebody else wrote after it");
  }
  const elsewhere = answeredElsewhere(facts, view, context);
  if (elsewhere !== null) collector.add("answered_elsewhere", `you wrote to them about it on ${elsewhere} since`);
  const ageDays = Math.max(0, (context.nowMs - facts.ms) / dayMs);
  if (ageDays > 1) collector.add("age", `${Math.floor(ageDays)} days old`, { strength: Math.min(ageDays, 60) });
}

function follows(facts: ItemFacts, own: ItemView | null, before: readonly ItemView[]): boolean {
  if (own === null) return false;
  const answers = facts.item.mail?.inReplyTo ?? null;
  if (answers !== null) return before.some((item) => item.fromOwner && item.messageId === answers);
  return before.at(-1) === own && facts.ms - Date.parse(own.sentAt) < chatPauseMs;
}

/**
 * A message of the owner to the same person, on another channel or in another thread, within a week after the item, that
 * answers it: by its Message-ID, or by speaking of what was asked. Having written about something else answers nothing.
 */
function answeredElsewhere(facts: ItemFacts, view: ThreadView, context: TriageContext): string | null {
  const personId = facts.from?.personId ?? null;
  if (personId === null || view.group) return null;
  const later = context.written.get(personId)?.filter(({ ms }) => ms > facts.ms && ms - facts.ms < answerWindowMs);
  if (later === undefined || later.length === 0) return null;
  const asked = subjectOf(facts, context);
  const answer = later.find(
    ({ inReplyTo, words }) =>
      (inReplyTo !== null && inReplyTo === facts.item.messageId) || shareContent(asked, contentWords(words())),
  );
  return answer?.channel ?? null;
}

/** What was asked, or said where nothing was: without names, which stand in every message between two people. */
function subjectOf(facts: ItemFacts, { ownerNames }: TriageContext): Set<string> {
  const { sentences } = facts.reading;
  const asking = sentences.filter((sentence) => sentence.asks || holds(sentence, "request"));
  const said = (asking.length > 0 ? asking : sentences).flatMap(({ words }) => words);
  const names = new Set([...ownerNames, ...tokenize(fold(rawText(facts.from?.name ?? untrusted(""))))]);
  return contentWords(
    [...facts.subjectReading.sentences.flatMap(({ words }) => words), ...said].filter((word) => !names.has(word)),
  );
}

function senderOf(item: ItemView): string | undefined {
  return item.parties.find((party) => party.role === "from")?.address;
}
