import { html } from "hono/html";
import { bytes, plural } from "../../../src/core/plural.ts";
import { dayOf, fullMoment, moment } from "../../../src/core/times.ts";
import { rawText, untrusted } from "../../../src/core/untrusted.ts";
import type { FullItem } from "../../../src/store/items.ts";
import type { Html } from "./layout.ts";
import { showLine, showText } from "./visible-text.ts";

export interface Reader {
  /** The owner's zone, IANA. */
  zone: string;
  nowMs: number;
}

/** One message, event, document or contact as it came, in the frame that all text of others stands in. */
export function messageView(item: FullItem, reader: Reader): Html {
  return html`<article class="message${item.from_owner ? " mine" : ""}" id="i${item.id}">
<header><span class="who">${senderName(item)}</span> ${whenOf(item, reader)}</header>
${addressLine(item)}
<div class="theirs" role="group" aria-label="${item.from_owner ? "What you wrote" : "What they wrote"}">${eventFields(item, reader)}${bodyOf(item)}</div>
${foldedParts(item)}
${attachments(item)}
</article>`;
}

/** Who wrote it, as HTML: `You`, a name, else an address. */
export function senderName(item: FullItem): Html {
  if (item.from_owner) return html`You`;
  const party = item.parties.find(({ role }) => role === "from" || role === "organizer");
  if (party === undefined) return html`${item.kind === "document" ? "A document" : "Somebody"}`;
  const address = party.value.replace(/^(?:whatsapp|telegram|imessage):/, "");
  const name = rawText(party.name) || party.person;
  return html`${showLine(name === "" ? address : name)}`;
}

/** From which exact address, and to whom else. */
function addressLine(item: FullItem): Html {
  const from = item.parties.find(({ role }) => role === "from" || role === "organizer");
  const address = from?.value.replace(/^(?:whatsapp|telegram|imessage):/, "") ?? "";
  const isSaid =
    address === "" || item.from_owner || address === (rawText(from?.name ?? untrusted("")) || from?.person);
  const to = recipientWords(item);
  if (isSaid && to === null) return html``;
  return html`<p class="to">${isSaid ? "" : html`<span class="address">${showLine(address)}</span> `}${to ?? ""}</p>`;
}

function whenOf(item: FullItem, { zone, nowMs }: Reader): Html {
  if (item.sent_at === null) return html`<span class="when">no date</span>`;
  const full = fullMoment(item.sent_at, zone);
  return html`<time class="when" datetime="${item.sent_at}" title="${full}">${moment(item.sent_at, zone, nowMs, { weekday: true })}</time>`;
}

function recipientWords(item: FullItem): Html | null {
  const others = item.parties.filter(({ role }) => ["to", "cc", "bcc", "attendee"].includes(role));
  if (item.channel !== "mail" || others.length === 0) return null;
  const shown = others
    .slice(0, 6)
    .map((party) => (party.is_owner ? html`you` : showLine(rawText(party.name) || party.value)));
  const more = others.length > 6 ? ` and ${others.length - 6} more` : "";
  const answersTo = item.parties.find(({ role }) => role === "reply_to");
  const from = item.parties.find(({ role }) => role === "from");
  const apart = answersTo !== undefined && answersTo.value !== from?.value;
  return html`to ${shown.map((one, at) => html`${at === 0 ? "" : ", "}${one}`)}${more}${apart ? html` · answers go to <span class="address">${showLine(answersTo.value)}</span>` : ""}`;
}

function bodyOf(item: FullItem): Html {
  const text = rawText(item.text).replace(/\s+$/, "").replace(/^\n+/, "");
  if (text === "") return html`<p class="none">No text.</p>`;
  return showText(text);
}

function eventFields({ event }: FullItem, { zone, nowMs }: Reader): Html {
  if (event === null) return html``;
  const when =
    event.startsAt === null
      ? "no date"
      : event.allDay
        ? `${dayOf(event.startsAt, "UTC", nowMs)}, all day`
        : fullMoment(event.startsAt, zone) +
          (event.endsAt === null ? "" : ` – ${fullMoment(event.endsAt, zone).split(", ")[1] ?? ""}`);
  const where = rawText(event.location);
  return html`<dl class="facts"><dt>When</dt><dd>${when}</dd>${where === "" ? "" : html`<dt>Where</dt><dd>${showLine(where)}</dd>`}${
    event.status === "confirmed" ? "" : html`<dt>State</dt><dd>${event.status}</dd>`
  }</dl>`;
}

/** What is not the new text is there too, folded, and said to be what it is. */
function foldedParts(item: FullItem): Html {
  const quoted = rawText(item.quoted).trim();
  const hidden = rawText(item.hidden).trim();
  const parts: Html[] = [];
  if (hidden !== "") {
    parts.push(
      html`<details class="folded odd"><summary>Hidden in this message: ${plural(hidden.split("\n").length, "line")} a reader would not have seen</summary><div class="theirs">${showText(hidden)}</div></details>`,
    );
  }
  if (quoted !== "") {
    parts.push(
      html`<details class="folded"><summary>${plural(quoted.split("\n").length, "quoted line")}</summary><div class="theirs">${showText(quoted)}</div></details>`,
    );
  }
  return html`${parts}`;
}

function attachments(item: FullItem): Html {
  const files = item.attachments.filter((file) => !file.inline || rawText(file.name) !== "");
  if (files.length === 0) return html``;
  return html`<ul class="files">${files.map(
    (file) =>
      html`<li><span class="name">${showLine(rawText(file.name) || "unnamed")}</span> <span class="meta">${file.mediaType} · ${bytes(file.sizeBytes)}</span></li>`,
  )}</ul>`;
}
