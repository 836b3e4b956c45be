import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import { consentPage, impliedScopes } from "./consent-page.ts";
import type { OauthState } from "./oauth-state.ts";

const codeLifeMs = 10 * 60_000;
const accessLifeMs = 3_599_000;
const testingLifeMs = 7 * 86_400_000;
const loopbackHosts = new Set(["127.0.0.1", "localhost", "[::1]"]);

type C = Context<EmulatorEnv>;

/**
 * Sign-in as Google does it for installed apps: consent page, PKCE S256, one-use codes, access tokens of an hour, refresh
 * tokens that end when revoked, on demand (`oauth.refuse`), or after seven days of `oauth.testing`.
 *
 * Settings: `oauth.testing` (1: publishing status Testing), `oauth.refuse` (1: every refresh is invalid_grant),
 * `oauth.accessLifeMs`. Source: https://developers.google.com/identity/protocols/oauth2/native-app
 */
export function mountOauth(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: () => OauthState): void {
  mountConsent(app, shared, stateOf);
  mountTokens(app, shared, stateOf);
}

function mountConsent(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: () => OauthState): void {
  app.get("/o/oauth2/v2/auth", (c) => {
    const query = new URL(c.req.url).searchParams;
    const wrong = wrongRequest(query, stateOf());
    if (wrong !== null) return c.html(`<!doctype html><title>Error 400</title><h1>Access blocked</h1><p>${wrong}`, 400);
    const { accounts } = stateOf();
    const hint = query.get("login_hint") ?? "";
    const chosen = accounts.find(({ address }) => address === hint)?.address ?? accounts[0]?.address ?? "";
    const scopes = (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
    return c.html(consentPage({ accounts, scopes, query: query.toString(), chosen }));
  });
  app.post("/o/oauth2/v2/auth", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const query = new URLSearchParams(form.get("query") ?? "");
    const state = stateOf();
    const account = state.accounts.find(({ address }) => address === form.get("account"));
    if (wrongRequest(query, state) !== null || account === undefined) return c.text("Bad request", 400);
    const back = new URL(query.get("redirect_uri") ?? "");
    back.searchParams.set("state", query.get("state") ?? "");
    if (form.get("answer") !== "continue") {
      back.searchParams.set("error", "access_denied");
      return c.redirect(back.href);
    }
    const asked = (query.get("scope") ?? "").split(" ");
    const ticked = form.getAll("scope").filter((scope) => asked.includes(scope));
    const scopes = [...asked.filter((scope) => impliedScopes.includes(scope)), ...ticked];
    const code = `4/0${mint(state, "code")}`;
    state.codes[code] = {
      account: account.address,
      scopes,
      clientId: query.get("client_id") ?? "",
      challenge: query.get("code_challenge") ?? "",
      redirectUri: query.get("redirect_uri") ?? "",
      usedAt: null,
      issuedAt: shared.clock.now(),
    };
    back.searchParams.set("code", code);
    back.searchParams.set("scope", scopes.join(" "));
    return c.redirect(back.href);
  });
}

