import { html } from "hono/html";
import { channelName } from "../../../src/core/channel-name.ts";
import { count } from "../../../src/core/plural.ts";
import { moment } from "../../../src/core/times.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import type { SearchHit, SearchResult } from "../../../src/store/search.ts";
import { pagePaths } from "../page-actions.ts";
import type { Html } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { showLine } from "./visible-text.ts";

/** The field, and what was found for it; `result` is null before anything was asked. */
export function searchBody(query: string, newest: boolean, result: SearchResult | null, reader: Reader): Html {
  return html`<section class="column"><h1 class="${result === null ? "" : "vh"}">Search</h1>
<form class="search" method="get" action="${pagePaths.search}" role="search"><input id="q" type="search" name="q" value="${query}" placeholder="licence plate   from:marie after:2026-09-01" aria-label="Search everything" autocomplete="off" ${result === null ? "autofocus" : ""}><button>Search</button>
<label class="check"><input type="checkbox" name="newest" value="1" ${newest ? "checked" : ""}> newest first</label></form>
${result === null ? hints() : results(result, reader)}</section>`;
}

function hints(): Html {
  const all: [string, string][] = [
    ['"exact words"', "a phrase"],
    ["from:marie to:me", "who"],
    ["in:whatsapp in:calendar", "where"],
    ["after:monday before:2026-11-01", "when"],
    ["has:attachment is:unanswered", "what kind"],
    ["licen* a OR b -word", "begins with, either, without"],
  ];
  return html`<dl class="facts hints">${all.map(([code, words]) => html`<dt><code>${code}</code></dt><dd>${words}</dd>`)}</dl>`;
}

function results({ hits, total, totalIsExact, tookMs, notes }: SearchResult, reader: Reader): Html {
  const number = `${totalIsExact ? "" : "more than "}${count(total)}`;
  return html`<p class="meta">${total === 0 ? "Nothing found" : `${number} found`} in ${Math.max(1, Math.round(tookMs))} ms${total > hits.length ? `, the best ${hits.length} are here` : ""}.</p>
${notes.map((note) => html`<p class="meta">${showLine(note)}</p>`)}
<ol class="entries hits">${hits.map((hit) => hitRow(hit, reader))}</ol>`;
}

function hitRow(hit: SearchHit, { zone, nowMs }: Reader): Html {
  const href = hit.threadId === null ? null : `${pagePaths.thread(hit.threadId)}#i${hit.itemId}`;
  const who = html`${showLine(rawText(hit.sender) === "" ? "you" : hit.sender)}`;
  const marks = hit.snippet.matches.map(([from, to]) => ({
    from,
    to,
    note: "found" as const,
    title: "found",
    number: null,
  }));
  return html`<li><div class="entry"><p class="head">${href === null ? who : html`<a data-row href="${href}">${who}</a>`} <span class="meta">${channelName(hit.channel)}</span><span class="age">${hit.sentAt === null ? "" : moment(hit.sentAt, zone, nowMs)}</span></p>
<p class="subject">${showLine(hit.subject)}</p><p class="line">${showLine(hit.snippet.text, marks)}</p></div></li>`;
}
