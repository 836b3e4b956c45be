import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import type { Owner, ThreadView } from "../../core/thread.ts";
import { type DraftNote, type DraftOutcome, insertDraft, threadsWithoutDraft } from "../../store/drafts.ts";
import { insertProposal } from "../../store/proposals.ts";
import { appendRunEvent } from "../../store/run-events.ts";
import { loadThreadViews } from "../../store/thread-views.ts";
import type { JudgedThread } from "../../triage/current-verdicts.ts";
import { draftSystem } from "./draft-prompt.ts";
import { asRun, type DraftRun, endLostRuns } from "./draft-run.ts";
import { type Drafted, type DraftVoice, draftThread } from "./draft-thread.ts";
import { forbiddenPhrases } from "./forbidden-phrases.ts";
import { isAutomatic } from "./is-automatic.ts";
import { isOwn, type ShownThread, showThread } from "./show-thread.ts";
import { type StyleDeps, styleNote } from "./style-note.ts";

/** Makes the step that answers a thread; the surface knows by which action. Errors: `wrong_kind` where it cannot be answered from here. */
export type ChooseReply = (
  threadId: number,
  wish: { itemId: number; all: boolean },
) => Promise<(text: string) => { action: string; account: string | null; ask: unknown }>;

export interface DraftDeps extends StyleDeps {
  owner: Owner;
  /** The owner's rules.md. */
  rules: string;
  /** Threads that are drafted for at most. */
  perRun: number;
  chooseReply: ChooseReply;
  /** What the checks of accepted skills say of a draft: sentences for the owner. */
  skillNotes(text: string, shown: ShownThread): readonly string[];
}

/** What was drafted for one thread. `proposalId` is what the door makes a card of. */
export interface DraftedThread {
  threadId: number;
  outcome: DraftOutcome;
  notes: DraftNote[];
  proposalId: string | null;
  bundleId: string | null;
}

/** A thread older than that is not answered unasked. */
const newestWithinMs = 14 * 86_400_000;
const answered = new Set(["reply", "urgent"]);

/**
 * Drafts answers to threads of class reply and urgent that have none yet in the state they are in, most urgent first. Contract: nothing new,
 * no request; automatic mail is never answered; each draft is one call over one thread and ends as one proposal or a note; safe to be
 * killed anywhere. Errors: `budget`, `needs_reauth` and others of the model end it; what was drafted until then stays.
 */
export async function draftReplies(deps: DraftDeps, threads: readonly JudgedThread[]): Promise<DraftedThread[]> {
  const oldest = toInstant(deps.clock.now() - newestWithinMs);
  const due = threads
    .filter(({ verdict, info }) => answered.has(verdict.class) && (info.inboundAt ?? "") >= oldest)
    .filter(({ info }) => info.state === "new" || info.state === "open")
    .toSorted((a, b) => b.verdict.score - a.verdict.score);
  const waiting = new Set(
    await threadsWithoutDraft(
      deps.store,
      due.map(({ info }) => info.id),
    ),
  );
  const candidates = due.filter(({ info }) => waiting.has(info.id));
  return await draftEach(deps, candidates, deps.perRun);
}

/** The same for threads the owner names, whatever their class and whether one was drafted before. Errors: `wrong_kind` for mail of a machine. */
export async function draftNow(deps: DraftDeps, thread: JudgedThread): Promise<DraftedThread> {
  const [drafted] = await draftEach(deps, [thread], 1);
  if (drafted !== undefined) return drafted;
  throw new StewardError(
    "wrong_kind",
    "Nobody waits for an answer there: its newest message is the owner's own, or a machine's.",
    {
      cure: "Write it yourself: steward reply N",
    },
  );
}

async function draftEach(deps: DraftDeps, threads: readonly JudgedThread[], most: number): Promise<DraftedThread[]> {
  const drafted: DraftedThread[] = [];
  let voice: DraftVoice | null = null;
  for (const thread of threads) {
    if (drafted.length >= most || deps.signal.aborted) break;
    const [view] = await loadThreadViews(deps.store, [thread.info.id], { itemsPerThread: 12, textLimit: 6000 });
    const newest = view?.items.findLast(({ kind }) => kind === "message");
    if (view === undefined || newest === undefined || isOwn(newest) || isAutomatic(newest)) continue;
    const write = await stepFor(deps, view, newest.id);
    if (write === null) continue;
    voice ??= await openVoice(deps);
    drafted.push(await draftOne(deps, voice, { thread, view, newestId: newest.id, write }));
  }
  return drafted;
}

