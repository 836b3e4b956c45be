import { html } from "hono/html";
import type { Briefing } from "../../../src/core/briefing.ts";
import { channelName } from "../../../src/core/channel-name.ts";
import { coverageWords } from "../../../src/core/coverage-words.ts";
import type { Digest, DigestEntry } from "../../../src/core/digest.ts";
import { count, plural } from "../../../src/core/plural.ts";
import { duration, moment, span } from "../../../src/core/times.ts";
import { forScreen } from "../../../src/core/untrusted.ts";
import { ignoredKinds, type VerdictClass } from "../../../src/core/verdict.ts";
import type { StoredCommitment } from "../../../src/store/commitments.ts";
import type { CardView } from "../../door.ts";
import { pagePaths } from "../page-actions.ts";
import { stateWords } from "./card/state-line.ts";
import type { Html } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { postForm } from "./post-form.ts";
import { answeredLine, weekBars } from "./sparkline.ts";
import { showLine } from "./visible-text.ts";
import { weekAhead } from "./week-ahead.ts";

export interface TodayScene extends Reader {
  csrf: string;
  number: number;
  briefing: Briefing;
  readAt: string | null;
  /** Open cards by the thread they are about: their numbers. */
  cards: ReadonlyMap<number, number>;
  /** What became of cards since then. */
  ended: readonly CardView[];
  promises: readonly StoredCommitment[];
}

const classWords: Record<VerdictClass, string> = {
  urgent: "Urgent",
  reply: "Reply",
  event: "Event",
  document: "Document",
  waiting: "Waiting",
  stale: "Promised",
  care: "Care",
  to_know: "To know",
  ignore: "Ignored",
};

/** What was missed, what is still open, what came of cards, and what was seen to say so. */
export function todayBody(scene: TodayScene): Html {
  const { digest, week } = scene.briefing;
  return html`<section class="column today" id="today" data-live data-version="${scene.number}.${scene.readAt ?? ""}.${scene.ended.length}.${scene.cards.size}">
<header class="split"><div><h1 tabindex="-1" id="title">${title(digest)}</h1><p class="meta">${range(digest, scene)}</p>${readForm(scene)}</div>
<figure class="weekfig"><figcaption class="meta">Seven days <span class="in">in</span> <span class="out">out</span></figcaption>${weekBars(week, scene.nowMs)}${answeredLine(week)}<p class="meta">${answerWords(week)}</p></figure></header>
${entryList(digest.newEntries, scene)}
${digest.more.new > 0 ? html`<p class="none">And ${count(digest.more.new)} more. In the terminal: steward digest --limit 99</p>` : ""}
${digest.openEntries.length === 0 ? "" : html`<h2>Open from before <span class="n">${digest.openFromBefore}</span></h2>${entryList(digest.openEntries, scene)}`}
${weekAhead(scene)}
${cameOf(scene)}
${footnotes(digest, scene)}
</section>`;
}

/** Before the first reading there is nothing to say, and that is said. */
export function noBriefing(): Html {
  return html`<section class="column calm" id="today" data-live data-version="none"><h1 tabindex="-1" id="title">Nothing was read yet.</h1><p>As soon as something was, what you missed stands here. In the terminal: <code>steward begin</code></p></section>`;
}

function title({ counts, newEntries }: Digest): string {
  if (newEntries.length === 0 && counts.messages === 0) return "Nothing new";
  return "What you missed";
}

function range({ since, until, counts }: Digest, { zone, nowMs }: Reader): string {
  const [from, to] = [moment(since, zone, nowMs, { weekday: true }), moment(until, zone, nowMs, { weekday: true })];
  return `${from} – ${to} · ${count(counts.messages)} new in ${plural(counts.threads, "thread")}, ${count(counts.forYou)} for you`;
}

function readForm({ csrf, number, readAt, zone, nowMs }: TodayScene): Html {
  if (readAt !== null) return html`<p class="meta">You read this ${moment(readAt, zone, nowMs)}.</p>`;
  return postForm(
    { csrf, action: pagePaths.markRead, hidden: [["digest", String(number)]], class: "readform" },
    html`<button class="small">I have read this</button>`,
  );
}

