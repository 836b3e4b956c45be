import type { Owner } from "../../core/thread.ts";
import type { Draft } from "../../store/drafts.ts";
import { listDrafts } from "../../store/drafts.ts";
import type { Store } from "../../store/open-store.ts";
import { getProposal } from "../../store/proposals.ts";
import { loadThreadViews } from "../../store/thread-views.ts";
import { checkDraft } from "../drafting/check-draft.ts";
import { forbiddenPhrases } from "../drafting/forbidden-phrases.ts";
import { showThread } from "../drafting/show-thread.ts";
import type { DraftScore } from "./eval-report.ts";
import { isRight, type ThreadTruth } from "./score-classes.ts";

/** Where drafts are scored, and by what. */
export interface DraftScoring {
  store: Store;
  owner: Owner;
  nowMs: number;
  rules: string;
  /** What a careful person says, by thread. */
  truth: ReadonlyMap<number, ThreadTruth>;
}

const most = 1000;

/** Scores every draft of the store: outcomes, recipients, and what code finds wrong with what was written first. */
export async function scoreDrafts(given: DraftScoring): Promise<DraftScore> {
  const drafts = await listDrafts(given.store, most);
  const problems: Record<string, number> = {};
  let recipientsKept = 0;
  for (const draft of drafts) {
    for (const code of await problemsOf(given, draft)) problems[code] = (problems[code] ?? 0) + 1;
    if (await keepsRecipients(given.store, draft)) recipientsKept += 1;
  }
  const count = (outcome: Draft["outcome"]): number => drafts.filter((draft) => draft.outcome === outcome).length;
  const isMeant = ({ threadId }: Draft): boolean => {
    const truth = given.truth.get(threadId);
    return truth !== undefined && (isRight("reply", truth) || isRight("urgent", truth));
  };
  return {
    asked: drafts.length,
    proposed: count("proposed"),
    nothing: count("nothing"),
    dropped: count("dropped"),
    failed: count("failed"),
    meant: drafts.filter(isMeant).length,
    recipientsKept,
    problems: Object.fromEntries(Object.entries(problems).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

async function problemsOf({ store, owner, nowMs, rules }: DraftScoring, draft: Draft): Promise<Set<string>> {
  if (draft.firstText === "") return new Set();
  const [view] = await loadThreadViews(store, [draft.threadId], { itemsPerThread: 12, textLimit: 6000 });
  if (view === undefined) return new Set();
  const { frame } = showThread(view, { owner, nowMs, forbidden: forbiddenPhrases(rules) });
  return new Set(checkDraft(draft.firstText, frame).map(({ code }) => code));
}

/** Actions that name their recipients reach all of them; an action by the thread alone leaves them to code, which keeps them. */
async function keepsRecipients(store: Store, draft: Draft): Promise<boolean> {
  const proposal = draft.proposalId === null ? null : await getProposal(store, draft.proposalId);
  if (proposal === null) return false;
  const ask = proposal.ask;
  const to = typeof ask === "object" && ask !== null && "to" in ask ? ask.to : null;
  const [view] = await loadThreadViews(store, [draft.threadId], { itemsPerThread: 12, textLimit: 10 });
  const newest = view?.items.find(({ id }) => id === draft.lastItemId);
  const others = newest?.parties.filter(({ role, isOwner }) => ["from", "to", "cc"].includes(role) && !isOwner) ?? [];
  if (!Array.isArray(to))
    return others.length <= 1 || proposal.action === "gmail.reply_all" || view?.channel !== "mail";
  return others.every(({ address, role }) => to.includes(address) || role === "from");
}
