import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import { StewardError } from "../../src/core/errors.ts";
import { AskAgain } from "./ask-again.ts";
import { readRetryAfter } from "./wait-times.ts";

/** Keeps one account's access token fresh. */
export interface AccessToken {
  /**
   * The token to use now; asks for a new one when there is none or it is about to end, one request for all who wait.
   * Errors: `needs_reauth`, from then on without asking again; `AskAgain` for what may pass.
   */
  get(): Promise<string>;
  /** A service did not accept this token: the next `get` asks for another one. */
  refused(token: string): void;
  /** The account cannot be used any more; returns the error that every `get` throws from now on. */
  giveUp(): StewardError;
}

export interface TokenRequest {
  fetch: typeof fetch;
  clock: Clock;
  url: string;
  email: string;
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  timeoutMs: number;
  /** The error once Google will never accept it; the reading sign-in's by default. */
  refused?(email: string): StewardError;
}

const spareMs = 60_000;
const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().catch(300) });
const refusal = z.object({ error: z.string() });
/** Asking again with the same token or client cannot help. Source: RFC 6749 5.2 and Google's OAuth error codes. */
const finalRefusals = new Set([
  "invalid_grant",
  "invalid_client",
  "unauthorized_client",
  "deleted_client",
  "disabled_client",
  "org_internal",
  "admin_policy_enforced",
  "access_denied",
]);

export function createAccessToken(request: TokenRequest): AccessToken {
  const { clock, email } = request;
  let token: { value: string; gotAtMs: number; lifeMs: number } | null = null;
  let asking: Promise<string> | null = null;
  let dead: StewardError | null = null;
  const isFresh = (held: { gotAtMs: number; lifeMs: number }): boolean =>
    clock.now() - held.gotAtMs < held.lifeMs - Math.min(spareMs, held.lifeMs / 10);
  const giveUp = (): StewardError => {
    dead ??= (request.refused ?? needsSignIn)(email);
    return dead;
  };
  const ask = async (): Promise<string> => {
    const answer = await requestToken(request);
    if (answer === null) throw giveUp();
    token = { value: answer.access_token, gotAtMs: clock.now(), lifeMs: answer.expires_in * 1000 };
    return answer.access_token;
  };
  return {
    get: async () => {
      if (dead !== null) throw dead;
      if (token !== null && isFresh(token)) return token.value;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return await asking;
    },
    refused: (value) => {
      if (token?.value === value) token = null;
    },
    giveUp,
  };
}

/** The error of an account that needs its owner, with the command that cures it. */
export function needsSignIn(email: string): StewardError {
  return new StewardError("needs_reauth", `Google no longer accepts steward's sign-in of ${email}.`, {
    cure: `steward connect google --account ${email}`,
  });
}

/** One request; null when Google will never accept it. Contract: nothing of the request or the answer gets into an error. */
async function requestToken(request: TokenRequest): Promise<z.output<typeof tokenAnswer> | null> {
  const { status, json, waitMs } = await post(request);
  const answer = tokenAnswer.safeParse(json);
  if (status === 200 && answer.success) return answer.data;
  const refused = refusal.safeParse(json);
  if (status >= 400 && status < 500 && refused.success && finalRefusals.has(refused.data.error)) return null;
  throw new AskAgain(`gives no access token (${status})`, { limited: status === 429, waitMs });
}

async function post(request: TokenRequest): Promise<{ status: number; json: unknown; waitMs: number | null }> {
  try {
    const response = await request.fetch(request.url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: request.refreshToken,
        client_id: request.clientId,
        client_secret: request.clientSecret,
      }).toString(),
      redirect: "error",
      signal: AbortSignal.timeout(request.timeoutMs),
    });
    const waitMs = readRetryAfter(response.headers.get("retry-after"), request.clock.now());
    return { status: response.status, json: parseJson(await response.text()), waitMs };
  } catch (error) {
    if (error instanceof StewardError) throw error;
    // The cause may hold the request with its secrets.
    throw new AskAgain("does not answer");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