function mountTokens(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: () => OauthState): void {
  app.post("/token", async (c) => {
    const state = stateOf();
    state.tokenRequests += 1;
    const form = new URLSearchParams(await c.req.text());
    const client = state.clients.find(({ clientId }) => clientId === form.get("client_id"));
    if (client === undefined || client.clientSecret !== form.get("client_secret")) {
      return c.json({ error: "invalid_client", error_description: "Unauthorized" }, 401);
    }
    if (form.get("grant_type") === "refresh_token") return refresh(c, shared, state, form);
    if (form.get("grant_type") === "authorization_code") return exchange(c, shared, state, form);
    return c.json({ error: "unsupported_grant_type" }, 400);
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
  const userinfo = (c: C): Response => {
    const token = (c.req.header("authorization") ?? "").replace(/^Bearer /, "");
    const found = stateOf().accessTokens[token];
    if (found === undefined || found.expiresAt <= shared.clock.now()) {
      return c.json({ error: "invalid_request", error_description: "Invalid Credentials" }, 401);
    }
    const name = stateOf().accounts.find(({ address }) => address === found.account)?.name ?? "";
    const sub = createHash("sha256").update(found.account).digest("hex").slice(0, 20);
    return c.json({ sub, name, email: found.account, email_verified: true });
  };
  app.get("/v1/userinfo", userinfo);
  app.get("/oauth2/v3/userinfo", userinfo);
  app.get("/tokeninfo", (c) => {
    const found = stateOf().accessTokens[c.req.query("access_token") ?? ""];
    if (found === undefined || found.expiresAt <= shared.clock.now()) return c.json({ error: "invalid_token" }, 400);
    const left = Math.floor((found.expiresAt - shared.clock.now()) / 1000);
    return c.json({ scope: found.scopes.join(" "), email: found.account, expires_in: String(left) });
  });
}

/** Ends a permission as its owner, a password change or Google itself would. */
export function revoke(state: OauthState, refreshToken: string): void {
  const grant = state.refreshTokens[refreshToken];
  if (grant !== undefined) grant.revoked = true;
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
  const refreshToken = `1//0${mint(state, "refresh")}`;
  state.refreshTokens[refreshToken] = { ...grant, clientId, issuedAt: nowMs, revoked: false };
  return { clientId, clientSecret: client?.clientSecret ?? "", refreshToken };
}

function wrongRequest(query: URLSearchParams, state: OauthState): string | null {
  if (!state.clients.some(({ clientId }) => clientId === query.get("client_id"))) return "Error 401: invalid_client";
  const redirect = query.get("redirect_uri") ?? "";
  const url = URL.canParse(redirect) ? new URL(redirect) : null;
  if (url?.protocol !== "http:" || !loopbackHosts.has(url.hostname)) return "Error 400: redirect_uri_mismatch";
  if (query.get("response_type") !== "code") return "Error 400: unsupported_response_type";
  if (query.get("code_challenge_method") !== "S256" || (query.get("code_challenge") ?? "") === "") {
    return "Error 400: invalid_request (PKCE)";
  }
  return null;
}

function exchange(c: C, shared: SharedWorld, state: OauthState, form: URLSearchParams): Response {
  const code = state.codes[form.get("code") ?? ""];
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  const nowMs = shared.clock.now();
  if (
    code === undefined ||
    code.usedAt !== null ||
    nowMs - code.issuedAt > codeLifeMs ||
    code.clientId !== form.get("client_id") ||
    code.redirectUri !== form.get("redirect_uri") ||
    code.challenge !== challenge
  ) {
    return c.json({ error: "invalid_grant", error_description: "Malformed auth code." }, 400);
  }
  code.usedAt = nowMs;
  const { account, scopes, clientId } = code;
  const refreshToken = `1//0${mint(state, "refresh")}`;
  state.refreshTokens[refreshToken] = { account, scopes, clientId, issuedAt: nowMs, revoked: false };
  return c.json({ ...issueAccess(shared, state, refreshToken), refresh_token: refreshToken });
}

function refresh(c: C, shared: SharedWorld, state: OauthState, form: URLSearchParams): Response {
  const refreshToken = form.get("refresh_token") ?? "";
  const grant = state.refreshTokens[refreshToken];
  const tooOld =
    shared.settings.get("oauth.testing") === 1 && shared.clock.now() - (grant?.issuedAt ?? 0) > testingLifeMs;
  const refused = shared.settings.get("oauth.refuse") === 1;
  if (grant === undefined || grant.revoked || grant.clientId !== form.get("client_id") || tooOld || refused) {
    return c.json({ error: "invalid_grant", error_description: "Token has been expired or revoked." }, 400);
  }
  return c.json(issueAccess(shared, state, refreshToken));
}

function issueAccess(shared: SharedWorld, state: OauthState, refreshToken: string): Record<string, unknown> {
  const grant = state.refreshTokens[refreshToken];
  const accessToken = `ya29.${mint(state, "access")}`;
  const lifeMs = shared.settings.get("oauth.accessLifeMs") ?? accessLifeMs;
  const scopes = grant?.scopes ?? [];
  state.accessTokens[accessToken] = {
    account: grant?.account ?? "",
    scopes,
    expiresAt: shared.clock.now() + lifeMs,
    refreshToken,
  };
  return {
    access_token: accessToken,
    expires_in: Math.floor(lifeMs / 1000),
    scope: scopes.join(" "),
    token_type: "Bearer",
  };
}

function mint(state: OauthState, kind: string): string {
  state.issued += 1;
  return createHash("sha256").update(`${kind} ${state.issued}`).digest("base64url");
}
