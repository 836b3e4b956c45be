import type { OAuth2Client } from "google-auth-library";
import type { Clock } from "../../src/core/clock.ts";
import { StewardError, stopIfAborted } from "../../src/core/errors.ts";
import type { AccessToken } from "./access-token.ts";
import type { CallCost, GoogleService } from "./account.ts";
import { AskAgain } from "./ask-again.ts";
import type { CallGate } from "./call-gate.ts";
import { pause, untilStopped } from "./pause.ts";
import { type Failure, readFailure } from "./read-failure.ts";
import { apiNames } from "./sign-in-calls.ts";
import type { TokenBucket } from "./token-bucket.ts";
import { waitBefore } from "./wait-times.ts";

/** What the calls of one account share. */
export interface Caller {
  email: string;
  auth: OAuth2Client;
  token: AccessToken;
  clock: Clock;
  log(message: string): void;
  gate: CallGate;
  buckets: Record<GoogleService, TokenBucket>;
  usage: Record<GoogleService, { requests: number; units: number }>;
  random(): number;
  mostTries: number;
  timeoutMs: number;
}

type Cost = CallCost | (() => CallCost);
type Send<T> = (options: { signal: AbortSignal; retry: false }) => Promise<{ data: T }>;

/** One call with its tries; see `GoogleAccount.call`. A cost that is a function is asked again before each try. */
export async function callGoogle<T>(caller: Caller, cost: Cost, signal: AbortSignal, send: Send<T>): Promise<T> {
  let unauthorised = 0;
  for (let tries = 1; ; tries += 1) {
    stopIfAborted(signal);
    const { service, units } = typeof cost === "function" ? cost() : cost;
    const result = await tryOnce(caller, { service, units }, signal, send);
    if (result.kind === "answer") return result.data;
    if (result.kind === "final") throw result.error;
    if (result.kind === "unauthorised") {
      unauthorised += 1;
      if (unauthorised > 1) throw caller.token.giveUp();
      continue;
    }
    if (tries >= caller.mostTries) throw givenUp(service, result);
    const waitMs = waitBefore(tries, result.waitMs, caller.random());
    caller.log(`${service}: ${caller.email}: ${result.what}; waiting ${Math.ceil(waitMs / 1000)} s`);
    if (result.limited) caller.gate.closed(service, waitMs);
    else await pause(caller.clock, waitMs, signal);
  }
}

type Result<T> = { kind: "answer"; data: T } | Failure;

async function tryOnce<T>(caller: Caller, cost: CallCost, signal: AbortSignal, send: Send<T>): Promise<Result<T>> {
  const { service, units } = cost;
  await caller.buckets[service].take(units, signal);
  await caller.gate.enter(service, signal);
  try {
    const token = await untilStopped(caller.token.get(), signal).catch(asLimit);
    caller.auth.setCredentials({ access_token: token, expiry_date: Number.MAX_SAFE_INTEGER });
    caller.usage[service].requests += 1;
    caller.usage[service].units += units;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(caller.timeoutMs)]);
    const result = await sendOnce(caller, service, signal, () => send({ signal: limit, retry: false }));
    if (result.kind === "answer") caller.gate.opened(service);
    if (result.kind === "unauthorised") caller.token.refused(token);
    return result;
  } catch (error) {
    return readFailure(error, { service, email: caller.email, nowMs: caller.clock.now(), signal });
  } finally {
    caller.gate.leave(service);
  }
}

async function sendOnce<T>(
  caller: Caller,
  service: GoogleService,
  signal: AbortSignal,
  send: () => Promise<{ data: T }>,
): Promise<Result<T>> {
  try {
    const answer = await send();
    if (isBroken(answer)) return { kind: "passing", limited: false, waitMs: null, what: "gave a broken answer" };
    return { kind: "answer", data: answer.data };
  } catch (error) {
    return readFailure(error, { service, email: caller.email, nowMs: caller.clock.now(), signal });
  }
}

/** Who fails to get a token is asked by one call at a time, as who asks for fewer calls. */
function asLimit(error: unknown): never {
  if (error instanceof AskAgain) throw new AskAgain(error.message, { limited: true, waitMs: error.waitMs });
  throw error;
}

/**
 * JSON that was cut off or is none reaches us as text, from a library that does not say so. Text is what some calls want: they
 * say so by `responseType`, or Google does by its kind.
 */
function isBroken(answer: object): boolean {
  const data: unknown = Reflect.get(answer, "data");
  if (typeof data !== "string" || Reflect.get(answer, "status") === 204) return false;
  const config: unknown = Reflect.get(answer, "config");
  if (typeof config !== "object" || config === null) return false;
  const wanted: unknown = Reflect.get(config, "responseType");
  return wanted === undefined || wanted === "unknown" || wanted === "json";
}

function givenUp(service: GoogleService, last: Extract<Failure, { kind: "passing" }>): StewardError {
  const { title } = apiNames[service];
  if (last.limited) {
    return new StewardError("rate_limited", `${title} asks for fewer calls.`, {
      cure: "Nothing is lost; steward goes on by itself.",
      ...(last.waitMs === null ? {} : { retryAfterMs: last.waitMs }),
    });
  }
  return new StewardError("unavailable", `${title} ${last.what}.`, {
    cure: "Nothing is lost; steward tries again by itself. Check the connection if it stays so.",
  });
}
