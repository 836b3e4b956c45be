import type { Hono } from "hono";
import { html } from "hono/html";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import { consentPage, impliedScopes } from "./consent-page.ts";
import { mintToken } from "./mint-token.ts";
import type { OauthState } from "./oauth-state.ts";

const path = "/o/oauth2/v2/auth";
const loopbackHosts = new Set(["127.0.0.1", "localhost", "[::1]"]);
const knownScope =
  /^(?:openid|email|profile|https:\/\/mail\.google\.com\/|https:\/\/www\.googleapis\.com\/auth\/[\w.]+)$/;

/** What the owner answers on the page. */
interface Answer {
  account: string;
  ticked: readonly string[];
}

/**
 * The page to which an app sends its owner, and their answer. With `auto=<address>` in the request, or the setting `oauth.auto`
 * (the number of an account, from 1), nobody is asked: that account grants everything.
 */
export function mountConsent(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: () => OauthState): void {
  app.get(path, (c) => {
    const query = new URL(c.req.url).searchParams;
    const state = stateOf();
    const wrong = wrongRequest(query, state);
    if (wrong !== null) return c.html(refusal(wrong), 400);
    const auto = query.get("auto") ?? shared.accounts()[(shared.settings.get("oauth.auto") ?? 0) - 1];
    const granting = state.accounts.find(({ address }) => address === auto)?.address;
    if (granting !== undefined) {
      return c.redirect(grantCode(shared, state, query, { account: granting, ticked: askedScopes(query) }));
    }
    const hint = query.get("login_hint") ?? "";
    const chosen = state.accounts.find(({ address }) => address === hint)?.address ?? state.accounts[0]?.address ?? "";
    c.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return c.html(
      consentPage({ accounts: state.accounts, scopes: askedScopes(query), query: query.toString(), chosen }),
    );
  });
  app.post(path, async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const query = new URLSearchParams(form.get("query") ?? "");
    const state = stateOf();
    const account = state.accounts.find(({ address }) => address === form.get("account"))?.address;
    if (wrongRequest(query, state) !== null || account === undefined) return c.text("Bad request", 400);
    if (form.get("answer") !== "continue") return c.redirect(backTo(query, { error: "access_denied" }));
    return c.redirect(grantCode(shared, state, query, { account, ticked: form.getAll("scope") }));
  });
}

/** Where the browser goes with a new code. What was not asked for is not granted, whatever is ticked. */
function grantCode(
  shared: SharedWorld,
  state: OauthState,
  query: URLSearchParams,
  { account, ticked }: Answer,
): string {
  const scopes = askedScopes(query)
    .filter((scope) => impliedScopes.includes(scope) || ticked.includes(scope))
    .map((scope) => longNames.get(scope) ?? scope);
  const code = `4/0${mintToken(state, "code")}`;
  state.codes[code] = {
    account,
    scopes: [...new Set(scopes)],
    clientId: query.get("client_id") ?? "",
    challenge: query.get("code_challenge") ?? "",
    redirectUri: query.get("redirect_uri") ?? "",
    usedAt: null,
    issuedAt: shared.clock.now(),
  };
  return backTo(query, { code, scope: [...new Set(scopes)].join(" ") });
}

/** Google answers the short names with the long ones. */
const longNames = new Map([
  ["email", "https://www.googleapis.com/auth/userinfo.email"],
  ["profile", "https://www.googleapis.com/auth/userinfo.profile"],
]);

function backTo(query: URLSearchParams, answer: Record<string, string>): string {
  const back = new URL(query.get("redirect_uri") ?? "");
  const state = query.get("state");
  if (state !== null) back.searchParams.set("state", state);
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
  return back.href;
}

function askedScopes(query: URLSearchParams): string[] {
  return (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
}

function wrongRequest(query: URLSearchParams, state: OauthState): string | null {
  if (!state.clients.some(({ clientId }) => clientId === query.get("client_id"))) return "Error 401: invalid_client";
  if (!isLoopback(query.get("redirect_uri") ?? "")) return "Error 400: redirect_uri_mismatch";
  if (query.get("response_type") !== "code") return "Error 400: unsupported_response_type";
  const scopes = askedScopes(query);
  if (scopes.length === 0) return "Error 400: invalid_request (Missing required parameter: scope)";
  const unknown = scopes.find((scope) => !knownScope.test(scope));
  if (unknown !== undefined) return `Error 400: invalid_scope (${unknown})`;
  // Google takes `plain` and no challenge at all, too; an app of today has no reason to.
  const challenge = /^[\w-]{43}$/.test(query.get("code_challenge") ?? "");
  if (query.get("code_challenge_method") !== "S256" || !challenge) return "Error 400: invalid_request (PKCE)";
  return null;
}

/** A Desktop client goes back to this machine, on any port, and nowhere else. */
function isLoopback(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.protocol !== "http:" || !loopbackHosts.has(url.hostname)) return false;
  return url.username === "" && url.password === "" && url.hash === "";
}

function refusal(reason: string): ReturnType<typeof html> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Error 400</title>
      </head>
      <body>
        <h1>Access blocked</h1>
        <p>${reason}</p>
      </body>
    </html>`;
}
