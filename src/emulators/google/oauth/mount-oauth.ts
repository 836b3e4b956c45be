import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import { mintToken } from "./mint-token.ts";
import type { OauthState, RefreshToken } from "./oauth-state.ts";
import { mountConsent } from "./routes-consent.ts";
import { mountIdentity } from "./routes-identity.ts";

const codeLifeMs = 10 * 60_000;
const accessLifeMs = 3_599_000;
const dayMs = 86_400_000;
const testingLifeMs = 7 * dayMs;
const unusedLifeMs = 183 * dayMs;
const mostLiving = 100;

type C = Context<EmulatorEnv>;

/**
 * Sign-in as Google does it for installed apps: consent page, PKCE S256, one-use codes, access tokens of an hour, refresh
 * tokens that end when the permission is taken back, unused for half a year, pushed out by a hundred newer ones, on demand,
 * or after seven days of Testing.
 *
 * Settings: `oauth.testing` (1: publishing status Testing), `oauth.refuse` (1: every refresh is invalid_grant),
 * `oauth.accessLifeMs`, `oauth.auto`. Source: https://developers.google.com/identity/protocols/oauth2/native-app,
 * https://developers.google.com/identity/protocols/oauth2#expiration
 */
export function mountOauth(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: () => OauthState): void {
  mountConsent(app, shared, stateOf);
  mountIdentity(app, shared, stateOf);
  app.post("/token", async (c) => {
    const state = stateOf();
    state.tokenRequests += 1;
    const form = await readForm(c);
    if (form === null) return c.json({ error: "invalid_request", error_description: "Not a form." }, 400);
    const client = state.clients.find(({ clientId }) => clientId === form.get("client_id"));
    if (client === undefined || client.clientSecret !== form.get("client_secret")) {
      return c.json({ error: "invalid_client", error_description: "Unauthorized" }, 401);
    }
    if (form.get("grant_type") === "refresh_token") return refresh(c, shared, state, form);
    if (form.get("grant_type") === "authorization_code") return exchange(c, shared, state, form);
    return c.json({ error: "unsupported_grant_type", error_description: "Invalid grant_type" }, 400);
  });
  app.post("/revoke", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const token = form.get("token") ?? c.req.query("token") ?? "";
    const state = stateOf();
    const refreshToken = state.accessTokens[token]?.refreshToken ?? token;
    const grant = state.refreshTokens[refreshToken];
    if (grant === undefined || grant.revoked) {
      return c.json({ error: "invalid_token", error_description: "Token expired or revoked" }, 400);
    }
    revoke(state, refreshToken);
    return c.json({});
  });
}

