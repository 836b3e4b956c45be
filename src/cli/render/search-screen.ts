import { channelName } from "../../core/channel-name.ts";
import { count, plural } from "../../core/plural.ts";
import { duration, moment } from "../../core/times.ts";
import { forScreen, rawText } from "../../core/untrusted.ts";
import type { SearchHit, SearchResult } from "../../store/search.ts";
import type { Paint } from "./paint.ts";
import { clip, displayWidth, padEnd, wrap } from "./width.ts";

export interface SearchScreenOptions {
  paint: Paint;
  width: number;
  zone: string;
  nowMs: number;
  self: string;
}

/** Numbered hits, two or three lines each: who and when, the subject, the words found in their place. */
export function searchScreen(query: string, result: SearchResult, options: SearchScreenOptions): string {
  const { paint } = options;
  const width = Math.min(options.width, 78);
  const notes = result.notes.flatMap((note) => wrap(forScreen(note), width).map(paint.dim));
  if (result.hits.length === 0) {
    const hint = "Fewer words, a prefix such as licen*, or another spelling may find it.";
    return `${[...wrap(`Nothing found for ${forScreen(query)}.`, width), ...wrap(hint, width), ...notes].join("\n")}\n`;
  }
  const hits = result.hits.flatMap((hit, index) => [...hitLines(hit, index + 1, { ...options, width }), ""]);
  return `${[...hits, ...wrap(footWords(result), width).map(paint.dim), ...notes].join("\n")}\n`;
}

function hitLines(hit: SearchHit, number: number, { paint, width, zone, nowMs }: SearchScreenOptions): string[] {
  const label = `s${number}`.padEnd(4);
  const when = hit.sentAt === null ? "no date" : moment(hit.sentAt, zone, nowMs);
  const place = hit.channel === "mail" ? "" : `, ${channelName(hit.channel)}`;
  const sender = `${forScreen(hit.sender) || "somebody"}${place}`;
  const room = width - 4 - displayWidth(when) - 1;
  const subject = forScreen(hit.subject);
  const lines = [`${paint.bold(label)}${padEnd(sender, room)} ${paint.dim(when)}`];
  if (subject !== "") lines.push(`    ${paint.bold(clip(subject, width - 4))}`);
  return [...lines, ...snippetLines(hit, paint, width - 4).map((line) => `    ${line}`)];
}

/** The snippet with what was found standing out; at most two lines. */
function snippetLines(hit: SearchHit, paint: Paint, width: number): string[] {
  const plain = forScreen(hit.snippet.text);
  if (plain.trim() === "" || plain.trim() === forScreen(hit.subject).trim()) return [];
  const text = rawText(hit.snippet.text);
  const found = [...new Set(hit.snippet.matches.map(([from, to]) => forScreen(text.slice(from, to)).trim()))];
  const lines = wrap(plain.trim(), width).slice(0, 2);
  return lines.map((line) => highlight(line, found, paint));
}

function highlight(line: string, found: readonly string[], paint: Paint): string {
  const words = found.filter((word) => word !== "").sort((a, b) => b.length - a.length);
  if (words.length === 0) return line;
  const pattern = new RegExp(words.map((word) => RegExp.escape(word)).join("|"), "giu");
  return line.replace(pattern, (word) => paint.yellow(word));
}

function footWords(result: SearchResult): string {
  const total = result.totalIsExact ? count(result.total) : `more than ${count(result.total)}`;
  const shown =
    result.hits.length < result.total ? `${count(result.hits.length)} of ${total} hits` : plural(result.total, "hit");
  const ranked = result.ranked === null ? "" : `; only the newest ${count(result.ranked.newest)} were weighed`;
  const more = result.hits.length < result.total ? ` · --newest · --limit ${result.hits.length * 3}` : "";
  return `${shown}${ranked}, ${duration(result.tookMs)}.  show s1${more}`;
}
