import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { Command } from "commander";
import { toStewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { readLetter, writeLetter } from "../door/letter-text.ts";
import { proposeHere } from "../door/propose-here.ts";
import { readText } from "../door/read-text.ts";
import { type HomeWithDoor, withDoor } from "../door/with-door.ts";

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
    .addHelpText("after", `\nExample\n  ${context.self} compose paul@adler.example --subject Tuesday --text "14:00?"`)
    .action((to: string[], flags: ComposeFlags) => compose(context, to, flags));
}

async function compose(context: CommandContext, to: string[], flags: ComposeFlags): Promise<void> {
  await withDoor(context, async (opened) => {
    const before = { to, cc: flags.cc, subject: flags.subject ?? "", text: "" };
    const command = `${context.self} compose ${to.join(" ")}`;
    const letter =
      flags.text === undefined
        ? readLetter(
            await readText(context, { text: undefined, name: "mail.txt", initial: writeLetter(before), command }),
            before,
          )
        : { ...before, text: flags.text };
    const attachments = await keepFiles(opened, flags.attach);
    const ask = {
      to: letter.to ?? [],
      ...((letter.cc ?? []).length === 0 ? {} : { cc: letter.cc }),
      subject: letter.subject ?? "",
      text: letter.text ?? "",
      ...(attachments.length === 0 ? {} : { attachments }),
    };
    const step = { action: "gmail.send_message", account: flags.account ?? null, ask, after: null };
    const words = [...ask.to, ask.subject, ask.text].join("\n");
    await proposeHere(context, opened, [step], { words, json: flags.json === true });
  });
}

const mediaTypes: Record<string, string> = {
  ".pdf": "application/pdf",
  ".txt": "text/plain",
  ".md": "text/markdown",
  ".csv": "text/csv",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
};

async function keepFiles({ door }: HomeWithDoor, paths: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const path of paths) {
    try {
      const mediaType = mediaTypes[extname(path).toLowerCase()] ?? "application/octet-stream";
      kept.push(await door.keep({ name: basename(path), mediaType, bytes: new Uint8Array(await readFile(path)) }));
    } catch (error) {
      throw toStewardError(error, `reading ${path}`);
    }
  }
  return kept;
}
