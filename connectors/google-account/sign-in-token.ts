import { z } from "zod";
import { StewardError } from "../../src/core/errors.ts";
import { splitScopes } from "./scopes.ts";
import type { GoogleClient } from "./sign-in-client.ts";

/** How the sign-in reaches Google. */
export interface SignInNet {
  fetch: typeof fetch;
  /** Stands for every Google host; null is the real ones. */
  baseUrl: string | null;
  signal: AbortSignal;
}

/** Source: https://accounts.google.com/.well-known/openid-configuration */
const endpoints = {
  authorize: "https://accounts.google.com/o/oauth2/v2/auth",
  token: "https://oauth2.googleapis.com/token",
  revoke: "https://oauth2.googleapis.com/revoke",
  userinfo: "https://openidconnect.googleapis.com/v1/userinfo",
} as const;

/** A Google address, moved to the emulator where one stands for Google. */
export function toGoogleUrl(url: string, baseUrl: string | null): URL {
  const real = new URL(url);
  return baseUrl === null ? real : new URL(`${real.pathname}${real.search}`, baseUrl);
}

export function authorizePage(baseUrl: string | null): URL {
  return toGoogleUrl(endpoints.authorize, baseUrl);
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  scopes: string[];
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  scope: z.string().optional(),
});

/**
 * Trades the code for tokens: one request, never repeated, because a code is good for one use. Errors: `needs_reauth`,
 * `config` for a wrong client, `unavailable`. None of them carries a code or a secret.
 */
export async function exchangeCode(
  net: SignInNet,
  client: GoogleClient,
  code: string,
  attempt: { verifier: string; redirectUri: string; asked: readonly string[] },
): Promise<Tokens> {
  const { status, json } = await post(net, endpoints.token, {
    grant_type: "authorization_code",
    client_id: client.clientId,
    client_secret: client.clientSecret,
    code,
    code_verifier: attempt.verifier,
    redirect_uri: attempt.redirectUri,
  });
  if (status !== 200) throw refusedCode(status, json);
  const answer = tokenAnswer.safeParse(json);
  if (!answer.success) throw new StewardError("unavailable", "Google's answer to the sign-in could not be read.");
  if (answer.data.refresh_token === undefined) {
    throw new StewardError("needs_reauth", "Google gave no lasting permission, only one for an hour.", {
      cure: "Remove steward at https://myaccount.google.com/connections, then connect again.",
    });
  }
  return {
    accessToken: answer.data.access_token,
    refreshToken: answer.data.refresh_token,
    // RFC 6749 5.1: a scope that is left out is the one that was asked for.
    scopes: splitScopes(answer.data.scope ?? attempt.asked.join(" ")),
  };
}

/** Takes a permission back at Google. True when Google confirmed it, or no longer knew the token. Never throws. */
export async function revokeToken(net: SignInNet, token: string): Promise<boolean> {
  try {
    const { status, json } = await post(net, endpoints.revoke, { token });
    return status === 200 || (status === 400 && oauthError.safeParse(json).data?.error === "invalid_token");
  } catch {
    // The owner is told that it has to be done by hand.
    return false;
  }
}

const userinfo = z.object({ email: z.email(), email_verified: z.union([z.boolean(), z.string()]).optional() });

/** The address of who signed in, lower case. Errors: `unavailable`, `needs_reauth` where Google does not say it. */
export async function readAddress(net: SignInNet, accessToken: string): Promise<string> {
  const response = await ask(net, endpoints.userinfo, { headers: { authorization: `Bearer ${accessToken}` } });
  const info = userinfo.safeParse(await readJson(response));
  if (response.status === 200 && info.success && String(info.data.email_verified ?? true) === "true") {
    return info.data.email.toLowerCase();
  }
  if (response.status >= 500) throw unavailable(null);
  throw new StewardError("needs_reauth", "Google did not say which account signed in.", {
    cure: "Connect again and leave “See your email address” ticked.",
  });
}

const oauthError = z.object({ error: z.string() });

function refusedCode(status: number, json: unknown): StewardError {
  const word = oauthError.safeParse(json).data?.error ?? "";
  if (word === "invalid_client" || word === "unauthorized_client" || word === "deleted_client") {
    return new StewardError("config", "Google does not know this client, or its secret is another one.", {
      cure: "Download the client's JSON again (Google Auth Platform > Clients) and connect with --client FILE.",
    });
  }
  if (word === "invalid_grant") {
    return new StewardError("needs_reauth", "Google did not accept the code: it was used before, or came too late.", {
      cure: "Connect again. A code works once, for a few minutes, and only for the sign-in that asked for it.",
    });
  }
  if (status >= 500 || status === 429) return unavailable(null);
  return new StewardError(
    "needs_reauth",
    `Google refused the sign-in (${/^[a-z_]{1,60}$/.test(word) ? word : status}).`,
    {
      cure: "Connect again. If it stays so, docs/connect-google.md lists what Google means.",
    },
  );
}

async function post(
  net: SignInNet,
  url: string,
  fields: Record<string, string>,
): Promise<{ status: number; json: unknown }> {
  const response = await ask(net, url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
  return { status: response.status, json: await readJson(response) };
}

async function ask(net: SignInNet, url: string, init: RequestInit): Promise<Response> {
  try {
    // Following a redirect would hand the secret to whoever it names.
    return await net.fetch(toGoogleUrl(url, net.baseUrl).href, { ...init, redirect: "manual", signal: net.signal });
  } catch (cause) {
    if (net.signal.aborted) throw new StewardError("interrupted", "Stopped. Nothing was connected.");
    throw unavailable(cause);
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return null;
  }
}

function unavailable(cause: unknown): StewardError {
  return new StewardError("unavailable", "Google could not be reached.", {
    cure: "Check the connection to the internet and try again.",
    ...(cause === null ? {} : { cause }),
  });
}
