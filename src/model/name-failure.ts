import { APIConnectionError, APIError } from "@anthropic-ai/sdk";
import { z } from "zod";
import { StewardError } from "../core/errors.ts";
import { forScreen, untrusted } from "../core/untrusted.ts";

const bodySchema = z.object({ error: z.object({ type: z.string().nullish(), message: z.string().nullish() }) });

/** A failed request in our words. `isWorthRetrying`: the same request may work in a moment. */
export interface Failure {
  error: StewardError;
  isWorthRetrying: boolean;
}

/**
 * Names what went wrong between here and the model's server. Contract: never throws; nothing of the request is in the words, of the
 * server's own message at most 200 characters.
 */
export function nameFailure(
  error: unknown,
  asked: { host: string; model: string; hasKey: boolean; signal: AbortSignal },
): Failure {
  if (asked.signal.aborted) return final(new StewardError("interrupted", "Stopped."));
  const own = findOwn(error);
  if (own !== null) return { error: own, isWorthRetrying: own.code === "unavailable" };
  if (error instanceof APIError && !(error instanceof APIConnectionError)) return nameStatus(error, asked);
  const cure = `Is it running, and is this computer online? Look: steward model`;
  return again(new StewardError("unavailable", `${asked.host} does not answer.`, { cure, cause: error }));
}

function nameStatus(
  error: APIError,
  { host, model, hasKey }: { host: string; model: string; hasKey: boolean },
): Failure {
  const status = error.status ?? statusOfType(error);
  const said = wordsOf(error);
  switch (status) {
    case 401:
    case 403:
      return final(
        new StewardError("needs_reauth", hasKey ? `${host} does not accept the key.` : `${host} asks for a key.`, {
          cure: `Give ${hasKey ? "another" : "it one"}: steward model key`,
        }),
      );
    case 402:
      return final(
        new StewardError("unavailable", `The account at ${host} has no credit.`, { cure: "Add some there." }),
      );
    case 404:
      return final(
        new StewardError("config", `${host} does not know ${model}, or speaks no Messages API.`, {
          cure: "Name another: steward model use URL --judge ID --write ID --summarise ID",
        }),
      );
    case 408:
      return again(new StewardError("unavailable", `${host} took too long.`, { cure: "Try again." }));
    case 413:
      return final(tooLong(`${host} finds the request too long.`));
    case 429: {
      const retryAfterMs = retryAfterOf(error.headers);
      return again(
        new StewardError("rate_limited", `${host} asks to slow down.`, {
          cure: "Wait a little.",
          ...(retryAfterMs === null ? {} : { retryAfterMs }),
        }),
      );
    }
    default:
      break;
  }
  if (status === 409 || status >= 500) {
    const retryAfterMs = retryAfterOf(error.headers);
    return again(
      new StewardError("unavailable", `${host} is overloaded or out of order (${status}).`, {
        cure: "Try again in a moment.",
        ...(retryAfterMs === null ? {} : { retryAfterMs }),
      }),
    );
  }
  if (/too long|context (?:length|window|size)|exceed.{0,20}context/i.test(said)) {
    return final(tooLong(`${host} finds the request too long.`));
  }
  return final(
    new StewardError("config", `${host} refused the request (${status})${said === "" ? "" : `: ${said}`}.`, {
      cure: "Find out what it can do: steward model probe",
    }),
  );
}

/** A request that does not fit into the model: whoever made it has to cut it. */
export function tooLong(message: string): StewardError {
  return new StewardError("usage", message, {
    cure: "Ask for less at once, or, where the server can take more, set model.contextTokens in config.json.",
  });
}

/** An error in the middle of a stream has a type and no status. */
function statusOfType(error: APIError): number {
  const types: Readonly<Record<string, number>> = {
    overloaded_error: 529,
    rate_limit_error: 429,
    authentication_error: 401,
    permission_error: 403,
    not_found_error: 404,
    request_too_large: 413,
    invalid_request_error: 400,
    timeout_error: 408,
  };
  const body = bodySchema.safeParse(error.error);
  return types[body.success ? (body.data.error.type ?? "") : ""] ?? 500;
}

function wordsOf(error: APIError): string {
  const body = bodySchema.safeParse(error.error);
  const message = body.success ? (body.data.error.message ?? "") : "";
  return forScreen(untrusted(message)).replace(/\.$/, "").slice(0, 200);
}

/** Seconds, or milliseconds in Anthropic's own header. */
function retryAfterOf(headers: Headers | undefined): number | null {
  const ms = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/** What our own guards threw inside of `fetch` comes wrapped. */
function findOwn(error: unknown): StewardError | null {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    if (at instanceof StewardError) return at;
    at = at.cause;
  }
  return null;
}

function final(error: StewardError): Failure {
  return { error, isWorthRetrying: false };
}

function again(error: StewardError): Failure {
  return { error, isWorthRetrying: true };
}
