import type { Command } from "commander";
import type { EditableText } from "../../core/action.ts";
import { StewardError } from "../../core/errors.ts";
import { listSources } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { keepFiles } from "../door/keep-files.ts";
import { readLetter, writeLetter } from "../door/letter-text.ts";
import { proposeHere } from "../door/propose-here.ts";
import { type HomeWithDoor, withDoor } from "../door/with-door.ts";
import { withText } from "../door/with-text.ts";

interface ComposeFlags {
  subject?: string;
  text?: string;
  cc: string[];
  attach: string[];
  account?: string;
  json?: boolean;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[to...]", "addresses")
    .description("Write a mail. It becomes a card; nothing goes out before your yes.")
    .option("--subject <subject>", "what it is about")
    .option("--text <text>", "the text; without it your $EDITOR opens")
    .option("--cc <address>", "a copy to; again for more", collect, [])
    .option("--attach <file>", "a file that goes along; again for more", collect, [])
    .option("--account <address>", "which of your accounts sends it")
    .option("--json", "print the card as JSON")
    .addHelpText(
      "after",
      `
Without a Gmail account it becomes a mail file, for you to open and send.

Examples
  ${context.self} compose paul@adler.example
  ${context.self} compose paul@adler.example --subject Tuesday --text "14:00?" --attach plan.pdf`,
    )
    .action((to: string[], flags: ComposeFlags) => compose(context, to, flags));
}

async function compose(context: CommandContext, to: string[], flags: ComposeFlags): Promise<void> {
  if (flags.text !== undefined && to.length === 0) {
    throw new StewardError("usage", "To whom?", {
      cure: `Name an address: ${context.self} compose ADDRESS --text "..."`,
    });
  }
  await withDoor(context, async (opened) => {
    const attachments = await keepFiles(opened.door, flags.attach);
    const before = { to, cc: flags.cc, subject: flags.subject ?? "", text: "" };
    const command = `${context.self} compose ${to.length === 0 ? "ADDRESS" : to.join(" ")}`;
    const given = { text: flags.text, name: "mail.txt", initial: writeLetter(before), command };
    await withText(context, given, async (text) => {
      const letter = flags.text === undefined ? readLetter(text, before) : { ...before, text };
      await proposeMail(context, opened, letter, attachments, flags);
    });
  });
}

async function proposeMail(
  context: CommandContext,
  opened: HomeWithDoor,
  { to = [], cc = [], subject = "", text = "" }: EditableText,
  attachments: readonly string[],
  flags: ComposeFlags,
): Promise<void> {
  if (to.length === 0) throw new StewardError("usage", "It goes to nobody.", { cure: "Write an address behind To:" });
  if (text.trim() === "") throw new StewardError("usage", "The text is empty, so nothing was proposed.");
  const hasGmail = (await listSources(opened.home.store)).some(({ connector }) => connector === "gmail");
  const ask = {
    ...{ to, subject, text },
    ...(cc.length === 0 ? {} : { cc }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
  const action = hasGmail || flags.account !== undefined ? "gmail.send_message" : "files.write_mail";
  const step = { action, account: flags.account ?? null, ask, after: null };
  const words = [...to, ...cc, subject, text].join("\n");
  await proposeHere(context, opened, [step], { words, json: flags.json === true });
}
