import { html } from "hono/html";
import type { GmailState, StoredMessage } from "../gmail/gmail-state.ts";
import { snippetOf } from "../gmail/message-resource.ts";
import { headerOf, type MimePart, readHead, readMime, textOf } from "../gmail/mime-tree.ts";
import type { Html } from "./layout.ts";

const shown = 60;

/** The newest mail, and a form to send the owner some. */
export function mailView(state: GmailState, when: (ms: number) => string): Html {
  const newest = state.byDate
    .slice(-shown)
    .toReversed()
    .flatMap((id) => state.messages.get(id) ?? []);
  return html`<h2>Send a mail to ${state.account}</h2>
    <form method="post" action="/page/mail">
      <input type="hidden" name="account" value="${state.account}" />
      <label>From <input name="from" required value="Inès Moreau &lt;ines@moreau-conseil.example&gt;" /></label>
      <label>Subject <input name="subject" value="Tuesday?" /></label>
      <label>Text <textarea name="text" rows="3">Could you confirm Tuesday 14:00 for the call with Tom?</textarea></label>
      <button>Send</button>
    </form>
    <h2>The newest ${newest.length} of ${state.messages.size}</h2>
    <ul>
      ${newest.map((message) => mailRow(state, message, when))}
    </ul>`;
}

function mailRow(state: GmailState, message: StoredMessage, when: (ms: number) => string): Html {
  const head = readHead(message.raw);
  const from = (headerOf(head, "from") ?? "").replace(/\s*<[^>]*>\s*$/, "").replaceAll('"', "");
  const link = `/?account=${encodeURIComponent(state.account)}&view=mail&message=${encodeURIComponent(message.id)}`;
  return html`<li class="${message.labelIds.includes("UNREAD") ? "unread" : ""}">
    <a href="${link}">
      <div class="row"><strong>${from === "" ? headerOf(head, "from") : from}</strong><span class="when">${when(message.internalDate)}</span></div>
      <div>${headerOf(head, "subject")}</div>
      <div class="sub">${snippetOf(message).slice(0, 110)}</div>
    </a>
  </li>`;
}

/** One message: its headers that matter, its text. What is HTML only is shown as its source. */
export function messageView(state: GmailState, message: StoredMessage, when: (ms: number) => string): Html {
  const head = readHead(message.raw);
  const back = `/?account=${encodeURIComponent(state.account)}&view=mail`;
  return html`<p><a href="${back}">← all mail</a></p>
    <h2>${headerOf(head, "subject")}</h2>
    <p class="sub">
      From ${headerOf(head, "from")}<br />To ${headerOf(head, "to")}<br />${when(message.internalDate)} ·
      ${message.labelIds.join(", ")}
    </p>
    <pre>${bodyOf(readMime(message.raw))}</pre>`;
}

function bodyOf(part: MimePart): string {
  const parts = flatten(part);
  const plain = parts.find((one) => one.mimeType === "text/plain" && one.filename === "");
  const body = plain ?? parts.find((one) => one.mimeType === "text/html");
  const files = parts.filter(({ filename }) => filename !== "").map(({ filename }) => `[${filename}]`);
  return [body === undefined ? "" : textOf(body).slice(0, 100_000), ...files].join("\n");
}

function flatten(part: MimePart): MimePart[] {
  return [part, ...part.parts.flatMap(flatten)];
}
