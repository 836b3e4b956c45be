import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { findBundle } from "../door/find-card.ts";
import { printBundle } from "../door/print-bundle.ts";
import { screenOptions } from "../door/screen-options.ts";
import { takeInHere } from "../door/take-in-here.ts";
import { type HomeWithDoor, withDoor } from "../door/with-door.ts";
import { historyLines, queueLines } from "../render/cards-screen.ts";
import { jsonScreen } from "../render/json-screen.ts";

interface CardsFlags {
  all?: boolean;
  history?: boolean;
  limit: string;
  full?: boolean;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[number]", "a card, to see all of it: everything that would leave, to whom, why, and what is odd")
    .description("What waits for your yes, and what is on its way.")
    .option("--all", "also what you put off")
    .option("--history", "what ended, newest first")
    .option("--limit <n>", "how much of the history", "50")
    .option("--full", "with a number: also whole files, the hash, and what it rests on")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
●   green: one yes    ●●  amber: look twice    ●●● red: stop and read

Examples
  ${context.self} cards
  ${context.self} cards 3
  ${context.self} cards --json | jq '.queue[].cards[].preview.title'`,
    )
    .action((number: string | undefined, flags: CardsFlags) => cards(context, number, flags));
}

async function cards(context: CommandContext, number: string | undefined, flags: CardsFlags): Promise<void> {
  await withDoor(context, async (opened) => {
    if (number !== undefined) return await showCard(context, opened, number, flags);
    if (flags.history === true) return await showHistory(context, opened, flags);
    await takeInHere(context, opened);
    const { door, home } = opened;
    const [queue, all, moving, stop] = await Promise.all([
      door.queue({ all: flags.all === true }),
      door.queue({ all: true }),
      door.moving(),
      door.stopped(),
    ]);
    const putOff = all.length - queue.length;
    if (flags.json === true) {
      print(context, { queue, moving, putOff, stop });
      return;
    }
    const stopped = stop === null ? null : { since: stop.stoppedAt, why: stop.why };
    const lines = queueLines({ queue, moving, putOff, stop: stopped }, screenOptions(context, home));
    context.terminal.out(`${lines.join("\n")}\n`);
  });
}

/** One card with the others of its request. */
export async function showCard(
  context: CommandContext,
  opened: HomeWithDoor,
  number: string,
  flags: { json?: boolean; full?: boolean },
): Promise<void> {
  const bundle = await findBundle(opened.door, number);
  if (flags.json === true) print(context, bundle);
  else printBundle(context, opened, bundle, flags.full === true);
}

async function showHistory(context: CommandContext, { door, home }: HomeWithDoor, flags: CardsFlags): Promise<void> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new StewardError("usage", `--limit needs a number from 1 to 1000, not "${flags.limit}".`);
  }
  const ended = await door.history(limit);
  if (flags.json === true) print(context, ended);
  else context.terminal.out(`${historyLines(ended, screenOptions(context, home)).join("\n")}\n`);
}

function print({ terminal }: CommandContext, value: unknown): void {
  terminal.out(`${jsonScreen(value)}\n`);
}
