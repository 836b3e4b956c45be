import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleService } from "./account.ts";
import { AskAgain } from "./ask-again.ts";
import { apiNames } from "./sign-in-calls.ts";
import { readRetryAfter, readRetryInstant } from "./wait-times.ts";

/** What came of a call that did not work. */
export type Failure =
  | { kind: "passing"; limited: boolean; waitMs: number | null; what: string }
  | { kind: "unauthorised" }
  | { kind: "final"; error: unknown };

/** Where it happened: for the words of the error, and for what is left out of it. */
export interface CallPlace {
  service: GoogleService;
  email: string;
  nowMs: number;
  signal: AbortSignal;
}

const reasons = z.array(z.object({ reason: z.string().optional().catch(undefined) })).catch([]);
const errorBody = z.object({
  error: z.object({
    message: z.string().catch(""),
    status: z.string().catch(""),
    errors: reasons.default([]),
    details: reasons.default([]),
  }),
});
interface Said {
  message: string;
  reasons: string[];
}

const slowDown = new Set(["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"]);
const spent = new Set(["dailyLimitExceeded", "quotaExceeded", "dailyLimitExceededUnreg"]);
const apiOff = new Set(["accessNotConfigured", "SERVICE_DISABLED"]);
const scopeMissing = new Set(["ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"]);
const hourMs = 3_600_000;

/**
 * Tells what a thrown error means: ask again, sign in again, or give up with a `StewardError` made here.
 *
 * Contract: never throws. An error of the HTTP library carries the request with its token: nothing of it is kept, neither as
 * `cause` nor in the words; Google's own words are left out, too. What is neither an answer nor a lost connection (a bug) is
 * handed back as it is.
 * Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors
 */
export function readFailure(error: unknown, place: CallPlace): Failure {
  const own = stewardErrorIn(error);
  if (place.signal.aborted) return final(new StewardError("interrupted", "Reading was stopped."));
  if (own !== null) {
    return own.code === "unavailable" ? passing(own.message) : final(own);
  }
  if (error instanceof AskAgain) {
    if (error.unauthorised) return { kind: "unauthorised" };
    return { kind: "passing", limited: error.limited, waitMs: error.waitMs, what: error.message };
  }
  if (error instanceof z.ZodError) return passing("gave an answer that cannot be understood");
  if (!(error instanceof Error) || Reflect.get(error, "config") === undefined) return { kind: "final", error };
  const response: unknown = Reflect.get(error, "response");
  const status: unknown = isObject(response) ? Reflect.get(response, "status") : undefined;
  if (!isObject(response) || typeof status !== "number") return passing("does not answer");
  const retryAfter = readRetryAfter(headerOf(response, "retry-after"), place.nowMs);
  return readAnswer(status, readSaid(Reflect.get(response, "data")), retryAfter, place);
}

/** What an HTTP status and the body of an error mean; also for the answers inside a batch. */
export function readAnswer(status: number, said: Said, retryAfter: number | null, place: CallPlace): Failure {
  const { title } = apiNames[place.service];
  const asked = retryAfter ?? readRetryInstant(said.message, place.nowMs);
  if (isLimit(status, said)) return { kind: "passing", limited: true, waitMs: asked, what: "asks for fewer calls" };
  if (status === 401) return { kind: "unauthorised" };
  if (status === 403) return final(refused(said, place));
  if (status === 404) return final(new StewardError("not_found", `${title} has no such thing.`));
  if (status === 410) return final(new StewardError("gone", `${title} no longer has it.`));
  if (status === 408 || status >= 500 || (status >= 200 && status < 300)) {
    return { kind: "passing", limited: false, waitMs: asked, what: `answers with ${status}` };
  }
  if (status === 400 && /mail service not enabled/i.test(said.message)) {
    return final(new StewardError("no_permission", `${place.email} has no ${title}.`));
  }
  const word = said.reasons.find((reason) => /^[A-Za-z_]{1,60}$/.test(reason)) ?? "no reason given";
  return final(
    new StewardError("unavailable", `${title} refused a request (${status}, ${word}).`, {
      cure: "If it stays so, a newer steward is needed.",
    }),
  );
}

/** The reasons in a body, however it came: as JSON, text or bytes. */
export function readSaid(data: unknown): Said {
  const parsed = errorBody.safeParse(jsonOf(data));
  if (!parsed.success) return { message: "", reasons: [] };
  const { message, errors, details } = parsed.data.error;
  return { message, reasons: [...errors, ...details].flatMap(({ reason }) => reason ?? []) };
}

function isLimit(status: number, { message, reasons }: Said): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return reasons.some((reason) => slowDown.has(reason)) || /^Quota exceeded for quota metric/.test(message);
}

function refused({ reasons }: Said, { service, email }: CallPlace): StewardError {
  const { title, api } = apiNames[service];
  if (reasons.some((reason) => spent.has(reason))) {
    return new StewardError("rate_limited", `The day's quota of ${title} is spent.`, {
      cure: "Nothing is lost; steward goes on by itself when Google allows it.",
      retryAfterMs: hourMs,
    });
  }
  if (reasons.some((reason) => apiOff.has(reason))) {
    return new StewardError("no_permission", `The ${title} API is not enabled in your Cloud project.`, {
      cure: `Open https://console.cloud.google.com/apis/library/${api} and press Enable.`,
    });
  }
  const word = reasons.find((reason) => /^[A-Za-z_]{1,60}$/.test(reason)) ?? "no reason given";
  const cure = reasons.some((reason) => scopeMissing.has(reason))
    ? `Run: steward connect google --account ${email}, and tick ${title} on Google's page.`
    : "In a company account its administrator may have to allow it.";
  return new StewardError("no_permission", `${title} of ${email} may not be read (${word}): it stays out.`, { cure });
}

function passing(what: string): Failure {
  return { kind: "passing", limited: false, waitMs: null, what };
}

function final(error: StewardError): Failure {
  return { kind: "final", error };
}

/** What `deps.fetch` itself refused comes wrapped by the HTTP library. */
function stewardErrorIn(error: unknown): StewardError | null {
  if (error instanceof StewardError) return error;
  return error instanceof Error && error.cause instanceof StewardError ? error.cause : null;
}

function headerOf(response: object, name: string): string | null {
  const headers: unknown = Reflect.get(response, "headers");
  if (headers instanceof Headers) return headers.get(name);
  const value: unknown = isObject(headers) ? Reflect.get(headers, name) : undefined;
  return typeof value === "string" ? value : null;
}

function jsonOf(data: unknown): unknown {
  const text = data instanceof ArrayBuffer || data instanceof Uint8Array ? new TextDecoder().decode(data) : data;
  if (typeof text !== "string") return data;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy answers in HTML: it says nothing that is understood here.
    return null;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
