import { channelName, serviceName } from "./channel-name.ts";
import type { CoverageLine } from "./digest.ts";
import { count } from "./plural.ts";
import { dayOf, moment } from "./times.ts";
import { forScreen } from "./untrusted.ts";

interface Options {
  zone: string;
  nowMs: number;
}

/**
 * What was seen, in as few words as can be: the names of what is current, then up to when the others were seen, why not
 * longer, and what in them was not. Several sources of one name are one; the oldest end counts.
 */
export function coverageWords(coverage: readonly CoverageLine[], options: Options): string {
  const groups = Map.groupBy(coverage, nameOf);
  const current: string[] = [];
  const behind: string[] = [];
  for (const [name, lines] of groups) {
    const notes = [...new Set(lines.flatMap((line) => line.notes))].map((note) => forScreen(note));
    const late = lines.filter((line) => !line.current || line.health === "catching_up");
    const label =
      lines.length > 1 && late.length > 0 && late.length < lines.length
        ? `${name} (${count(late.length)} of ${count(lines.length)})`
        : name;
    if (late.length === 0 && notes.length === 0) current.push(name);
    else behind.push([late.length === 0 ? name : `${label} ${lateWords(late, options)}`, ...notes].join(", "));
  }
  return [current.join(" "), ...behind].filter((part) => part !== "").join("; ");
}

/** A file goes by what is in it, a live service by its own name. */
function nameOf(line: CoverageLine): string {
  if (line.service !== "files") return serviceName(line.service);
  return line.channel === null ? forScreen(line.source) : channelName(line.channel);
}

function lateWords(lines: readonly CoverageLine[], options: Options): string {
  const live = lines.filter((line) => line.service !== "files");
  const signedOut = live.find((line) => line.health === "needs_reauth");
  if (signedOut !== undefined)
    return `${notSince(live, options)}: sign-in needed (${forScreen(signedOut.detail ?? "")})`;
  const ill = live.find((line) => line.health === "degraded");
  if (ill !== undefined)
    return `${notSince(live, options)}: ${firstSentence(forScreen(ill.detail ?? "it cannot be read"))}`;
  const catchingUp = live.find((line) => line.health === "catching_up");
  if (catchingUp === undefined) return seenTo(lines, options);
  const back = catchingUp.seenFrom;
  const reached = back === null ? "" : `, to ${dayWords(back, options)} so far`;
  return `catching up ${catchingUp.percent ?? 0} %${reached}`;
}

function notSince(lines: readonly CoverageLine[], { zone, nowMs }: Options): string {
  const ill = lines.filter((line) => line.health === "needs_reauth" || line.health === "degraded");
  const oldest = ill.flatMap((line) => line.seenTo ?? []).sort()[0];
  return oldest === undefined ? "not read yet" : `not since ${moment(oldest, zone, nowMs, { weekday: true })}`;
}

/** `12 Sep`, with the year when it is another one: how far back needs no weekday. */
function dayWords(instant: string, { zone, nowMs }: Options): string {
  return dayOf(instant, zone, nowMs).replace(/^[A-Z][a-z]{2} /, "");
}

function firstSentence(text: string): string {
  return (text.split(/(?<=[.!?])\s/)[0] ?? text).replace(/\.$/, "");
}

function seenTo(lines: readonly CoverageLine[], { zone, nowMs }: Options): string {
  if (lines.some((line) => line.seenTo === null)) return "not read yet";
  const oldest = lines.flatMap((line) => line.seenTo ?? []).sort()[0];
  return oldest === undefined ? "not read yet" : `to ${moment(oldest, zone, nowMs, { weekday: true })}`;
}
