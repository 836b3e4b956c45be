import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

const keys: readonly [string, string][] = [
  ["j  k", "next, previous card or line"],
  ["a", "approve: green at once; amber while you hold it; red leads to what it asks"],
  ["e", "edit what it says"],
  ["r", "reject; then 1 to 5 say why"],
  ["l", "later"],
  ["u", "undo the last yes while it waits"],
  ["o", "open the original"],
  ["/", "search"],
  ["g then c t a p l h", "go to cards, today, ask, people, ledger, health"],
  ["?", "this"],
];

/** The keys, shown on `?`. Enter is not among them: it never approves. */
export function helpPanel(): HtmlEscapedString | Promise<HtmlEscapedString> {
  return html`<div id="help" popover role="dialog" aria-label="Keys and words">
<h2>Keys</h2>
<dl class="keys">${keys.map(([key, words]) => html`<dt>${key.split(" ").map((one) => (one === "then" || one === "" ? html`${one} ` : html`<kbd>${one}</kbd> `))}</dt><dd>${words}</dd>`)}</dl>
<p>Enter never approves. Nothing leaves without a yes, and what you see is what goes out.</p>
<h2>Colours</h2>
<p class="legend"><span class="dot green"></span> one tap, then you can still undo <span class="dot amber"></span> hold for a second <span class="dot red"></span> passkey, or a typed name</p>
</div>`;
}
