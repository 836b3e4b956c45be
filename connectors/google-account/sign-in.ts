import { createHash, randomBytes, randomInt } from "node:crypto";
import { StewardError } from "../../src/core/errors.ts";
import { type AskedScope, readScopes, unaskedScopes } from "./scopes.ts";
import { readPasted, type SignInAnswer } from "./sign-in-answer.ts";
import type { GoogleClient } from "./sign-in-client.ts";
import { openLoopback } from "./sign-in-loopback.ts";
import { authorizePage, exchangeCode, readAddress, revokeToken, type SignInNet } from "./sign-in-token.ts";

export interface SignInOptions {
  client: GoogleClient;
  /** What Google is asked for; to read, when it is not said. */
  asked?: readonly AskedScope[];
  /** The address that must sign in, lower case; null takes whichever the owner chooses. */
  account: string | null;
  /** Accounts that are connected already: taking a grant of theirs back would end the tokens they have. */
  keep: readonly string[];
  net: SignInNet;
  /** Shows the owner where to go; `opened` says whether a browser was opened there. */
  show(url: string, opened: boolean): void;
  /** False when there is no browser. */
  openBrowser(url: string): Promise<boolean>;
  /** For a machine without a browser: asks for the address that the browser elsewhere ended at. Null uses the loopback. */
  paste: (() => Promise<string>) | null;
  /** How long Google's answer is waited for. */
  timeoutMs: number;
}

/** A sign-in that Google has confirmed. `scopes` are those granted, which may be fewer than asked for. */
export interface SignedIn {
  /** Lower case. */
  account: string;
  accessToken: string;
  refreshToken: string;
  scopes: string[];
}

/** One attempt: its secrets live in memory until it is over. */
interface Attempt {
  state: string;
  verifier: string;
}

const pasteTries = 3;

/**
 * Signs in to Google as an installed app: the owner's browser shows Google's own consent page and brings a code back, to a
 * port of this computer or by hand; the code is traded for tokens with PKCE (S256).
 *
 * Contract: no token is kept here; a grant that goes beyond what was asked for, or belongs to another account than wanted, is
 * taken back at Google, unless that account is connected already. Errors: `needs_reauth` (denied, wrong account, code not accepted), `no_permission` (more was granted
 * than asked), `config` (the client), `unavailable`, `interrupted`.
 * Source: https://developers.google.com/identity/protocols/oauth2/native-app
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const attempt: Attempt = { state: newToken(), verifier: newToken() };
  const { code, redirectUri } =
    options.paste === null ? await useLoopback(options, attempt) : await usePaste(options, attempt);
  const asked = askedOf(options).map(({ scope }) => scope);
  const { verifier } = attempt;
  const tokens = await exchangeCode(options.net, options.client, code, { verifier, redirectUri, asked });
  const account = await readAddress(options.net, tokens.accessToken);
  const refusal = refusalOf(options, account, tokens.scopes);
  if (refusal !== null) {
    if (!options.keep.includes(account)) await revokeToken(options.net, tokens.refreshToken);
    throw refusal;
  }
  return { account, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken, scopes: tokens.scopes };
}

function refusalOf(options: SignInOptions, account: string, scopes: readonly string[]): StewardError | null {
  const unasked = unaskedScopes(scopes, askedOf(options));
  if (unasked.length > 0) {
    return new StewardError("no_permission", `Google granted more than was asked for: ${unasked.join(" ")}.`, {
      cure: "Nothing was kept. Remove steward at https://myaccount.google.com/connections, then connect again.",
    });
  }
  if (options.account === null || options.account === account) return null;
  return new StewardError("needs_reauth", `You signed in as ${account}, not as ${options.account}.`, {
    cure: "Nothing was kept. Connect again and choose the other account, or leave --account out.",
  });
}

function askedOf({ asked = readScopes }: SignInOptions): readonly AskedScope[] {
  return asked;
}

/** 256 random bits as 43 characters, which is what RFC 7636 wants of a verifier. */
function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function consentUrl(options: SignInOptions, attempt: Attempt, redirectUri: string): string {
  const url = authorizePage(options.net.baseUrl);
  const query: Record<string, string> = {
    client_id: options.client.clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: askedOf(options)
      .map(({ scope }) => scope)
      .join(" "),
    state: attempt.state,
    code_challenge: createHash("sha256").update(attempt.verifier).digest("base64url"),
    code_challenge_method: "S256",
    access_type: "offline",
    // Without a new consent Google gives no new refresh token to somebody who consented before.
    prompt: options.account === null ? "select_account consent" : "consent",
    ...(options.account === null ? {} : { login_hint: options.account }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

async function useLoopback(options: SignInOptions, attempt: Attempt): Promise<{ code: string; redirectUri: string }> {
  const loopback = await openLoopback(attempt.state);
  try {
    const url = consentUrl(options, attempt, loopback.redirectUri);
    options.show(url, await options.openBrowser(url).catch(() => false));
    const answer = await within(loopback.answer, options);
    if (answer === null) throw tooLate(loopback.refused());
    return { code: toCode(answer), redirectUri: loopback.redirectUri };
  } finally {
    loopback.close();
  }
}

/** The browser is elsewhere and finds nobody at the address it is sent to: that address is what the owner copies. */
async function usePaste(options: SignInOptions, attempt: Attempt): Promise<{ code: string; redirectUri: string }> {
  const redirectUri = `http://127.0.0.1:${randomInt(49_152, 65_535)}/`;
  options.show(consentUrl(options, attempt, redirectUri), false);
  for (let left = pasteTries; left > 0; left -= 1) {
    const pasted = await within(options.paste?.() ?? Promise.resolve(""), options);
    if (pasted === null) break;
    const answer = readPasted(pasted, attempt.state);
    if (answer.kind === "code" || answer.kind === "refused") return { code: toCode(answer), redirectUri };
  }
  throw new StewardError("needs_reauth", "What was pasted is not Google's answer to this sign-in.", {
    cure: "Connect again with --paste. Copy the whole address from the browser after “Continue”, even though its page does not load.",
  });
}

/** Null when the time is up. Errors: `interrupted`. */
async function within<T>(work: Promise<T>, { net, timeoutMs }: SignInOptions): Promise<T | null> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const over = AbortSignal.any([net.signal, timeout]);
  const { promise, resolve } = Promise.withResolvers<null>();
  const end = (): void => resolve(null);
  over.addEventListener("abort", end, { once: true });
  if (over.aborted) end();
  try {
    const found = await Promise.race([work, promise]);
    if (net.signal.aborted) throw new StewardError("interrupted", "Stopped. Nothing was connected.");
    return found;
  } finally {
    over.removeEventListener("abort", end);
  }
}

function toCode(answer: Extract<SignInAnswer, { kind: "code" | "refused" }>): string {
  if (answer.kind === "code") return answer.code;
  if (answer.error === "access_denied") {
    throw new StewardError("needs_reauth", "You said no on Google's page, so nothing was connected.", {
      cure: "To connect after all, run it again and press Continue. If Google itself refused: docs/connect-google.md, “Access blocked”.",
    });
  }
  throw new StewardError("needs_reauth", `Google ended the sign-in: ${answer.error}.`, {
    cure: "docs/connect-google.md lists what Google means by it.",
  });
}

function tooLate(refused: number): StewardError {
  const foreign = refused === 0 ? "" : ` ${refused} that came did not belong to it and were refused.`;
  return new StewardError("needs_reauth", `No answer from Google came in time.${foreign}`, {
    cure: "Connect again. Where the browser runs on another computer than steward, use --paste.",
  });
}
