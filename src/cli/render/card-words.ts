import { briefWho } from "../../core/brief-who.ts";
import { channelName } from "../../core/channel-name.ts";
import { moment } from "../../core/times.ts";
import type { SearchHit } from "../../store/search-hits.ts";
import type { CardScreenOptions } from "./card-screen.ts";
import { showLine } from "./visible-text.ts";
import { displayWidth, wrap } from "./width.ts";

/** What an item is recognised by: who, when, where. */
export type ItemBrief = Pick<SearchHit, "itemId" | "threadId" | "sentAt" | "channel" | "sender" | "subject">;

/** The width of the labels at the left of a card. */
export const gutter = 9;

/** One row of a card: its label, and the value wrapped beside it; below it where the label is long. The value is shown already. */
export function labelled(
  label: string,
  value: string,
  { paint, width }: Pick<CardScreenOptions, "paint" | "width">,
): string[] {
  const lines = value.split("\n").flatMap((line) => wrap(line, width - gutter));
  const isLong = displayWidth(label) >= gutter;
  const beside = (at: number): string =>
    at > 0 || isLong ? " ".repeat(gutter) : paint.dim(label) + " ".repeat(gutter - displayWidth(label));
  const rows = lines.map((line, at) => `${beside(at)}${line}`.trimEnd());
  return isLong ? [...wrap(label, width).map(paint.dim), ...rows] : rows;
}

/** `Inès, WhatsApp, Fri 19:02`. */
export function briefWords(brief: ItemBrief, { zone, nowMs }: Pick<CardScreenOptions, "zone" | "nowMs">): string {
  const who = showLine(briefWho(brief));
  const when = brief.sentAt === null ? "" : `, ${moment(brief.sentAt, zone, nowMs, { weekday: true })}`;
  return `${who}, ${channelName(brief.channel)}${when}`;
}