function answerWords({ personal, answered, medianAnswerHours }: Briefing["week"]): string {
  if (personal === 0) return "Nobody wrote to you in person.";
  const speed = medianAnswerHours === null ? "" : `, half within ${hours(medianAnswerHours)}`;
  return `${count(answered)} of ${count(personal)} answered${speed}`;
}

function hours(value: number): string {
  if (value < 1) return plural(Math.max(1, Math.round(value * 60)), "minute");
  return value < 48 ? plural(Math.round(value), "hour") : plural(Math.round(value / 24), "day");
}

function entryList(entries: readonly DigestEntry[], scene: TodayScene): Html {
  if (entries.length === 0) return html`<p class="none">None of it needs you.</p>`;
  return html`<ol class="entries">${entries.map((entry, at) => entryRow(entry, entries[at - 1]?.class !== entry.class, scene))}</ol>`;
}

function entryRow(entry: DigestEntry, isFirst: boolean, { cards, nowMs }: TodayScene): Html {
  const card = cards.get(entry.threadId);
  const place = ["mail", "calendar"].includes(entry.channel) ? "" : channelName(entry.channel);
  return html`<li class="${entry.class}"><span class="class">${isFirst ? classWords[entry.class] : html`<span class="vh">${classWords[entry.class]}</span>`}</span><div class="entry"><p class="head"><span class="who"><a data-row href="${pagePaths.thread(entry.threadId)}">${showLine(entry.who || entry.title)}</a>${place === "" ? "" : html` <span class="place">${place}</span>`}</span><span class="age">${span(Math.max(0, nowMs - Date.parse(entry.since)))}</span></p><p class="line">${lineOf(entry)}</p><p class="meta because">${entry.why.map((why, at) => html`${at === 0 ? "" : " · "}${showLine(why)}`)}${
    card === undefined ? "" : html` · <a href="${pagePaths.card(card)}">card ${card}</a>`
  }</p></div></li>`;
}

/** Words of others stand in quotes; a message without any falls back on its subject. */
function lineOf(entry: DigestEntry): Html {
  const line = entry.line.trim();
  if (line === "") return html`${showLine(entry.title || "(no text)")}`;
  const quoted = ["reply", "stale", "waiting"].includes(entry.class) && !/^[“"„«]/.test(line);
  return quoted ? html`“${showLine(line)}”` : html`${showLine(line)}`;
}

function cameOf({ ended, zone, nowMs }: TodayScene): Html {
  if (ended.length === 0) return html``;
  return html`<h2>What came of your cards</h2><ul class="ended">${ended.map(
    (view) =>
      html`<li><a href="${pagePaths.card(view.card.number)}">${showLine(view.preview.title)}</a> <span>${stateWords(view, { zone, nowMs })}</span><span class="age">${moment(view.card.changedAt, zone, nowMs)}</span></li>`,
  )}</ul>`;
}

/** What was not shown, what was seen to say all this, and what it cost. */
function footnotes(digest: Digest, reader: Reader): Html {
  const { notShown } = digest;
  const kinds = ignoredKinds.flatMap((kind) =>
    notShown.ignoredBy[kind] > 0 ? [`${count(notShown.ignoredBy[kind])} ${kind}`] : [],
  );
  const parts = [
    notShown.toKnow > 0 ? `${count(notShown.toKnow)} to know` : "",
    notShown.ignored > 0 ? `${count(notShown.ignored)} ignored (${kinds.join(", ")})` : "",
    notShown.done > 0 ? `${count(notShown.done)} done` : "",
    notShown.snoozed > 0 ? `${count(notShown.snoozed)} snoozed` : "",
    notShown.muted > 0 ? `${count(notShown.muted)} muted` : "",
  ].filter((part) => part !== "");
  const price = digest.cost.rulesOnly ? "Rules only, $0.00" : `$${(digest.cost.cents / 100).toFixed(2)}`;
  return html`<dl class="facts footnotes">${parts.length === 0 ? "" : html`<dt>Not shown</dt><dd>${parts.join(", ")}</dd>`}<dt>Seen</dt><dd>${showLine(forScreen(coverageWords(digest.coverage, reader)) || "nothing yet")}</dd><dt>Cost</dt><dd>${price}, ${duration(digest.tookMs)}</dd></dl>`;
}
