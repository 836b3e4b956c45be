import type { MiddlewareHandler } from "hono";
import { googleError } from "./google-error.ts";
import { serviceOf } from "./scopes.ts";
import type { EmulatorEnv } from "./service.ts";

/** How many calls of one token are answered at the same time. */
export interface InFlight {
  count: MiddlewareHandler<EmulatorEnv>;
  /** The most there were at once, at a service. */
  most(service: string): number;
  clear(): void;
}

/**
 * Counts, and with `<service>.maxConcurrent` refuses more at once, as Gmail does with its limit a user. What stands in a batch
 * counts, the batch itself does not. Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors
 */
export function createInFlight(settings: ReadonlyMap<string, number>): InFlight {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  return {
    count: async (c, next) => {
      const service = c.req.path.startsWith("/batch/") ? null : serviceOf(c.req.path);
      if (service === null) return next();
      const key = `${service} ${c.req.header("authorization") ?? ""}`;
      const running = (now.get(key) ?? 0) + 1;
      if (running > (settings.get(`${service}.maxConcurrent`) ?? Number.POSITIVE_INFINITY)) {
        return c.json(googleError(429, "Too many concurrent requests for user.", "rateLimitExceeded"), 429);
      }
      now.set(key, running);
      most.set(service, Math.max(most.get(service) ?? 0, running));
      try {
        await next();
      } finally {
        now.set(key, (now.get(key) ?? 1) - 1);
      }
      return undefined;
    },
    most: (service) => most.get(service) ?? 0,
    clear: () => most.clear(),
  };
}
