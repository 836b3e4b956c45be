import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { moment } from "../../core/times.ts";
import { forScreen, rawText } from "../../core/untrusted.ts";
import { readOriginal } from "../../intake/originals.ts";
import { type FullItem, getItem, listThreadItems } from "../../store/items.ts";
import { getThread, type ThreadInfo } from "../../store/thread-views.ts";
import { loadVerdicts } from "../../store/verdicts.ts";
import type { CommandContext } from "../command-context.ts";
import { cardNamed } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { resolveReference } from "../references.ts";
import { classLabel } from "../render/class-label.ts";
import { itemLines, senderOf } from "../render/item-screen.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { makePaint } from "../render/paint.ts";
import { wrap } from "../render/width.ts";
import { showCard } from "./cards.ts";

interface ShowFlags {
  full?: boolean;
  raw?: boolean;
  json?: boolean;
  limit: string;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument(
      "<what...>",
      "2 (entry of the last digest), t17 (thread), i45 (item), s3 (hit of the last search), card 3",
    )
    .description("Read a thread, an item or a card. Quoted history is folded, hidden text is shown as hidden.")
    .option("--full", "unfold quoted history, signatures and long texts")
    .option("--limit <n>", "the newest items of a thread", "12")
    .option("--raw", "print the original, as it came")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `\nExamples\n  ${context.self} show 2\n  ${context.self} show s1 --full\n  ${context.self} show card 3\n  ${context.self} show i45 --raw > message.eml`,
    )
    .action(async (what: string[], flags: ShowFlags) => {
      const card = cardNamed(what);
      if (card !== null) return await withDoor(context, (opened) => showCard(context, opened, card, flags));
      const [first = "", ...more] = what;
      if (more.length > 0)
        throw new StewardError("usage", "One at a time.", { cure: `Run: ${context.self} show ${first}` });
      await show(context, first, flags);
    });
}

async function show(context: CommandContext, what: string, flags: ShowFlags): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { threadId, alsoThreadIds, itemId } = await resolveReference(home.store, home.paths, what);
    const thread = threadId === null ? null : await getThread(home.store, threadId);
    const items = await findItems(home, threadId, itemId, toLimit(flags.limit));
    if (flags.raw === true) printRaw(context, home, items);
    else if (flags.json === true) context.terminal.out(`${jsonScreen({ thread, items })}\n`);
    else {
      await printScreen(context, home, thread, items, flags.full === true);
      for (const id of alsoThreadIds) {
        context.terminal.out(`${makePaint(context.terminal.colour).dim("\nAbout the same event:")}\n`);
        const others = await findItems(home, id, null, toLimit(flags.limit));
        await printScreen(context, home, await getThread(home.store, id), others, flags.full === true);
      }
    }
  });
}

async function findItems(
  home: OpenHome,
  threadId: number | null,
  itemId: number | null,
  limit: number,
): Promise<FullItem[]> {
  if (itemId !== null) {
    const item = await getItem(home.store, itemId);
    return item === null ? [] : [item];
  }
  return threadId === null ? [] : await listThreadItems(home.store, threadId, limit);
}

async function printScreen(
  context: CommandContext,
  home: OpenHome,
  thread: ThreadInfo | null,
  items: readonly FullItem[],
  full: boolean,
): Promise<void> {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const lines = thread === null ? [] : await threadHead(context, home, thread, items, width);
  for (const item of items) {
    lines.push(paint.dim("─".repeat(width)), ...itemLines(item, { paint, width, zone: home.config.zone, full }));
  }
  context.terminal.out(`${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`);
}

async function threadHead(
  context: CommandContext,
  home: OpenHome,
  thread: ThreadInfo,
  items: readonly FullItem[],
  width: number,
): Promise<string[]> {
  const paint = makePaint(context.terminal.colour);
  const nowMs = context.clock.now();
  const title = forScreen(thread.title) || items.map(senderOf)[0] || "No subject";
  const verdict = (await loadVerdicts(home.store, [thread.id])).get(thread.id)?.verdict;
  const facts = [
    `t${thread.id}`,
    thread.channel,
    plural(thread.itemCount, "item"),
    verdict === undefined ? "" : classLabel(verdict.class),
    thread.state === "snoozed" && thread.snoozedUntil !== null
      ? `snoozed until ${moment(thread.snoozedUntil, home.config.zone, nowMs, { weekday: true })}`
      : thread.state,
  ].filter((fact) => fact !== "");
  const hidden = thread.itemCount - items.length;
  const lines = [...wrap(title, width).map(paint.bold), paint.dim(facts.join(" · "))];
  if (hidden > 0 && items.length > 1)
    lines.push(paint.dim(`${plural(hidden, "earlier item")} not shown; --limit ${thread.itemCount} shows all`));
  return lines;
}

function printRaw(context: CommandContext, home: OpenHome, items: readonly FullItem[]): void {
  const item = items.findLast(({ original }) => original !== null) ?? items.at(-1);
  if (item === undefined) throw new StewardError("not_found", "There is nothing to print.");
  const bytes = readKept(home, item);
  // A person's screen must not be driven by a message; a program gets the bytes as they came.
  if (!context.terminal.isTTY) context.terminal.out(bytes);
  else context.terminal.out(`${forScreen(new TextDecoder().decode(bytes), { multiline: true })}\n`);
}

function readKept(home: OpenHome, item: FullItem): Uint8Array {
  if (item.original === null) throw noOriginal(item);
  try {
    return readOriginal(home.paths.originals, item.original);
  } catch (error) {
    throw error instanceof StewardError && error.code === "not_found" ? noOriginal(item) : error;
  }
}

function noOriginal(item: FullItem): StewardError {
  const [place] = item.sightings;
  const where =
    place === undefined
      ? ""
      : ` It lies in ${place.path}${place.byte_offset === null ? "" : ` at byte ${place.byte_offset}`}.`;
  return new StewardError("not_found", `No original of this ${item.kind} is kept in the home.${where}`, {
    cure: rawText(item.text) === "" ? "Look there." : "Without --raw its text is shown.",
  });
}

function toLimit(text: string): number {
  const limit = Number.parseInt(text, 10);
  if (!(limit > 0)) throw new StewardError("usage", `--limit needs a number above 0, not "${text}".`);
  return limit;
}
