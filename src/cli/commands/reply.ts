import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { keepFiles } from "../door/keep-files.ts";
import { proposeHere } from "../door/propose-here.ts";
import { chooseReply } from "../door/reply-step.ts";
import { withDoor } from "../door/with-door.ts";
import { withText } from "../door/with-text.ts";
import { resolveReference } from "../references.ts";

interface ReplyFlags {
  text?: string;
  all?: boolean;
  attach: string[];
  account?: string;
  json?: boolean;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<thread>", "2 (entry of the last digest), t17 (thread), i45 (message), s3 (hit of the last search)")
    .description("Answer in your own words. It becomes a card; nothing goes out before your yes.")
    .option("--text <text>", "what you answer; without it your $EDITOR opens")
    .option("--all", "to everybody in it")
    .option("--attach <file>", "a file that goes along; again for more", collect, [])
    .option("--account <address>", "which of your accounts answers")
    .option("--json", "print the card as JSON")
    .addHelpText(
      "after",
      `
Without a Gmail account the answer becomes a mail file, for you to open and send. In a WhatsApp chat it becomes a link with
the text written; you press send.

Examples
  ${context.self} reply 3
  ${context.self} reply 3 --text "Tuesday is fine."
  ${context.self} reply t17 --all --attach lease.pdf`,
    )
    .action((thread: string, flags: ReplyFlags) => reply(context, thread, flags));
}

async function reply(context: CommandContext, reference: string, flags: ReplyFlags): Promise<void> {
  await withDoor(context, async (opened) => {
    const { store, paths, owner } = opened.home;
    const { threadId, itemId } = await resolveReference(store, paths, reference);
    if (threadId === null) throw new StewardError("not_found", `${reference} is in no conversation.`);
    const write = await chooseReply(store, {
      threadId,
      itemId,
      all: flags.all === true,
      account: flags.account ?? null,
      attachments: await keepFiles(opened.door, flags.attach),
      own: owner.identities,
    });
    const given = { text: flags.text, name: "reply.txt", initial: "", command: `${context.self} reply ${reference}` };
    await withText(context, given, async (text) => {
      const words = { words: text, openedThreads: [threadId], json: flags.json === true };
      await proposeHere(context, opened, [write(text)], words);
    });
  });
}
