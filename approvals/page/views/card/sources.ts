import { html } from "hono/html";
import { briefWho } from "../../../../src/core/brief-who.ts";
import { channelName } from "../../../../src/core/channel-name.ts";
import { moment } from "../../../../src/core/times.ts";
import type { CardView } from "../../../door.ts";
import type { ValueSource } from "../../../gate/facts.ts";
import { pagePaths } from "../../page-actions.ts";
import type { Html } from "../layout.ts";
import type { Reader } from "../message-view.ts";
import { showLine, type TextMark } from "../visible-text.ts";
import type { ItemBrief } from "./card-scene.ts";

/** Where the values of a card stand already, numbered in the order they are met. */
export interface NumberedSources {
  /** Item ids; the first is number 1. */
  itemIds: number[];
  values: readonly ValueSource[];
}

export function numberSources({ facts }: Pick<CardView, "facts">): NumberedSources {
  const itemIds = [
    ...new Set(facts.values.flatMap(({ from, itemIds: ids }) => (from === "item" ? ids.slice(0, 1) : []))),
  ];
  return { itemIds, values: facts.values };
}

/** Marks every place of a text where a name, date, amount or link stands. Contract: pure; longest first, no two overlap. */
export function markValues(text: string, sources: NumberedSources): TextMark[] {
  const marks: TextMark[] = [];
  for (const value of sources.values.toSorted((a, b) => b.value.length - a.value.length)) {
    if (value.value.trim() === "") continue;
    for (let at = text.indexOf(value.value); at !== -1; at = text.indexOf(value.value, at + value.value.length)) {
      const to = at + value.value.length;
      if (isWord(text, at, to) && !marks.some((mark) => mark.from < to && mark.to > at)) {
        marks.push({ from: at, to, ...saying(value, sources) });
      }
    }
  }
  return marks;
}

function isWord(text: string, from: number, to: number): boolean {
  const letter = /[\p{L}\p{N}]/u;
  const joins = (a: string, b: string): boolean => letter.test(a) && letter.test(b);
  return !joins(text.charAt(from - 1), text.charAt(from)) && !joins(text.charAt(to - 1), text.charAt(to));
}

function saying(
  { from, itemIds, kind }: ValueSource,
  sources: NumberedSources,
): Pick<TextMark, "note" | "title" | "number"> {
  switch (from) {
    case "owner":
      return { note: "sourced", title: "your own words", number: null };
    case "contacts":
      return { note: "sourced", title: "from contacts.csv", number: null };
    case "item": {
      const number = sources.itemIds.indexOf(itemIds[0] ?? -1) + 1;
      return { note: "sourced", title: `from source ${number}`, number: number === 0 ? null : number };
    }
    case "none":
      return { note: "unsourced", title: `no source: this ${kind} stands nowhere in what was read`, number: null };
  }
}

/** The list under a text: each number with who wrote it and when, and what has no source. */
export function sourceList(sources: NumberedSources, briefs: ReadonlyMap<number, ItemBrief>, reader: Reader): Html {
  const bare = sources.values.filter(({ from }) => from === "none");
  if (sources.itemIds.length === 0 && bare.length === 0) return html``;
  return html`<ol class="sources" aria-label="Sources">${sources.itemIds.map((id) => html`<li>${briefLink(briefs.get(id), reader)}</li>`)}</ol>${
    bare.length === 0
      ? ""
      : html`<p class="nosource"><span class="mark amber">No source</span> ${bare.map(({ value }, at) => html`${at === 0 ? "" : ", "}${showLine(value)}`)}</p>`
  }`;
}

/** `Inès, WhatsApp, Fri 19:02`, leading to the thread. */
export function briefLink(brief: ItemBrief | undefined, { zone, nowMs }: Reader): Html {
  if (brief === undefined) return html`<span class="gone">an item that is gone</span>`;
  const when = brief.sentAt === null ? "" : `, ${moment(brief.sentAt, zone, nowMs, { weekday: true })}`;
  const words = html`${showLine(briefWho(brief))}, ${channelName(brief.channel)}${when}`;
  if (brief.threadId === null) return words;
  return html`<a href="${pagePaths.thread(brief.threadId)}#i${brief.itemId}">${words}</a>`;
}
