import { html } from "hono/html";
import type { PreviewRecipient } from "../../../../src/core/action.ts";
import { dayOf } from "../../../../src/core/times.ts";
import type { CardView } from "../../../door.ts";
import type { RecipientFact } from "../../../gate/facts.ts";
import type { Html } from "../layout.ts";
import { showLine } from "../visible-text.ts";
import type { CardScene } from "./card-scene.ts";
import { briefLink } from "./sources.ts";

const roleNames: Record<PreviewRecipient["role"], string> = {
  bcc: "Bcc",
  to: "To",
  cc: "Cc",
  guest: "Guest",
  chat: "Chat",
  shared: "Shared with",
};
/** A blind copy is the one to see first. */
const roleOrder: readonly PreviewRecipient["role"][] = ["bcc", "to", "chat", "guest", "cc", "shared"];

/** Everybody an effect reaches: the name, the exact address, and how well the owner knows it. Nobody is left out. */
export function recipientRows({ preview, facts }: CardView, scene: CardScene): Html {
  const sorted = preview.recipients.toSorted((a, b) => roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role));
  return html`${sorted.map((recipient, at) => {
    const fact = facts.recipients.find(({ role, address }) => role === recipient.role && address === recipient.address);
    const label =
      sorted[at - 1]?.role === recipient.role
        ? html`<span class="vh">${roleNames[recipient.role]}</span>`
        : roleNames[recipient.role];
    return html`<dt class="${recipient.role}">${label}</dt><dd class="recipient">${
      recipient.name === "" ? "" : html`<span class="name">${showLine(recipient.name)}</span> `
    }<span class="address">${showLine(recipient.address)}</span> ${standing(fact, scene)}</dd>`;
  })}`;
}

function standing(fact: RecipientFact | undefined, scene: CardScene): Html {
  if (fact === undefined) return html`<span class="mark amber">not looked into</span>`;
  switch (fact.standing) {
    case "own":
      return html`<span class="known">you</span>`;
    case "known":
      return html`<span class="known">${knownWords(fact, scene)}</span>`;
    case "first_time":
      return html`<span class="mark amber">first time</span> <span class="known">${viaWords(fact, scene)}</span>`;
    case "unknown":
      return html`<span class="mark red">unknown</span> <span class="known">${viaWords(fact, scene)}</span>`;
    case "lookalike":
      return html`<span class="mark red">looks like ${showLine(fact.resembles ?? "somebody you know")}, and is not</span>`;
    case "invalid":
      return html`<span class="mark red">no address</span>`;
  }
}

function knownWords({ writtenTo, lastWrittenAt }: RecipientFact, { zone, nowMs }: CardScene): string {
  if (writtenTo === 0) return "in your contacts";
  const times = writtenTo === 1 ? "once" : `${writtenTo} times`;
  return `you wrote ${times}${lastWrittenAt === null ? "" : `, last ${dayOf(lastWrittenAt, zone, nowMs)}`}`;
}

function viaWords({ via, itemIds }: RecipientFact, scene: CardScene): Html {
  const brief = scene.briefs.get(itemIds[0] ?? -1);
  const item = brief === undefined ? "" : html`: ${briefLink(brief, scene)}`;
  switch (via) {
    case "contacts":
      return html`from contacts.csv`;
    case "written_to":
      return html`you wrote to it before`;
    case "owner_words":
      return html`you named it`;
    case "authenticated_thread":
      return html`from somebody you know${item}`;
    case "unauthenticated_thread":
      return html`from a message that nobody vouches for${item}`;
    case "stranger_text":
      return html`only in a stranger's text${item}`;
    case null:
      return html`it stands nowhere that was read`;
  }
}
