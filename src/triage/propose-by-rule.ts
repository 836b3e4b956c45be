import type { Origin } from "../core/card.ts";
import { toInstant } from "../core/clock.ts";
import { listActions } from "../store/action-list.ts";
import type { Store } from "../store/open-store.ts";
import { insertProposal } from "../store/proposals.ts";
import {
  hasOpenCardOfRule,
  hasRuleAsked,
  listBulkInInbox,
  listOpenInvitations,
  ruleProposedAt,
} from "../store/rule-candidates.ts";

/** What a rule needs to propose. */
export interface RuleContext {
  store: Store;
  nowMs: number;
  newId(): string;
}

const dayMs = 86_400_000;
/** A newsletter of today may still be read. */
const bulkAfterMs = dayMs;
const fewestToArchive = 5;
const mostToArchive = 300;
const invitationsAheadMs = 60 * dayMs;
const mostInvitations = 20;

/**
 * Proposes what the shipped rules find: bulk mail that lies in the inbox is to be archived, as one card a mailbox, and invitations
 * by people the owner knows to times they are free are to be accepted. Contract: the owner decides each; nothing is asked for
 * twice. Returns how many it proposed.
 */
export async function proposeByRule(context: RuleContext): Promise<number> {
  const possible = new Set((await listActions(context.store)).map(({ name }) => name));
  const archived = possible.has("gmail.archive") ? await proposeArchiving(context) : 0;
  const answered = possible.has("calendar.respond") ? await proposeAnswers(context) : 0;
  return archived + answered;
}

/** An invitation by somebody known, to a time that is free: yes is proposed. One that clashes is the owner's to think about. */
async function proposeAnswers({ store, nowMs, newId }: RuleContext): Promise<number> {
  const rule = "answer an invitation";
  const between = { fromAt: toInstant(nowMs), toAt: toInstant(nowMs + invitationsAheadMs), limit: mostInvitations };
  let proposed = 0;
  for (const { itemId, threadId, account, isBusy } of await listOpenInvitations(store, between)) {
    if (isBusy || (await hasRuleAsked(store, rule, threadId))) continue;
    const bundleId = newId();
    const origin = originOf(rule, bundleId, [threadId]);
    const proposal = { id: newId(), bundleId, position: 0, afterId: null, action: "calendar.respond", account, origin };
    await store.write((tx) => insertProposal(tx, { ...proposal, ask: { item: itemId, answer: "accepted" } }));
    proposed += 1;
  }
  return proposed;
}

async function proposeArchiving({ store, nowMs, newId }: RuleContext): Promise<number> {
  const rule = "archive bulk";
  if (await isTooSoon(store, rule, nowMs)) return 0;
  const bulk = await listBulkInInbox(store, toInstant(nowMs - bulkAfterMs), mostToArchive);
  let proposed = 0;
  for (const [account, threads] of Map.groupBy(bulk, (one) => one.account)) {
    if (threads.length < fewestToArchive) continue;
    const ids = threads.map(({ threadId }) => threadId);
    const bundleId = newId();
    const origin = originOf(rule, bundleId, ids);
    const proposal = { id: newId(), bundleId, position: 0, afterId: null, action: "gmail.archive", account, origin };
    await store.write((tx) => insertProposal(tx, { ...proposal, ask: { threads: ids } }));
    proposed += 1;
  }
  return proposed;
}

async function isTooSoon(store: Store, rule: string, nowMs: number): Promise<boolean> {
  if (await hasOpenCardOfRule(store, rule)) return true;
  const last = await ruleProposedAt(store, rule);
  return last !== null && last > toInstant(nowMs - dayMs);
}

function originOf(rule: string, requestId: string, openedThreads: number[]): Origin {
  return {
    by: "rule",
    requestId,
    surface: "schedule",
    utterance: null,
    rule,
    itemsRead: [],
    openedThreads,
    callId: null,
  };
}
