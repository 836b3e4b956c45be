import { getHealth } from "../../store/source-health.ts";
import type { Source } from "../../store/sources.ts";
import { afterReading } from "../after-reading.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { readSources, type SourceOutcome } from "../read-sources.ts";
import { count, plural } from "../render/plural.ts";
import { wrap } from "../render/width.ts";

const recentDays = 30;

/**
 * What a message costs and what a minute gives, in Gmail's quota units, with room left for the polls.
 * Source: https://developers.google.com/workspace/gmail/api/reference/quota (messages.get 20; 6,000 a minute and user)
 */
const messageUnits = 20;
const unitsPerMinute = 4500;

/** Reads the newest month of what was just connected, and says honestly how long the rest will take. */
export async function readConnected(
  context: CommandContext,
  home: OpenHome,
  sources: readonly Source[],
  messages: number | null,
  signal: AbortSignal,
): Promise<void> {
  const say = (text: string): void => {
    for (const line of wrap(text, Math.min(context.terminal.columns, 78))) context.terminal.out(`${line}\n`);
  };
  context.terminal.out("\n");
  say(`Reading the newest ${recentDays} days. Ctrl-C stops it; nothing is lost.`);
  const outcomes = await readSources(context, home, sources, { signal, recentDays, recentOnly: true });
  const after = await afterReading(context, home, outcomes, { quiet: false, hint: false });
  for (const line of after) context.terminal.out(`${line}\n`);
  const rest = await restWords(context, home, outcomes, messages);
  if (rest !== null) say(rest);
  say(`Next: ${context.self} digest`);
}

/** What of the mailbox is still to be read, and how long that takes; null when it was read to its end, or not at all. */
async function restWords(
  context: CommandContext,
  home: OpenHome,
  outcomes: readonly SourceOutcome[],
  messages: number | null,
): Promise<string | null> {
  const mail = outcomes.find(({ source }) => source.connector === "gmail");
  if (mail?.report == null || messages === null || mail.report.stopped === null) return null;
  const progress = (await getHealth(home.store, mail.source.id))?.progress ?? null;
  const done = progress?.unit === "records" ? progress.done : mail.report.added + mail.report.known;
  const left = Math.max(0, messages - done);
  if (left === 0) return null;
  const minutes = Math.ceil((left * messageUnits) / unitsPerMinute);
  const time = minutes < 90 ? plural(minutes, "minute") : plural(Math.round(minutes / 60), "hour");
  return `About ${count(left)} older messages are not read yet: about ${time} more at Google's pace. ${context.self} start reads on in the background, or ${context.self} sync does it now.`;
}