async function openVoice(deps: DraftDeps): Promise<DraftVoice> {
  await endLostRuns(deps);
  const style = await styleNote(deps);
  return { owner: deps.owner, nowAt: toInstant(deps.clock.now()), system: draftSystem(deps.rules), style };
}

type Write = Awaited<ReturnType<ChooseReply>>;

/** Null where steward cannot answer: such a thread costs no call. */
async function stepFor(deps: DraftDeps, view: ThreadView, itemId: number): Promise<Write | null> {
  const item = view.items.find(({ id }) => id === itemId);
  const others = item?.parties.filter(({ role, isOwner }) => (role === "to" || role === "cc") && !isOwner) ?? [];
  try {
    return await deps.chooseReply(view.id, { itemId, all: view.channel === "mail" && others.length > 0 });
  } catch (error) {
    if (error instanceof StewardError && (error.code === "wrong_kind" || error.code === "not_found")) return null;
    throw error;
  }
}

interface Candidate {
  thread: JudgedThread;
  view: ThreadView;
  newestId: number;
  write: Write;
}

async function draftOne(deps: DraftDeps, voice: DraftVoice, candidate: Candidate): Promise<DraftedThread> {
  const { view } = candidate;
  const shown = showThread(view, {
    owner: deps.owner,
    nowMs: deps.clock.now(),
    forbidden: forbiddenPhrases(deps.rules),
  });
  const about = {
    kind: "draft",
    text: `An answer in thread ${view.id}`,
    itemIds: shown.itemIds,
    threadIds: [view.id],
  } as const;
  return await asRun(deps, about, async (run) => {
    const made = await draftThread(run, voice, shown);
    const drafted = made.outcome === "proposed" ? withSkillNotes(made, deps.skillNotes(made.text, shown)) : made;
    const value = await keepDraft(deps, run, candidate, { drafted, shown });
    return { value, outcome: outcomeWords(value) };
  });
}

function withSkillNotes(made: Drafted, sentences: readonly string[]): Drafted {
  return { ...made, notes: [...made.notes, ...sentences.map((text) => ({ code: "skill", text, values: [] }))] };
}

/** The draft and its proposal are written as one: killed in between, it is asked for anew and there is no card twice. */
async function keepDraft(
  deps: DraftDeps,
  { runId }: DraftRun,
  { thread, view, newestId, write }: Candidate,
  { drafted, shown }: { drafted: Drafted; shown: ShownThread },
): Promise<DraftedThread> {
  const { outcome, notes, firstText, text, callId } = drafted;
  const bundleId = outcome === "proposed" ? deps.newId() : null;
  const proposalId = bundleId === null ? null : deps.newId();
  await deps.store.write(async (tx) => {
    const { class: name, signals } = thread.verdict;
    const kept = {
      threadId: view.id,
      lastItemId: newestId,
      outcome,
      firstText,
      text,
      problems: notes,
      class: name,
      signals,
    };
    await insertDraft(tx, { id: deps.newId(), ...kept, proposalId, runId, callId });
    if (bundleId === null || proposalId === null) return;
    const step = write(text);
    await insertProposal(tx, {
      id: proposalId,
      bundleId,
      position: 0,
      afterId: null,
      ...step,
      origin: {
        by: "model",
        requestId: bundleId,
        surface: "schedule",
        utterance: null,
        rule: null,
        itemsRead: shown.itemIds,
        openedThreads: [view.id],
        callId,
        runId,
        // What nobody said the gate finds by itself.
        notes: notes
          .filter(({ code }) => code === "skill")
          .map(noteWords)
          .slice(0, 10),
      },
    });
    const actions = [step.action];
    await appendRunEvent(tx, runId, {
      kind: "proposed",
      body: { key: "0", bundleId, proposalIds: [proposalId], actions },
    });
  });
  return { threadId: view.id, outcome, notes, proposalId, bundleId };
}

function noteWords({ text, values }: DraftNote): string {
  return [text, ...values].join(" ").slice(0, 400);
}

function outcomeWords({ outcome, notes }: DraftedThread): string {
  const said = notes.map(noteWords).join(" ");
  return said === "" ? outcome : `${outcome}: ${said}`;
}
