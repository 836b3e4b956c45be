import { html } from "hono/html";
import { channelName, serviceName } from "../../../../src/core/channel-name.ts";
import { listWords, plural } from "../../../../src/core/plural.ts";
import { dayOf, fullMoment, moment } from "../../../../src/core/times.ts";
import { rawText } from "../../../../src/core/untrusted.ts";
import type { CardView } from "../../../door.ts";
import { isLongRead } from "../../is-long-read.ts";
import { pagePaths } from "../../page-actions.ts";
import type { Html } from "../layout.ts";
import { messageView, type Reader } from "../message-view.ts";
import { showLine } from "../visible-text.ts";
import type { CardScene, ItemBrief } from "./card-scene.ts";
import { bulkLines, changes, fileList, outgoingText } from "./content.ts";
import { decideBar } from "./decide-bar.ts";
import { editForm, excludeForm } from "./edit-form.ts";
import { handOffSteps } from "./hand-off.ts";
import { recipientRows } from "./recipients.ts";
import { briefLink } from "./sources.ts";
import { stateLine } from "./state-line.ts";
import { warningList } from "./warnings.ts";

/** One request of the owner with all its steps, what it rests on, and the one decision. */
export function bundlePage(scene: CardScene): Html {
  const { bundle } = scene;
  const [first] = bundle.cards;
  if (first === undefined) return html`<p class="none">There is no such card.</p>`;
  const steps = bundle.cards.length;
  const isOpen = bundle.open.length > 0;
  return html`<article class="bundle" data-bundle="${bundle.bundleId}" ${isLongRead(bundle) ? "data-long" : ""}>
<header>
  <p class="kicker">${kicker(scene)}</p>
  <h1 tabindex="-1" id="title">${showLine(first.preview.title)}${steps > 1 ? html` <span class="more">and ${plural(steps - 1, "step")} more</span>` : ""}</h1>
  ${whyLine(scene)}
  ${scene.confirming ? html`<p class="confirm">All of it is on this page. The button stands at its end.</p>` : ""}
</header>
${bundle.cards.map((view, at) => step(view, at, scene))}
${isOpen ? html`<span id="end" data-end></span>` : ""}
${isOpen ? decideBar(scene) : ""}
</article>`;
}

/** `Gmail as clara@weiss.example · 2 steps, one yes · waits until Thu 12 Nov`. */
function kicker({ bundle, zone, nowMs }: CardScene): Html {
  const accounts = [
    ...new Set(
      bundle.cards.map(({ card, content }) => {
        const service = serviceName(card.action.split(".")[0] ?? "");
        return content.account === "" ? service : `${service} as ${content.account}`;
      }),
    ),
  ];
  const numbers = bundle.cards.map(({ card }) => card.number);
  const parts = [`${numbers.length === 1 ? "Card" : "Cards"} ${listWords(numbers.map(String))}`, ...accounts];
  if (numbers.length > 1) parts.push(`${plural(numbers.length, "step")}, one yes`);
  const [expires] = bundle.cards
    .flatMap(({ card, content }) => (card.state === "proposed" ? [content.expiresAt] : []))
    .sort();
  if (expires !== undefined) parts.push(`waits until ${dayOf(expires, zone, nowMs)}`);
  return html`${parts.map((part, at) => html`${at === 0 ? "" : " · "}${showLine(part)}`)}`;
}

/** Who asked, in whose words, and what was read for it. */
function whyLine({ bundle, briefs, zone, nowMs }: CardScene): Html {
  const { origin } = bundle;
  const isWhole = bundle.cards.some(({ preview }) => preview.text === origin.utterance && origin.utterance !== null);
  const asked = isWhole
    ? html`You wrote it.`
    : origin.utterance !== null
      ? html`You asked: <q class="said">${showLine(origin.utterance)}</q>`
      : origin.by === "owner"
        ? html`You asked for it.`
        : origin.by === "rule"
          ? html`Your rule ${showLine(origin.rule ?? "")} proposes it.`
          : html`Steward proposes it.`;
  const read = origin.itemsRead.flatMap((id) => briefs.get(id) ?? []);
  const threads = [...Map.groupBy(read, ({ threadId, itemId }) => threadId ?? -itemId).values()];
  return html`<div class="why"><p>${asked}</p>${threads.length === 0 ? "" : html`<p class="read"><span class="label">Read for it:</span> ${threads.map((some) => html`<span class="chip">${readChip(some, { zone, nowMs })}</span> `)}</p>`}</div>`;
}

