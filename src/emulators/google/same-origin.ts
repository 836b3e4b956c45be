import type { MiddlewareHandler } from "hono";
import { serviceOf } from "./scopes.ts";
import type { EmulatorEnv } from "./service.ts";

const here = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/**
 * Keeps other sites that are open in a browser from reading or changing this world: what asks without a token must name this
 * machine as host, and a browser must not say that another site sends it. Programs, which send no such header, pass.
 */
export function refuseOtherSites(): MiddlewareHandler<EmulatorEnv> {
  return async (c, next) => {
    if (serviceOf(c.req.path) !== null) return next();
    if (!here.test(new URL(c.req.url).host)) return c.text("This world is on this machine only.", 403);
    const site = c.req.header("sec-fetch-site");
    const origin = c.req.header("origin");
    const isForeign = site !== undefined && site !== "same-origin" && site !== "none";
    const isElsewhere = origin !== undefined && origin !== new URL(c.req.url).origin;
    // A link may lead here from anywhere: the consent page is opened so.
    const changes = c.req.method !== "GET" && c.req.method !== "HEAD";
    if (changes && (isForeign || isElsewhere)) return c.text("Forbidden", 403);
    return next();
  };
}