async function readForm(c: C): Promise<URLSearchParams | null> {
  const isForm = (c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
  return isForm ? new URLSearchParams(await c.req.text()) : null;
}

/**
 * Ends a permission as its owner would, or Google: whatever an account gave to a client goes with it, its other tokens
 * included.
 */
export function revoke(state: OauthState, refreshToken: string): void {
  const grant = state.refreshTokens[refreshToken];
  if (grant === undefined) return;
  for (const [token, other] of Object.entries(state.refreshTokens)) {
    if (other.account === grant.account && other.clientId === grant.clientId) endToken(state, token, other);
  }
}

/** A new password ends every permission that reads mail, and no other. */
export function changePassword(state: OauthState, account: string): void {
  for (const [token, grant] of Object.entries(state.refreshTokens)) {
    const readsMail = grant.scopes.some((scope) => /mail\.google\.com|\/auth\/gmail\./.test(scope));
    if (grant.account === account && readsMail) endToken(state, token, grant);
  }
}

function endToken(state: OauthState, refreshToken: string, grant: RefreshToken): void {
  grant.revoked = true;
  for (const [token, access] of Object.entries(state.accessTokens)) {
    if (access.refreshToken === refreshToken) delete state.accessTokens[token];
  }
}

/** Makes a refresh token without the page, for tests that start signed in. */
export function grantDirectly(
  state: OauthState,
  grant: { account: string; scopes: string[] },
  nowMs: number,
): { clientId: string; clientSecret: string; refreshToken: string } {
  const [client] = state.clients;
  const clientId = client?.clientId ?? "";
  const refreshToken = keepGrant(state, { ...grant, clientId }, nowMs);
  return { clientId, clientSecret: client?.clientSecret ?? "", refreshToken };
}

/** The hundred-and-first living token of an account and a client ends the oldest, without a word. */
function keepGrant(
  state: OauthState,
  grant: { account: string; scopes: string[]; clientId: string },
  nowMs: number,
): string {
  const refreshToken = `1//0${mintToken(state, "refresh")}`;
  state.refreshTokens[refreshToken] = { ...grant, issuedAt: nowMs, usedAt: nowMs, revoked: false };
  const living = Object.entries(state.refreshTokens).filter(
    ([, other]) => !other.revoked && other.account === grant.account && other.clientId === grant.clientId,
  );
  for (const [token, other] of living.slice(0, Math.max(0, living.length - mostLiving))) endToken(state, token, other);
  return refreshToken;
}

function exchange(c: C, shared: SharedWorld, state: OauthState, form: URLSearchParams): Response {
  const refuse = (error_description: string): Response => c.json({ error: "invalid_grant", error_description }, 400);
  const code = state.codes[form.get("code") ?? ""];
  const nowMs = shared.clock.now();
  if (code === undefined || code.usedAt !== null || nowMs - code.issuedAt > codeLifeMs) {
    return refuse("Malformed auth code.");
  }
  if (code.clientId !== form.get("client_id")) return refuse("Malformed auth code.");
  const verifier = form.get("code_verifier") ?? "";
  if (verifier === "") return refuse("Missing code verifier.");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  if (!/^[\w.~-]{43,128}$/.test(verifier) || code.challenge !== challenge) return refuse("Invalid code verifier.");
  if (code.redirectUri !== form.get("redirect_uri")) {
    return c.json({ error: "redirect_uri_mismatch", error_description: "Bad Request" }, 400);
  }
  code.usedAt = nowMs;
  const { account, scopes, clientId } = code;
  const refreshToken = keepGrant(state, { account, scopes, clientId }, nowMs);
  return c.json({ ...issueAccess(shared, state, refreshToken), refresh_token: refreshToken });
}

function refresh(c: C, shared: SharedWorld, state: OauthState, form: URLSearchParams): Response {
  const refreshToken = form.get("refresh_token") ?? "";
  const grant = state.refreshTokens[refreshToken];
  const isMine = grant !== undefined && !grant.revoked && grant.clientId === form.get("client_id");
  if (!isMine || hasEnded(shared, grant) || shared.settings.get("oauth.refuse") === 1) {
    return c.json({ error: "invalid_grant", error_description: "Token has been expired or revoked." }, 400);
  }
  return c.json(issueAccess(shared, state, refreshToken));
}

function hasEnded({ clock, settings }: SharedWorld, grant: RefreshToken): boolean {
  const tested = settings.get("oauth.testing") === 1 && clock.now() - grant.issuedAt > testingLifeMs;
  return tested || clock.now() - grant.usedAt > unusedLifeMs;
}

function issueAccess(shared: SharedWorld, state: OauthState, refreshToken: string): Record<string, unknown> {
  const grant = state.refreshTokens[refreshToken];
  const nowMs = shared.clock.now();
  const accessToken = `ya29.${mintToken(state, "access")}`;
  const lifeMs = shared.settings.get("oauth.accessLifeMs") ?? accessLifeMs;
  const scopes = grant?.scopes ?? [];
  if (grant !== undefined) grant.usedAt = nowMs;
  for (const [token, { expiresAt }] of Object.entries(state.accessTokens)) {
    if (expiresAt <= nowMs - dayMs) delete state.accessTokens[token];
  }
  state.accessTokens[accessToken] = {
    account: grant?.account ?? "",
    scopes,
    expiresAt: nowMs + lifeMs,
    refreshToken,
  };
  return {
    access_token: accessToken,
    expires_in: Math.floor(lifeMs / 1000),
    scope: scopes.join(" "),
    token_type: "Bearer",
  };
}