/** One conversation that was read: whose, how much of it, until when. */
function readChip(briefs: readonly ItemBrief[], reader: Reader): Html {
  const newest = briefs.toSorted((a, b) => ((a.sentAt ?? "") < (b.sentAt ?? "") ? -1 : 1)).at(-1);
  const more = briefs.length > 1 ? ` and ${briefs.length - 1} more there` : "";
  return html`${briefLink(newest, reader)}${more}`;
}

function step(view: CardView, at: number, scene: CardScene): Html {
  const { preview, card } = view;
  const many = scene.bundle.cards.length > 1;
  const state = stateLine(view, { ...scene, here: pagePaths.card(card.number) });
  return html`<section class="step" id="card-${card.number}" aria-label="${many ? `Step ${at + 1}` : "What would happen"}">
${many ? html`<h2><span class="no">${at + 1}</span> ${at === 0 ? "First" : showLine(preview.title)} ${card.afterCardId === null ? "" : html`<span class="then">only when ${stepBefore(view, scene)} is confirmed</span>`}</h2>` : ""}
${state ?? ""}
${rejectedBefore(view, scene)}
${warningList(view, scene)}
<dl class="facts">${recipientRows(view, scene)}${preview.fields.map(({ label, value }) => html`<dt>${showLine(label)}</dt><dd>${showLine(value)}</dd>`)}</dl>
${outgoingText(view, scene)}
${changes(view)}
${bulkLines(view)}
${excludeForm(view, scene)}
${fileList(view)}
${preview.handOff === null ? "" : handOffSteps(preview.handOff)}
${preview.consequences.length === 0 ? "" : html`<ul class="also">${preview.consequences.map((one) => html`<li>${showLine(one)}</li>`)}</ul>`}
${editForm(view, scene)}
${exactly(view, scene)}
</section>`;
}

function stepBefore({ card }: CardView, { bundle }: CardScene): string {
  const at = bundle.cards.findIndex((one) => one.card.id === card.afterCardId);
  return at === -1 ? "the step before" : `step ${at + 1}`;
}

function rejectedBefore({ rejectedBefore: before }: CardView, { zone, nowMs }: CardScene): Html {
  if (before === null) return html``;
  return html`<p class="before">You rejected this on ${dayOf(before.at, zone, nowMs)}${before.reason === "" ? "" : html`: “${showLine(before.reason)}”`}.</p>`;
}

/** For whoever wants to know to the letter. */
function exactly({ card, content, sha256, verdict, decisions, preview }: CardView, { zone, nowMs }: CardScene): Html {
  return html`<details class="folded exact"><summary>What exactly</summary><dl class="facts">
<dt>Action</dt><dd><code>${card.action}</code>, tier ${content.tier}</dd>
<dt>Hash</dt><dd><code>${sha256}</code></dd>
<dt>Revision</dt><dd>${card.revision}</dd>
<dt>Made</dt><dd>${fullMoment(card.createdAt, zone)}</dd>
<dt>Expires</dt><dd>${fullMoment(content.expiresAt, zone)}</dd>
${verdict.rule === null ? "" : html`<dt>Policy</dt><dd>${showLine(verdict.rule)}</dd>`}
${preview.basis.length === 0 ? "" : html`<dt>Rests on</dt><dd>${preview.basis.map(({ what, version }) => html`<div>${showLine(what)} <code>${showLine(version)}</code></div>`)}</dd>`}
${decisions.map((one) => html`<dt>${one.kind}</dt><dd>${moment(one.decidedAt, zone, nowMs)}, ${one.decidedBy.surface}, ${one.decidedBy.proof}${one.reason === "" ? "" : html`: “${showLine(one.reason)}”`}</dd>`)}
</dl></details>`;
}

/** What the card is about, as it came: beside it on a wide screen, below it on a narrow one. */
export function originalAside({ original, zone, nowMs }: CardScene): Html {
  if (original === null) return html``;
  const { thread, items } = original;
  const more = thread.itemCount - items.length;
  return html`<aside class="original" aria-label="The original"><header><h2>${showLine(rawText(thread.title) || "The conversation")}</h2><p class="meta">${channelName(thread.channel)} · ${plural(thread.itemCount, "item")}, newest first · <a href="${pagePaths.thread(thread.id)}" data-key="o">Open <kbd>o</kbd></a></p></header>
${items.map((item) => messageView(item, { zone, nowMs }))}
${more > 0 ? html`<p class="none"><a href="${pagePaths.thread(thread.id)}">${plural(more, "earlier item")}</a></p>` : ""}</aside>`;
}
