import type { Hono } from "hono";
import { html } from "hono/html";
import { pagePaths, type ViewDeps } from "../page-actions.ts";
import { plainPage } from "./layout.ts";
import { pageError } from "./plain-pages.ts";
import { postForm } from "./post-form.ts";
import { showLine } from "./visible-text.ts";

/** The way from a card that may not be done yet to the service's own consent page, and back to the card. */
export function mountConsent(app: Hono, deps: ViewDeps): void {
  const { door, consent } = deps;
  const cardAt = async (number = "") => (/^\d{1,9}$/.test(number) ? await door.cardByNumber(Number(number)) : null);

  app.get(pagePaths.consent(":number"), async (c) => {
    const view = await cardAt(c.req.param("number"));
    if (view === null) return c.html(pageError("There is no such card.", "It may have been decided."), 404);
    const { number } = view.card;
    const missing = view.missingAccess;
    if (missing === null || consent === undefined) return c.redirect(pagePaths.card(number), 303);
    const body = html`<p>${showLine(missing.why)}</p>
<p>The right is asked for apart from the one to read, and is kept where only what carries out your cards can reach it. Every card still asks you.</p>
${postForm({ csrf: deps.csrf(c), action: pagePaths.consent(number) }, html`<button>Ask the service for it</button>`)}
<p>The same in a terminal: <code>${missing.cure}</code></p>
<p><a href="${pagePaths.card(number)}">Back to card ${number}</a></p>`;
    return c.html(plainPage({ title: "Your consent", body }));
  });

  app.post(pagePaths.consent(":number"), async (c) => {
    const view = await cardAt(c.req.param("number"));
    if (view === null || consent === undefined)
      return c.html(pageError("There is no such card.", "It may be gone."), 404);
    const { number, account, action } = view.card;
    const url = await consent({ account, connector: action.slice(0, action.indexOf(".")) });
    const body = html`<p>The service asks you itself, on its own page:</p>
<p><a class="button" href="${url}" rel="noreferrer">Open ${new URL(url).host}</a></p>
<p>When you have said yes there, come back: <a href="${pagePaths.card(number)}">to card ${number}</a></p>`;
    return c.html(plainPage({ title: "Your consent", body }));
  });
}
