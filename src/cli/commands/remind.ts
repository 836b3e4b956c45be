import type { Command } from "commander";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { wallTime } from "../../core/reminders.ts";
import type { CommandContext } from "../command-context.ts";
import { byTerminal, orThrow } from "../door/by-terminal.ts";
import { carryOutHere } from "../door/carry-out-here.ts";
import { withDoor } from "../door/with-door.ts";
import { parseWhen } from "../parse-when.ts";
import { resolveReference } from "../references.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<text>", "what of")
    .argument("<when>", "3h, tomorrow, monday, 18:30, 2026-11-20T15:00; a day means 8:00")
    .description("Be reminded. It stands in reminders.md in the home, to be read, changed and ticked.")
    .option("--about <thread>", "the conversation it is about: 2, t17, s3")
    .addHelpText("after", `\nExample\n  ${context.self} remind "call the garage" tomorrow`)
    .action((text: string, when: string, flags: { about?: string }) => remind(context, text, when, flags.about));
}

/** What the owner asks of themselves at their own terminal is their decision already. */
async function remind(context: CommandContext, text: string, when: string, about: string | undefined): Promise<void> {
  await withDoor(context, async (opened) => {
    const { home, door } = opened;
    const { zone } = home.config;
    const atMs = parseWhen(when, { zone, nowMs: context.clock.now(), direction: "future" });
    const thread = about === undefined ? null : (await resolveReference(home.store, home.paths, about)).threadId;
    const at = wallTime(toInstant(atMs), zone).slice(0, 16).replace(" ", "T");
    const ask = { text, at, ...(thread === null ? {} : { about: thread }) };
    const origin = { by: "owner" as const, surface: "terminal" as const, utterance: `${text} ${when}`, rule: null };
    const answer = await door.propose([{ action: "home.remind", account: null, ask, after: null }], {
      ...origin,
      itemsRead: [],
      openedThreads: [],
      callId: null,
    });
    if (answer.kind === "refused") throw new StewardError("usage", answer.text);
    const seen = answer.bundle.open;
    const decidedBy = byTerminal("terminal");
    const cards = orThrow(await door.decide({ seen, kind: "approve", reason: "", laterUntil: null, decidedBy }));
    await carryOutHere(
      context,
      opened,
      cards.map(({ id }) => id),
    );
  });
}
