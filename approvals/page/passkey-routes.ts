import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { z } from "zod";
import { type Clock, fromInstant } from "../../src/core/clock.ts";
import type { Store } from "../../src/store/open-store.ts";
import type { StoredSession } from "../../src/store/page-sessions.ts";
import { listPasskeys, removePasskey } from "../../src/store/passkeys.ts";
import type { Authority } from "./authority.ts";
import { nameDevice } from "./name-device.ts";
import { pagePaths, seenText } from "./page-actions.ts";
import type { Passkeys } from "./passkeys.ts";
import { type Html, plainPage } from "./views/layout.ts";
import { pageError } from "./views/plain-pages.ts";
import { postForm } from "./views/post-form.ts";
import type { Visits } from "./visits.ts";

export interface PasskeyDeps {
  store: Store;
  clock: Clock;
  authority: () => Authority;
  visits: Visits;
  passkeys: Passkeys;
}

/** What is dangerous with a stolen cookie is allowed this long after the owner showed that it is them. */
const freshMs = 10 * 60_000;
const askBody = z.discriminatedUnion("for", [
  z.strictObject({ for: z.literal("decide"), seen: z.array(seenText).min(1).max(200) }),
  z.strictObject({ for: z.literal("prove") }),
]);
const answerBody = z.strictObject({ answer: z.unknown() });

/** Asking passkeys, adding and removing them. Contract: behind a session, as everything. */
export function mountPasskeys(app: Hono, deps: PasskeyDeps): void {
  const { passkeys, visits, authority, store } = deps;
  app.get(pagePaths.passkey, async (context) => context.html(await passkeyPage(deps, context)));
  app.post("/api/passkeys/ask", async (context) => {
    const body = askBody.safeParse(await readJson(context)).data;
    if (body === undefined) return badRequest(context);
    const options = await passkeys.ask(visits.of(context).session, body);
    return options === null
      ? context.json({ kind: "refused", text: "No passkey is set up for this page." }, 409)
      : context.json({ kind: "ask", options });
  });
  app.post("/api/passkeys/prove", async (context) => {
    const body = answerBody.safeParse(await readJson(context)).data;
    const isGood = await passkeys.check(visits.of(context).session, { for: "prove" }, body?.answer);
    return isGood ? context.json({ kind: "ok" }) : notThat(context);
  });
  app.post("/api/passkeys/new", async (context) => {
    const refused = await whyNotChange(deps, visits.of(context).session);
    if (refused !== null) return context.json({ kind: "refused", text: refused }, 403);
    return context.json({ kind: "ask", options: await passkeys.askNew(visits.of(context).session) });
  });
  app.post("/api/passkeys/add", async (context) => {
    const { session } = visits.of(context);
    const refused = await whyNotChange(deps, session);
    if (refused !== null) return context.json({ kind: "refused", text: refused }, 403);
    const body = answerBody.safeParse(await readJson(context)).data;
    const name = nameDevice(context.req.header("user-agent") ?? "");
    return (await passkeys.add(session, name, body?.answer)) ? context.json({ kind: "ok" }) : notThat(context);
  });
  app.post(pagePaths.removePasskey(":id"), async (context) => {
    const refused = await whyNotChange(deps, visits.of(context).session);
    if (refused !== null) {
      const cure = html`${refused} <a href="${pagePaths.passkey}">Use it now</a>`;
      return context.html(pageError("Not without your passkey.", await cure), 403);
    }
    const id = context.req.param("id") ?? "";
    if ((await listPasskeys(store, authority().rpId)).some((one) => one.id === id)) {
      await store.write((tx) => removePasskey(tx, id));
    }
    return context.redirect(pagePaths.health, 303);
  });
}

/**
 * Why this session may not add or remove a passkey now; null when it may. A cookie alone is not enough: it takes a passkey used
 * within ten minutes or, for the very first one, a login from the terminal within ten minutes.
 */
async function whyNotChange({ store, clock, authority }: PasskeyDeps, session: StoredSession): Promise<string | null> {
  const isFirst = (await listPasskeys(store, authority().rpId)).length === 0;
  const shownAt = isFirst ? session.signedInAt : session.provedAt;
  if (shownAt !== null && clock.now() - fromInstant(shownAt) < freshMs) return null;
  return isFirst
    ? "Sign in anew first, in a terminal on this computer: steward open. Then add it within ten minutes."
    : "Use a passkey you have first, then do this within ten minutes.";
}

async function passkeyPage(deps: PasskeyDeps, context: Context): Promise<Html> {
  const { session, csrf } = deps.visits.of(context);
  const { isHttps, rpId } = deps.authority();
  const isFirst = (await listPasskeys(deps.store, rpId)).length === 0;
  const refused = await whyNotChange(deps, session);
  const isOutside = isHttps && session.provedAt === null;
  const form = (what: "prove" | "add", words: string, next: string): Html =>
    postForm(
      { csrf, action: pagePaths.passkey },
      html`<button type="button" class="yes green" data-passkey="${what}" data-next="${next}">${words}</button>`,
    );
  const parts = [
    isOutside ? html`<p>At ${rpId} nothing is shown without one.</p>` : "",
    isFirst
      ? html`<p>It approves what is dangerous: an unknown recipient, bank details, a deletion. Your device asks for your finger, face or PIN, and signs for exactly that card.</p>`
      : "",
    !isFirst && refused !== null
      ? form("prove", "Use your passkey", isOutside ? pagePaths.home : pagePaths.passkey)
      : "",
    refused === null ? form("add", isFirst ? "Add a passkey" : "Add another passkey", pagePaths.home) : "",
    isFirst && refused !== null ? html`<p>${refused}</p>` : "",
    isOutside ? "" : html`<p><a href="${pagePaths.home}">To your cards</a></p>`,
  ];
  return plainPage({
    title: isOutside && !isFirst ? "Use your passkey" : "Passkey",
    body: html`${parts}<noscript><p>Passkeys need JavaScript.</p></noscript>`,
  });
}

/** What was sent as JSON; undefined when it is none. */
export async function readJson(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    return undefined;
  }
}

export function badRequest(context: Context): Response {
  return context.json({ kind: "bad_request" }, 400);
}

function notThat(context: Context): Response {
  return context.json(
    { kind: "refused", text: "That passkey is not known here, or it took longer than two minutes." },
    403,
  );
}
