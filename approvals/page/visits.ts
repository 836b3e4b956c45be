import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { z } from "zod";
import { type Clock, toInstant } from "../../src/core/clock.ts";
import type { Store } from "../../src/store/open-store.ts";
import { findSession, isTouchDue, type StoredSession, touchSession } from "../../src/store/page-sessions.ts";
import type { Authority } from "./authority.ts";
import { isApi } from "./guard-request.ts";
import { pagePaths } from "./page-actions.ts";
import { loginPage } from "./views/plain-pages.ts";

/** Behind an https name, all there is before a passkey was used. */
const unprovenPaths: readonly string[] = [pagePaths.passkey, pagePaths.logout];

/** One request of a device that is signed in. */
export interface Visit {
  session: StoredSession;
  csrf: string;
}

export interface Visits {
  /** Lets in only whoever has a session, each post only with its token. */
  enter: MiddlewareHandler;
  /** Who is asking. Contract: only behind `enter`. */
  of(context: Context): Visit;
  /** The session of a request that may have none. */
  find(context: Context): Promise<StoredSession | null>;
}

/** Makes the one way in. Contract: being on this computer is nobody; a cookie is worth what the store says of it now. */
export function makeVisits(deps: { store: Store; clock: Clock; authority: () => Authority }): Visits {
  const { store, clock } = deps;
  const visits = new WeakMap<Request, Visit>();
  const find = async (context: Context): Promise<(StoredSession & { token: string }) | null> => {
    const token = getCookie(context, deps.authority().cookieName) ?? "";
    if (token === "") return null;
    const session = await findSession(store, token, toInstant(clock.now()));
    return session === null ? null : { ...session, token };
  };
  const enter: MiddlewareHandler = async (context, next) => {
    const found = await find(context);
    if (found === null) return refuseStranger(context);
    const { token, ...session } = found;
    const csrf = csrfOf(token);
    if (context.req.method === "POST" && !isSameSecret(await sentCsrf(context), csrf)) {
      return context.text("Forbidden", 403);
    }
    if (deps.authority().isHttps && session.provedAt === null && !mayUnproven(context)) return askPasskey(context);
    if (isTouchDue(session, toInstant(clock.now()))) await store.write((tx) => touchSession(tx, session.id));
    visits.set(context.req.raw, { session, csrf });
    return await next();
  };
  return {
    enter,
    find,
    of: (context) => {
      const visit = visits.get(context.req.raw);
      if (visit === undefined) throw new Error("A view was asked for outside a session.");
      return visit;
    },
  };
}

/** The token forms carry: it follows from the cookie, so that it is of this session alone, and the database holds neither. */
export function csrfOf(sessionToken: string): string {
  return createHmac("sha256", sessionToken).update("steward page csrf").digest("base64url");
}

const csrfField = z.object({ csrf: z.string().max(100) });

async function sentCsrf(context: Context): Promise<string> {
  if (isApi(context)) return context.req.header("x-csrf-token") ?? "";
  return csrfField.safeParse(await context.req.parseBody({ all: true })).data?.csrf ?? "";
}

function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuseStranger(context: Context): Response | Promise<Response> {
  if (isApi(context)) return context.json({ kind: "signed_out" }, 401);
  // A link from another site opens the page without its cookie; one more click from here brings it.
  const cameByLink = context.req.method === "GET" && context.req.header("sec-fetch-site") === "cross-site";
  return context.html(loginPage(null, cameByLink ? pagePaths.home : null), 401);
}

function mayUnproven(context: Context): boolean {
  return unprovenPaths.includes(context.req.path) || context.req.path.startsWith("/api/passkeys/");
}

function askPasskey(context: Context): Response {
  return context.req.method === "GET" && context.req.path !== pagePaths.events
    ? context.redirect(pagePaths.passkey, 303)
    : context.json({ kind: "needs_passkey" }, 403);
}
