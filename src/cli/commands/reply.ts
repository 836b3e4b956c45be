import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { proposeHere } from "../door/propose-here.ts";
import { readText } from "../door/read-text.ts";
import { withDoor } from "../door/with-door.ts";
import { resolveReference } from "../references.ts";

interface ReplyFlags {
  text?: string;
  all?: boolean;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<thread>", "2 (entry of the last digest), t17 (thread), s3 (hit of the last search)")
    .description("Answer a mail in your own words. It becomes a card; nothing goes out before your yes.")
    .option("--text <text>", "what you answer; without it your $EDITOR opens")
    .option("--all", "to everybody in it")
    .option("--json", "print the card as JSON")
    .addHelpText("after", `\nExamples\n  ${context.self} reply 3\n  ${context.self} reply 3 --text "Tuesday is fine."`)
    .action((thread: string, flags: ReplyFlags) => reply(context, thread, flags));
}

async function reply(context: CommandContext, reference: string, flags: ReplyFlags): Promise<void> {
  await withDoor(context, async (opened) => {
    const { store, paths } = opened.home;
    const { threadId, itemId } = await resolveReference(store, paths, reference);
    if (threadId === null) throw new StewardError("not_found", `${reference} is in no conversation.`);
    const command = `${context.self} reply ${reference}`;
    const text = await readText(context, { text: flags.text, name: "reply.txt", initial: "", command });
    const ask = { thread: threadId, text, ...(itemId === null ? {} : { message: itemId }) };
    const action = flags.all === true ? "gmail.reply_all" : "gmail.reply";
    const step = { action, account: null, ask, after: null };
    await proposeHere(context, opened, [step], { words: text, openedThreads: [threadId], json: flags.json === true });
  });
}
