import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import type { EmulatorEnv, SharedWorld } from "../service.ts";
import type { AccessToken, OauthState } from "./oauth-state.ts";

const root = "https://www.googleapis.com/auth/userinfo.";

/** Who a token belongs to: userinfo, as far as the grant says it, and tokeninfo. */
export function mountIdentity(app: Hono<EmulatorEnv>, shared: SharedWorld, stateOf: () => OauthState): void {
  const living = (token: string): AccessToken | null => {
    const found = stateOf().accessTokens[token];
    return found === undefined || found.expiresAt <= shared.clock.now() ? null : found;
  };
  const userinfo = (c: Context<EmulatorEnv>): Response => {
    const found = living(/^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "");
    const seesEmail = found?.scopes.some((scope) => ["email", `${root}email`].includes(scope)) ?? false;
    const seesName = found?.scopes.some((scope) => ["profile", `${root}profile`].includes(scope)) ?? false;
    if (found === null || !(seesEmail || seesName || found.scopes.includes("openid"))) {
      return c.json({ error: "invalid_request", error_description: "Invalid Credentials" }, 401);
    }
    const name = stateOf().accounts.find(({ address }) => address === found.account)?.name ?? "";
    return c.json({
      sub: subjectOf(found.account),
      ...(seesName ? { name } : {}),
      ...(seesEmail ? { email: found.account, email_verified: true } : {}),
    });
  };
  for (const path of ["/v1/userinfo", "/oauth2/v3/userinfo"]) app.get(path, userinfo);
  for (const path of ["/tokeninfo", "/oauth2/v3/tokeninfo"]) {
    app.get(path, (c) => {
      const found = living(c.req.query("access_token") ?? "");
      if (found === null) return c.json({ error: "invalid_token", error_description: "Invalid Value" }, 400);
      const left = Math.floor((found.expiresAt - shared.clock.now()) / 1000);
      return c.json({ scope: found.scopes.join(" "), email: found.account, expires_in: String(left) });
    });
  }
}

function subjectOf(account: string): string {
  const digits = BigInt(`0x${createHash("sha256").update(account).digest("hex").slice(0, 20)}`).toString();
  return digits.padStart(21, "1").slice(0, 21);
}
