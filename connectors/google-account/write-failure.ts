import { StewardError } from "../../src/core/errors.ts";
import { type CallPlace, readAnswer, readSaid } from "./read-failure.ts";
import { apiNames } from "./sign-in-calls.ts";
import { readRetryAfter } from "./wait-times.ts";

/**
 * What an answer that is no success means for a request that may change something. Contract: its code is `isDefinitive`
 * exactly when the service says that it did nothing; nothing of the request or of Google's words is kept.
 */
export function readWriteFailure(
  answer: { status: number; headers: Headers; body: Uint8Array },
  place: CallPlace,
): StewardError {
  const { title } = apiNames[place.service];
  const { status } = answer;
  if (status === 409 || status === 412) {
    return new StewardError("moved", `${title} has another version by now (${status}).`);
  }
  const retryAfter = readRetryAfter(answer.headers.get("retry-after"), place.nowMs);
  const said = readSaid(answer.body);
  if (status === 403 && said.reasons.includes("storageQuotaExceeded")) return isFull(place);
  const failure = readAnswer(status, said, retryAfter, place);
  if (failure.kind === "unauthorised") return needsWriteSignIn(place.email);
  if (failure.kind === "passing") {
    if (failure.limited) return limited(title, failure.waitMs);
    return new StewardError("unavailable", `${title} ${failure.what}.`);
  }
  const { error } = failure;
  if (error instanceof StewardError && error.code === "no_permission") return mayNot(error, place);
  if (error instanceof StewardError && error.code !== "unavailable") return error;
  if (status < 400 || status >= 500) return new StewardError("unavailable", `${title} answers with ${status}.`);
  return new StewardError("usage", `${title} refused it (${status}): nothing was changed.`);
}

/** The error of an account that may not, or no longer, be written with. */
export function needsWriteSignIn(email: string): StewardError {
  return new StewardError("needs_reauth", `Google no longer accepts the right to change things as ${email}.`, {
    cure: `steward connect google --write --account ${email}`,
  });
}

function limited(title: string, waitMs: number | null): StewardError {
  return new StewardError("rate_limited", `${title} asks for fewer calls: nothing was changed.`, {
    cure: "Try it again later.",
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  });
}

/** Waiting does not help: somebody has to make room. */
function isFull({ service, email }: CallPlace): StewardError {
  const { title } = apiNames[service];
  return new StewardError("no_permission", `The storage of ${title} of ${email} is full: nothing was changed.`, {
    cure: "Make room at https://one.google.com/storage, then redraft the card.",
  });
}

function mayNot(error: StewardError, { service, email }: CallPlace): StewardError {
  const { title } = apiNames[service];
  if (error.message.includes("is not enabled")) return error;
  return new StewardError("no_permission", `${title} of ${email} may not be changed: nothing was.`, {
    cure: `steward connect google --write ${service} --account ${email}`,
  });
}
