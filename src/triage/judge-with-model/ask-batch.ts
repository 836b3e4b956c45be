import type { z } from "zod";
import { StewardError } from "../../core/errors.ts";
import { estimateTokens } from "../../core/estimate-tokens.ts";
import { fence } from "../../core/fence.ts";
import type { Model, ModelPurpose, ModelReply, ModelRole } from "../../core/model.ts";
import { exactSet, readAnswers, textOfReply } from "./read-answers.ts";

/** What is the same for every call of a pass. */
export interface Asking {
  model: Model;
  runId: string;
  /** See `fence`. */
  boundary: string;
  /** Instant with the owner's offset. */
  now: string;
  signal: AbortSignal;
}

/** One kind of question: the prompt, how an answer looks, and how a thing is shown. Prefixes are the same for all calls. */
export interface Question<T, A extends { id: string }> {
  role: ModelRole;
  purpose: ModelPurpose;
  system: string;
  format: unknown;
  answer: z.ZodType<A>;
  show(id: string, one: T): unknown;
  /** Tokens an answer to one may take, and how many things a call asks about at most. */
  tokensEach: number;
  most: number;
}

/** What a model said of one thing; null when it gave no answer that could be used though it was asked twice. */
export interface Answered<T, A> {
  asked: T;
  answer: A | null;
  reply: Pick<ModelReply, "callId" | "model">;
}

const tokensBeside = 400;
/** What a batch takes more than its parts. */
const margin = 1.1;

/**
 * Asks about a batch and, once, again about what was not answered or answered twice; where nothing at all came, in two halves, so that
 * one thing the model will not look at spoils no more than a half. Throws `unavailable` when it answers nothing even then.
 */
export async function askBatch<T, A extends { id: string }>(
  asking: Asking,
  question: Question<T, A>,
  batch: readonly T[],
): Promise<Answered<T, A>[]> {
  const first = await askOnce(asking, question, batch);
  const missing = first.flatMap((one) => (one.answer === null ? [one.asked] : []));
  if (missing.length === 0) return first;
  const middle = Math.ceil(missing.length / 2);
  const parts = missing.length < batch.length || middle === missing.length ? [missing] : halves(missing, middle);
  const again: Answered<T, A>[] = [];
  for (const part of parts) again.push(...(await askOnce(asking, question, part)));
  const all = [...first.filter(({ answer }) => answer !== null), ...again];
  if (all.every(({ answer }) => answer === null)) {
    throw new StewardError("unavailable", "The model's answers could not be read.", {
      cure: "Look what the model can do: steward model probe",
    });
  }
  return all;
}

/** Batches as large as the question allows and the model's context holds. */
export function cutBatches<T, A extends { id: string }>(
  things: readonly T[],
  question: Question<T, A>,
  contextTokens: number,
): T[][] {
  const beside = estimateTokens(question.system) + estimateTokens(JSON.stringify(question.format)) + tokensBeside;
  const batches: T[][] = [];
  let used = 0;
  for (const one of things) {
    const tokens = estimateTokens(JSON.stringify(question.show("t00", one))) + question.tokensEach;
    const last = batches.at(-1);
    if (last === undefined || last.length >= question.most || (beside + used + tokens) * margin > contextTokens) {
      batches.push([one]);
      used = tokens;
    } else {
      last.push(one);
      used += tokens;
    }
  }
  return batches;
}

async function askOnce<T, A extends { id: string }>(
  { model, runId, boundary, now, signal }: Asking,
  question: Question<T, A>,
  batch: readonly T[],
): Promise<Answered<T, A>[]> {
  const ids = batch.map((_one, at) => `t${at + 1}`);
  const threads = batch.map((one, at) => question.show(ids[at] ?? "", one));
  const reply = await model.call({
    role: question.role,
    purpose: question.purpose,
    runId,
    system: question.system,
    tools: [],
    messages: [{ role: "user", content: [{ kind: "text", text: fence({ now, threads }, boundary) }] }],
    maxTokens: tokensBeside + question.tokensEach * batch.length + thoughtTokens(model.caps().contextTokens),
    format: question.format,
    effort: "low",
    signal,
  });
  const answers = exactSet(readAnswers(textOfReply(reply), "verdicts", question.answer) ?? [], ids);
  return batch.map((asked, at) => ({ asked, answer: answers.get(ids[at] ?? "") ?? null, reply }));
}

/** What a model may think beside its answer; a small context has no room for it. */
function thoughtTokens(contextTokens: number): number {
  return contextTokens >= 16_000 ? 2_000 : 0;
}

function halves<T>(all: readonly T[], middle: number): T[][] {
  return [all.slice(0, middle), all.slice(middle)];
}
