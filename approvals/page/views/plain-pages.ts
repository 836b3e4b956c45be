import { html } from "hono/html";
import { pagePaths } from "../page-actions.ts";
import { type Html, plainPage, type Theme } from "./layout.ts";

/** What went wrong and what to do about it. Both are sentences by code. */
export function pageError(title: string, cure: string, theme: Theme = "auto"): Html {
  return plainPage({ title, theme, body: html`<p>${cure}</p><p><a href="${pagePaths.home}">To your cards</a></p>` });
}

/**
 * For whoever has no session: where a login link comes from. It names nobody. `goOn` is for those who came by a link of another
 * site: browsers keep the cookie back then, and one click from here brings it.
 */
export function loginPage(said: string | null, goOn: string | null = null): Html {
  return plainPage({
    title: "Sign in",
    body: html`${said === null ? "" : html`<p class="refused" role="alert">${said}</p>`}
${goOn === null ? "" : html`<p>You followed a link from another site. <a class="button" href="${goOn}">Go on to your page</a></p><p>Not signed in in this browser yet?</p>`}
<p>In a terminal on this computer:</p>
<p><code class="command">steward open</code></p>
<p>It opens this page with a link that works once, for five minutes. This browser then stays signed in for 30 days, or until it has not been used for 14.</p>`,
  });
}
