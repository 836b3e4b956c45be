import { createHash } from "node:crypto";
import { fromInstant, toInstant } from "../core/clock.ts";
import type { ItemView, PartyView, ThreadView } from "../core/thread.ts";
import {
  countReceived,
  listPastMessages,
  loadLearned,
  type PastMessage,
  saveLearned,
} from "../store/answer-history.ts";
import type { Store } from "../store/open-store.ts";
import { loadThreadViews } from "../store/thread-views.ts";
import type { TriageSetting } from "./gather-input.ts";
import { examineItem } from "./judge-thread.ts";
import { type Example, learnWeights } from "./learn-weights.ts";
import { createItemReader } from "./signals/item-reader.ts";
import { createContext, type TriageContext } from "./triage-context.ts";
import { loadWeights, type Weights } from "./weights.ts";

const dayMs = 86_400_000;
const limits = {
  /** How many past messages are learned from, and among how many they are looked for. */
  messages: 3000,
  scan: 12_000,
  /** Under these, habits cannot be told from chance, and the shipped weights stay. */
  fewestMessages: 200,
  fewestAnswered: 20,
  /** The owner may still answer what is younger. */
  settledMs: 3 * dayMs,
  /** Learned again after a week, or sooner when this many messages came. */
  everyMs: 7 * dayMs,
  everyMessages: 500,
} as const;
const itemsPerThread = 200;
const textLimit = 2000;
const itemsBefore = 40;
/** An owner's own history decides more than the other people's that the shipped weights come from. */
const ownWeight = 6;

/**
 * Learns how this owner answers, when it is time: after a week with new messages, or 500 new ones. Returns the weights in force
 * (null: the shipped ones). `setting` holds the shipped weights.
 *
 * Contract: under two seconds for 3,000 messages; idempotent; reads nothing that came after a message to learn about it.
 */
export async function learnIfDue(store: Store, setting: TriageSetting, nowMs: number): Promise<Weights | null> {
  const baseVersion = versionOf(setting.weights);
  const learned = await loadLearned(store);
  const messageCount = await countReceived(store);
  const current = learned?.baseVersion === baseVersion ? learned : null;
  if (current !== null && !isDue(current, messageCount, nowMs)) return toWeights(current.weights);
  const weights = await learnFromHistory(store, setting, nowMs);
  const row = { baseVersion, weights, messageCount, learnedAt: toInstant(nowMs) };
  await store.write((tx) => saveLearned(tx, row));
  return weights;
}

/** The setting with this home's learned weights, when there are any that go with the shipped ones. */
export async function withLearnedWeights(store: Store, setting: TriageSetting): Promise<TriageSetting> {
  const learned = await loadLearned(store);
  if (learned === null || learned.baseVersion !== versionOf(setting.weights)) return setting;
  const weights = toWeights(learned.weights);
  if (weights === null) return setting;
  const { owner, brands, expandEvent } = setting;
  return {
    owner,
    brands,
    expandEvent,
    weights,
    // The vocabulary is read when it is first asked for; copying it here would ask.
    get vocabulary() {
      return setting.vocabulary;
    },
  };
}

/** Weights fitted to what the owner answered; null when there is too little to learn from. */
export async function learnFromHistory(store: Store, setting: TriageSetting, nowMs: number): Promise<Weights | null> {
  const untilAt = toInstant(nowMs - limits.settledMs);
  const past = await listPastMessages(store, untilAt, { limit: limits.messages, scan: limits.scan });
  if (!isEnough(past.length, past.filter((one) => one.answered).length)) return null;
  const nothing = { known: [], elsewhere: [], openEvents: [], entries: [], firstImportAt: null };
  const context = createContext({ ...setting, nowMs, ...nothing });
  const threadIds = [...new Set(past.map((one) => one.threadId))];
  const views = await loadThreadViews(store, threadIds, { itemsPerThread, textLimit });
  const byThread = new Map(views.map((view) => [view.id, view]));
  const examples = past.flatMap((one) => toExample(one, byThread.get(one.threadId), context));
  if (!isEnough(examples.length, examples.filter((one) => one.answered).length)) return null;
  return learnWeights(setting.weights, examples);
}

function isEnough(messages: number, answered: number): boolean {
  return messages >= limits.fewestMessages && answered >= limits.fewestAnswered;
}

function isDue(last: { messageCount: number; learnedAt: string }, messageCount: number, nowMs: number): boolean {
  const came = messageCount - last.messageCount;
  return came >= limits.everyMessages || (came > 0 && nowMs - fromInstant(last.learnedAt) >= limits.everyMs);
}

/** A message as it was when it came: nothing later in its thread, and the counts of that moment. */
function toExample(past: PastMessage, view: ThreadView | undefined, context: TriageContext): Example[] {
  const at = view?.items.findIndex((item) => item.id === past.itemId) ?? -1;
  const item = view?.items[at];
  if (view === undefined || item === undefined || item.fromOwner) return [];
  const then: ItemView = { ...item, parties: item.parties.map((party) => partyThen(party, past)) };
  const before = view.items.slice(Math.max(0, at - itemsBefore), at);
  const thread: ThreadView = { ...view, items: [...before, then] };
  const now = { ...context, nowMs: Date.parse(item.sentAt) };
  const { facts, collector } = examineItem(then, thread, now, createItemReader(thread, now));
  if (facts.mass || facts.machine) return [];
  return [{ strengths: collector.strengths, answered: past.answered, weight: ownWeight }];
}

function partyThen(party: PartyView, past: PastMessage): PartyView {
  const later = past.since(party.address);
  const writtenTo = Math.max(0, party.writtenTo - later.written);
  const own = party.role === "from" ? 1 : 0;
  const exchange = {
    received: Math.max(0, (party.exchange?.received ?? 0) - later.received + own),
    answered: Math.max(0, (party.exchange?.answered ?? 0) - later.answered),
  };
  return { ...party, writtenTo, known: party.inContacts || writtenTo > 0, exchange };
}

function toWeights(json: unknown): Weights | null {
  return json === null ? null : loadWeights(json);
}

function versionOf(weights: Weights): string {
  return createHash("sha256").update(JSON.stringify(weights)).digest("base64url").slice(0, 16);
}
