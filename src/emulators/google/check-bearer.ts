import type { MiddlewareHandler } from "hono";
import { googleError } from "./google-error.ts";
import type { OauthState } from "./oauth/oauth-state.ts";
import { isAllowed, serviceOf } from "./scopes.ts";
import type { EmulatorEnv } from "./service.ts";

/** Lets a request through to a service only with a living token whose grant covers it, as Google does. */
export function checkBearer(state: () => OauthState, now: () => number): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const service = serviceOf(c.req.path);
    if (service === null) return next();
    const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    const found = state().accessTokens[token];
    if (found === undefined || found.expiresAt <= now()) {
      const body = googleError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token.",
        "authError",
      );
      return c.json(body, 401, { "www-authenticate": 'Bearer realm="https://accounts.google.com/"' });
    }
    if (!isAllowed(service, c.req.method, c.req.path, found.scopes)) {
      const details = [
        {
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
          domain: "googleapis.com",
          metadata: { service: `${service}.googleapis.com` },
        },
      ];
      const body = googleError(
        403,
        "Request had insufficient authentication scopes.",
        "insufficientPermissions",
        details,
      );
      return c.json(body, 403);
    }
    c.set("identity", { account: found.account, scopes: found.scopes });
    return next();
  };
}
