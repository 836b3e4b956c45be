import type { Context, MiddlewareHandler } from "hono";
import type { Authority } from "./authority.ts";
import { pagePaths } from "./page-actions.ts";

/**
 * Lets through only what this very page, in a browser at its one name, can have asked for. Contract: looks at nothing that a
 * proxy adds; a request that may change something must say where it comes from, and an old client that does not is refused.
 */
export function guardRequest(authority: () => Authority): MiddlewareHandler {
  return async (context, next) => {
    const refused = refuse(context, authority());
    return refused ?? (await next());
  };
}

function refuse(context: Context, authority: Authority): Response | null {
  const { req } = context;
  const host = req.header("host");
  if (host === undefined) return context.text("Bad request", 400);
  // A GET may come back by itself at the right name; anything else starts there anew.
  if (authority.aliases.includes(host)) return context.redirect(`${authority.origin}${ownPath(req.url)}`, 303);
  if (host !== authority.host) return context.text(`This page is at ${authority.origin}`, 421);
  const isRead = req.method === "GET" || req.method === "HEAD";
  if (!isRead && req.method !== "POST") return context.text("Method not allowed", 405, { allow: "GET, HEAD, POST" });
  if (req.header("upgrade") !== undefined && !isOwn(context, authority)) return forbidden(context);
  const origin = req.header("origin");
  if (isRead)
    return origin !== undefined && origin !== authority.origin ? forbidden(context) : refuseForeignRead(context);
  if (!isOwn(context, authority) || req.header("sec-fetch-site") !== "same-origin") return forbidden(context);
  return refuseOtherForms(context);
}

function isOwn({ req }: Context, { origin }: Authority): boolean {
  return req.header("origin") === origin;
}

/** Others may lead here by a link that opens as a page; they may not put it, or any piece of it, into theirs. */
function refuseForeignRead(context: Context): Response | null {
  const from = context.req.header("sec-fetch-site");
  if (from === undefined || from === "same-origin" || from === "none") return null;
  const isVisit =
    context.req.header("sec-fetch-mode") === "navigate" && context.req.header("sec-fetch-dest") === "document";
  return isVisit ? null : forbidden(context);
}

/** JSON for `/api/`, plain forms for the rest, files in one place. */
function refuseOtherForms(context: Context): Response | null {
  const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const wanted = wantedType(context);
  return type === wanted ? null : context.text(`Only ${wanted}`, 415);
}

function wantedType(context: Context): string {
  if (isApi(context)) return "application/json";
  return context.req.path === pagePaths.ask ? "multipart/form-data" : "application/x-www-form-urlencoded";
}

/** Whether a request is of the page's script and not of the browser by itself: then it is answered in JSON. */
export function isApi({ req }: Context): boolean {
  return req.path.startsWith("/api/");
}

function ownPath(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname.startsWith("//") ? "/" : pathname}${search}`;
}

function forbidden(context: Context): Response {
  return context.text("Forbidden", 403);
}
