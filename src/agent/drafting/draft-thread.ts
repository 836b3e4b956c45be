import { boundaryOf, fence } from "../../core/fence.ts";
import type { ModelMessage, ModelReply } from "../../core/model.ts";
import type { Owner } from "../../core/thread.ts";
import type { DraftNote, DraftOutcome } from "../../store/drafts.ts";
import { checkDraft, type DraftProblem } from "./check-draft.ts";
import { type DraftAnswer, draftAnswerFormat, draftAnswerSchema } from "./draft-prompt.ts";
import type { DraftRun } from "./draft-run.ts";
import { replyText } from "./reply-text.ts";
import { localInstant, type ShownThread } from "./show-thread.ts";

/** What came of drafting one answer. */
export interface Drafted {
  outcome: DraftOutcome;
  /** As the model first wrote it. */
  firstText: string;
  /** What may be proposed; empty unless `outcome` is `proposed`. */
  text: string;
  /** Why it was dropped, or what the owner should know beside it. */
  notes: DraftNote[];
  callId: string | null;
}

/** What all drafts of the owner share. */
export interface DraftVoice {
  owner: Owner;
  nowAt: string;
  system: string;
  style: string;
}

const maxTokens = 4000;

/**
 * Asks for one answer to one thread, once more when code finds something wrong with it. Contract: one thread per conversation; what
 * comes back passed `checkDraft` or is not proposed. Errors: those of the model.
 */
export async function draftThread(run: DraftRun, voice: DraftVoice, shown: ShownThread): Promise<Drafted> {
  const messages: ModelMessage[] = [
    { role: "user", content: [{ kind: "text", text: firstMessage(run.runId, voice, shown) }] },
  ];
  const first = await ask(run, voice, messages);
  const judged = judge(first, shown);
  if (!("problems" in judged)) return { ...judged, firstText: judged.text };
  messages.push({ role: "assistant", content: first.content }, mendMessage(run.runId, judged.problems));
  const second = judge(await ask(run, voice, messages), shown);
  const firstText = judged.text;
  if (!("problems" in second)) return { ...second, firstText };
  return { outcome: second.outcome, firstText, text: "", notes: second.problems.map(toNote), callId: second.callId };
}

function firstMessage(runId: string, { owner, nowAt, style }: DraftVoice, { thread, language }: ShownThread): string {
  const addresses = owner.identities.filter((identity) => identity.includes("@"));
  const data = {
    now: localInstant(nowAt, owner.zone),
    owner: { name: owner.names[0] ?? "", addresses },
    style,
    thread,
    language,
  };
  return fence(data, boundaryOf(runId));
}

async function ask(run: DraftRun, { system }: DraftVoice, messages: readonly ModelMessage[]): Promise<ModelReply> {
  return await run.call({
    role: "write",
    purpose: "draft",
    system,
    messages,
    maxTokens,
    format: draftAnswerFormat,
    effort: "medium",
  });
}

/** Usable as it is, or with problems to mend; `outcome` is then what it is when they stay. */
type Judged =
  | { outcome: "proposed" | "nothing"; text: string; notes: DraftNote[]; callId: string }
  | { outcome: "dropped" | "failed"; text: string; problems: DraftProblem[]; callId: string };

function judge(reply: ModelReply, { frame }: ShownThread): Judged {
  const { callId } = reply;
  const answer = reply.stop === "end_turn" ? readAnswer(replyText(reply)) : null;
  if (answer === null) {
    const text = "It was no answer of the form that is asked for.";
    return { outcome: "failed", text: "", callId, problems: [{ code: "empty", level: "stop", text, values: [] }] };
  }
  if (answer.reply === null) {
    const why: DraftNote = { code: "nothing", text: answer.why, values: [] };
    return { outcome: "nothing", text: "", notes: [why], callId };
  }
  const text = answer.reply.replace(/\r\n?/g, "\n").trim();
  const problems = checkDraft(text, frame);
  if (problems.some(({ level }) => level === "stop")) return { outcome: "dropped", text, problems, callId };
  return { outcome: "proposed", text, notes: problems.map(toNote), callId };
}

/** The JSON of an answer; servers that are held to no schema wrap it in prose. */
function readAnswer(text: string): DraftAnswer | null {
  const from = text.indexOf("{");
  const to = text.lastIndexOf("}");
  if (from < 0 || to < from) return null;
  try {
    const parsed = draftAnswerSchema.safeParse(JSON.parse(text.slice(from, to + 1)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function mendMessage(runId: string, problems: readonly DraftProblem[]): ModelMessage {
  const found = fence(
    { problems: problems.map(({ text, values }) => ({ problem: text, words: values })) },
    boundaryOf(runId),
  );
  const text = `That cannot be sent. What is wrong with it, with the words it is about:\n${found}\nWrite it anew without that; reply null when you cannot.`;
  return { role: "user", content: [{ kind: "text", text }] };
}

function toNote({ code, text, values }: DraftProblem): DraftNote {
  return { code, text, values: values.slice(0, 20) };
}
