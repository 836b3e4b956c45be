import { z } from "zod";
import type { GoogleAccount } from "../google-account/account.ts";
import { AskAgain } from "../google-account/ask-again.ts";
import { type CallPlace, type Failure, readAnswer, readSaid } from "../google-account/read-failure.ts";
import { readRetryAfter } from "../google-account/wait-times.ts";
import { type BatchPart, readBatch, writeBatch } from "./batch.ts";
import { units } from "./client.ts";
import { type RawMessage, rawAnswer } from "./gmail-answers.ts";

/** Google discourages more than 50; these many of the largest usual messages still fit into one string. */
export const batchSize = 25;

const batchUrl = "https://gmail.googleapis.com/batch/gmail/v1";

/**
 * Fetches messages in one batch. Only what failed inside is asked again, at its own cost; what is not there is left out.
 * Errors: those of `GoogleAccount.call`.
 */
export async function fetchBatch(
  account: GoogleAccount,
  now: () => number,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<RawMessage[]> {
  const found: RawMessage[] = [];
  let pending = [...new Set(ids)].slice(0, batchSize);
  if (pending.length === 0) return found;
  const cost = () => ({ service: "gmail" as const, units: units.get * pending.length });
  await account.call(cost, signal, async (options) => {
    const parts = readBatch(await sendBatch(account, pending, options));
    const done = new Set<string>();
    const failures: Extract<Failure, { kind: "passing" }>[] = [];
    for (const part of parts) {
      if (!pending.includes(part.id)) continue;
      const outcome = readPart(part, { service: "gmail", email: account.email, nowMs: now(), signal });
      if (outcome.kind === "passing") failures.push(outcome);
      else done.add(part.id);
      if (outcome.kind === "message") found.push(outcome.message);
    }
    pending = pending.filter((id) => !done.has(id));
    if (pending.length > 0) throw askAgain(failures, pending.length);
    return { data: null };
  });
  return found;
}

async function sendBatch(
  account: GoogleAccount,
  ids: readonly string[],
  options: { signal: AbortSignal; retry: false },
): Promise<string> {
  const paths = ids.map((id) => ({ id, path: `/gmail/v1/users/me/messages/${id}?format=raw` }));
  const { contentType, body } = writeBatch(paths);
  const { data } = await account.auth.request({
    ...options,
    url: batchUrl,
    method: "POST",
    headers: { "content-type": contentType },
    data: body,
    responseType: "text",
  });
  return z.string().parse(data);
}

type Outcome = { kind: "message"; message: RawMessage } | { kind: "missing" } | Extract<Failure, { kind: "passing" }>;

function readPart(part: BatchPart, place: CallPlace): Outcome {
  if (part.status === 404) return { kind: "missing" };
  if (part.status === 200) {
    const message = rawAnswer.safeParse(parseJson(part.body));
    if (message.success && message.data.id === part.id) return { kind: "message", message: message.data };
    return { kind: "passing", limited: false, waitMs: null, what: "gave a broken answer" };
  }
  const failure = readAnswer(part.status, readSaid(part.body), readRetryAfter(part.retryAfter, place.nowMs), place);
  if (failure.kind === "passing") return failure;
  if (failure.kind === "final") throw failure.error;
  throw new AskAgain("does not accept the token", { unauthorised: true });
}

function askAgain(
  failures: readonly { limited: boolean; waitMs: number | null; what: string }[],
  left: number,
): AskAgain {
  const limited = failures.some((one) => one.limited);
  const waits = failures.flatMap(({ waitMs }) => waitMs ?? []);
  const what = failures.at(-1)?.what ?? "gave a broken answer";
  return new AskAgain(`${what}, for ${left} of a batch`, {
    limited,
    waitMs: waits.length === 0 ? null : Math.max(...waits),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
