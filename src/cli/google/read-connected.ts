import { getHealth } from "../../store/source-health.ts";
import type { Source } from "../../store/sources.ts";
import { afterReading } from "../after-reading.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { readSources, type SourceOutcome } from "../read-sources.ts";
import { wrap } from "../render/width.ts";
import { accountConfigOf } from "./known-accounts.ts";
import { restWords } from "./rest-words.ts";

const recentDays = 30;

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
  const rest = await restOf(context, home, outcomes, messages);
  if (rest !== null) say(rest);
  say(`Next: ${context.self} digest`);
}

/** What of the mailbox is still to be read; null when it was read to its end, or not at all. */
async function restOf(
  context: CommandContext,
  home: OpenHome,
  outcomes: readonly SourceOutcome[],
  messages: number | null,
): Promise<string | null> {
  const mail = outcomes.find(({ source }) => source.connector === "gmail");
  const report = mail?.report ?? null;
  if (mail === undefined || report === null || report.stopped === null || messages === null) return null;
  const progress = (await getHealth(home.store, mail.source.id))?.progress ?? null;
  const done = progress?.unit === "records" ? progress.done : report.added + report.known;
  return restWords({
    messages: messages - done,
    secondsLeft: progress?.secondsLeft ?? null,
    isEmulated: accountConfigOf(mail.source)?.baseUrl !== null,
    self: context.self,
  });
}
