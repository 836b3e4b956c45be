import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { pagePaths } from "../page-actions.ts";
import { helpPanel } from "./help-panel.ts";

/** Finished HTML: every text in it was escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export const places = ["cards", "today", "ask", "search", "people", "ledger", "health"] as const;
export type Place = (typeof places)[number];
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** What stands around every view. */
export interface Frame {
  title: string;
  /** Where in the house it is; null for pages outside, such as the login. */
  place: Place | null;
  theme: Theme;
  csrf: string;
  /** Path and query of this page: where its small forms lead back to. */
  here: string;
  /** Bundles that wait for the owner. */
  openCount: number;
  /** Sources that need a hand. */
  illCount: number;
  /** Since when everything is stopped, in words; null when it is not. */
  stopped: string | null;
  /** What is under way, with its undo. */
  strip: Html;
}

const placeNames: Record<Place, string> = {
  cards: "Cards",
  today: "Today",
  ask: "Ask",
  search: "Search",
  people: "People",
  ledger: "Ledger",
  health: "Health",
};
const placePaths: Record<Place, string> = {
  cards: pagePaths.home,
  today: pagePaths.today,
  ask: pagePaths.ask,
  search: pagePaths.search,
  people: pagePaths.people,
  ledger: pagePaths.ledger,
  health: pagePaths.health,
};

/** A whole page around a view. Contract: the body is HTML that was escaped already. */
export function page(frame: Frame, body: Html): Html {
  return document(
    frame.title,
    frame.theme,
    html`<a class="skip" href="#main">To the content</a>
<header class="top">
  <a class="mark" href="${pagePaths.home}">steward</a>
  <nav aria-label="Views" id="nav" data-live data-version="${frame.openCount}.${frame.illCount}">
    ${places.map((place) => navLink(place, frame))}
  </nav>
  <div class="tools">
    ${themeForm(frame)}
    <button type="button" class="quiet" popovertarget="help" aria-label="Help: keys" title="Keys and words (?)">?</button>
    ${frame.stopped === null ? stopForm(frame) : ""}
  </div>
</header>
<div id="stopped" data-live data-version="${frame.stopped ?? "no"}">${frame.stopped === null ? "" : stoppedBanner(frame.stopped, frame.csrf)}</div>
${frame.strip}
<main id="main" tabindex="-1">${body}</main>
${helpPanel()}
<p id="said" class="vh" role="status"></p>`,
  );
}

/** A page for somebody who is not signed in, or for what went wrong: one column, a title, a few sentences. */
export function plainPage(given: { title: string; theme?: Theme; body: Html }): Html {
  return document(
    given.title,
    given.theme ?? "auto",
    html`<header class="top"><span class="mark">steward</span></header>
<main id="main" class="plain" tabindex="-1"><h1>${given.title}</h1>${given.body}</main>`,
  );
}

function document(title: string, theme: Theme, body: Html): Html {
  return html`<!doctype html>
<html lang="en" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === "auto" ? "light dark" : theme}">
<meta name="referrer" content="same-origin">
<title>${title} · steward</title>
<link rel="stylesheet" href="${pagePaths.asset("page.css")}">
<link rel="icon" href="${pagePaths.asset("icon.svg")}" type="image/svg+xml">
<script type="module" src="${pagePaths.asset("page.ts")}"></script>
<script type="module" src="${pagePaths.asset("passkey.ts")}"></script>
</head>
<body>
${body}
</body>
</html>`;
}

function navLink(place: Place, { place: current, openCount, illCount }: Frame): Html {
  const number = place === "cards" ? openCount : place === "health" ? illCount : 0;
  const words = place === "cards" ? "waiting" : "need you";
  const count = number === 0 ? "" : html` <span class="n">${number}<span class="vh"> ${words}</span></span>`;
  return place === current
    ? html`<a href="${placePaths[place]}" aria-current="page">${placeNames[place]}${count}</a>`
    : html`<a href="${placePaths[place]}">${placeNames[place]}${count}</a>`;
}

function themeForm({ theme, csrf, here }: Frame): Html {
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto";
  const label = `Theme: ${theme}. Switch to ${next}`;
  return html`<form method="post" action="${pagePaths.theme}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="back" value="${here}"><button class="quiet" name="theme" value="${next}" aria-label="${label}" title="${label}"><svg class="half" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6.5"></circle><path d="M8 1.5a6.5 6.5 0 0 1 0 13z"></path></svg></button></form>`;
}

function stopForm({ csrf, here }: Frame): Html {
  return html`<form method="post" action="${pagePaths.stop}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="back" value="${here}"><button class="stop" title="Nothing leaves from this second on, until you lift it">Stop</button></form>`;
}

function stoppedBanner(since: string, csrf: string): Html {
  return html`<div class="stop-banner" role="alert"><p><strong>Everything is stopped.</strong> ${since} Nothing leaves until you lift it.</p><form method="post" action="${pagePaths.resume}"><input type="hidden" name="csrf" value="${csrf}"><button>Lift it</button></form></div>`;
}
