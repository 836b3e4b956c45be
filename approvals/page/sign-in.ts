import type { Context, Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import { addNotice } from "../../src/store/notices.ts";
import type { Store } from "../../src/store/open-store.ts";
import { takeLogin } from "../../src/store/page-logins.ts";
import { endSession, sessionLivesMs, startSession } from "../../src/store/page-sessions.ts";
import type { Authority } from "./authority.ts";
import { nameDevice } from "./name-device.ts";
import { pagePaths } from "./page-actions.ts";
import { type Html, plainPage } from "./views/layout.ts";
import { loginPage } from "./views/plain-pages.ts";
import { postForm } from "./views/post-form.ts";
import type { Visits } from "./visits.ts";

export interface SignInDeps {
  store: Store;
  clock: Clock;
  newId: () => string;
  authority: () => Authority;
  visits: Visits;
  /** Told when a device's session ended: what streams to it closes. */
  ended(sessionId: string): void;
}

const token = z.string().regex(/^[\w-]{43}$/);

/** The link a terminal prints: it opens a page with one button, so that whatever fetches links does not use it up. */
export function loginUrl(origin: string, loginToken: string): string {
  return `${origin}${pagePaths.login}?token=${loginToken}`;
}

/** The way in, before there is a session. */
export function mountSignIn(app: Hono, deps: SignInDeps): void {
  app.get(pagePaths.login, (context) => {
    const given = token.safeParse(context.req.query("token"));
    if (!given.success) return context.html(loginPage(null));
    return context.html(exchangePage(given.data, nameDevice(context.req.header("user-agent") ?? "")));
  });
  app.post(pagePaths.login, async (context) => {
    const form = z.object({ token: z.string().max(200).catch("") }).parse(await context.req.parseBody());
    const before = await deps.visits.find(context);
    const name = nameDevice(context.req.header("user-agent") ?? "");
    const answer = await deps.store.write(async (tx) => {
      const tried = await takeLogin(tx, form.token);
      if (tried.kind !== "ok") return tried;
      if (before !== null) await endSession(tx, before.id);
      const id = deps.newId();
      await addNotice(tx, { key: `signed_in:${id}`, kind: "alert", level: "show", text: `Signed in: ${name}.` });
      return { kind: "signed_in" as const, cookie: await startSession(tx, { id, name }) };
    });
    if (answer.kind === "signed_in") {
      if (before !== null) deps.ended(before.id);
      giveCookie(context, deps.authority(), answer.cookie);
      return context.redirect(pagePaths.home, 303);
    }
    if (answer.kind === "bad") {
      return context.html(loginPage("That link was used already, or is older than five minutes."), 401);
    }
    const waitSeconds = Math.max(1, Math.ceil((Date.parse(answer.untilAt) - deps.clock.now()) / 1000));
    context.header("retry-after", String(waitSeconds));
    return context.html(loginPage(`Too many wrong links. Try again in ${waitSeconds} seconds, with a new one.`), 429);
  });
}

/** The way out, of this device and of others. */
export function mountDevices(app: Hono, deps: SignInDeps): void {
  const end = async (context: Context, id: string): Promise<void> => {
    await deps.store.write((tx) => endSession(tx, id));
    deps.ended(id);
    if (id === deps.visits.of(context).session.id) {
      const { cookieName, isHttps } = deps.authority();
      deleteCookie(context, cookieName, { path: "/", secure: isHttps });
    }
  };
  app.post(pagePaths.logout, async (context) => {
    await end(context, deps.visits.of(context).session.id);
    return context.redirect(pagePaths.login, 303);
  });
  app.post(pagePaths.revokeDevice(":id"), async (context) => {
    await end(context, context.req.param("id") ?? "");
    return context.redirect(pagePaths.health, 303);
  });
}

/** Host-only: no `Domain`, so that it goes to this very name alone. */
function giveCookie(context: Context, { cookieName, isHttps }: Authority, value: string): void {
  setCookie(context, cookieName, value, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: isHttps,
    maxAge: sessionLivesMs / 1000,
  });
}

function exchangePage(loginToken: string, device: string): Html {
  return plainPage({
    title: "Sign in on this device?",
    body: html`<p>${device} stays signed in for 30 days, or until it has not been used for 14. You can end that in Health at any time.</p>
${postForm({ csrf: "", action: pagePaths.login, hidden: [["token", loginToken]] }, html`<button class="yes green">Sign in</button>`)}
<p>Only go on if you asked for this link yourself, in your terminal, a moment ago.</p>`,
  });
}
