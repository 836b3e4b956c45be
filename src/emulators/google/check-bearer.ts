import type { MiddlewareHandler } from "hono";
import { type GoogleError, googleError } from "./google-error.ts";
import type { OauthState } from "./oauth/oauth-state.ts";
import { isAllowed, serviceOf } from "./scopes.ts";
import type { EmulatorEnv, SharedWorld } from "./service.ts";

/**
 * Lets a request through to a service only with a living token whose grant covers it, as Google does. Setting
 * `<service>.disabled`: the API is not enabled in the client's project.
 */
export function checkBearer(
  state: () => OauthState,
  { clock, settings }: Pick<SharedWorld, "clock" | "settings">,
): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    const service = serviceOf(c.req.path);
    if (service === null) return next();
    const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    const found = state().accessTokens[token];
    if (found === undefined || found.expiresAt <= clock.now()) {
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
    if (settings.get(`${service}.disabled`) === 1) return c.json(notEnabled(service), 403);
    c.set("identity", { account: found.account, scopes: found.scopes });
    return next();
  };
}

function notEnabled(service: string): GoogleError {
  const details = [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "SERVICE_DISABLED",
      domain: "googleapis.com",
      metadata: { service: `${service}.googleapis.com` },
    },
  ];
  const message = `The ${service} API has not been used in project 1042 before or it is disabled.`;
  return googleError(403, message, "accessNotConfigured", details);
}
