import { type Command, Option } from "commander";
import { StewardError } from "../../core/errors.ts";
import { emailIdentity } from "../../core/identity.ts";
import type { CommandContext } from "../command-context.ts";

interface ConnectFlags {
  client?: string;
  paste?: boolean;
  account?: string;
  driveFolder?: string;
  contactsSheet?: string;
  baseUrl?: string;
  read: boolean;
  write?: string[] | true;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[service]", "google", "google")
    .description("Connect an account, so that steward reads it live; with --write let it act there, with your yes.")
    .option("--client <file>", "the client_secret_….json of your own OAuth client; asked for once")
    .option("--paste", "for a server without a browser: open the address elsewhere, paste what comes back")
    .option("--account <address>", "the account that must sign in; connects it again if it is connected")
    .option(
      "--drive-folder <folder>",
      "name, id or address of the Drive folder that is the source of truth; root for all, none",
    )
    .option("--contacts-sheet <sheet>", "name, id or address of the sheet with your contacts, or none")
    .option("--no-read", "connect only; read with sync")
    .option(
      "--write [services...]",
      "ask for the right to send and change things, of all that is read or of: gmail calendar drive sheets",
    )
    .addOption(new Option("--base-url <url>", "an emulator that stands for Google").hideHelp())
    .addHelpText(
      "after",
      `
Read are Gmail, the calendars, one Drive folder and one sheet, as far as you tick them on Google's page. You need an OAuth
client of your own: docs/connect-google.md counts the clicks. Connecting again replaces the permission and keeps what was
read; another account is connected beside the first.

The right to send and to change things is a permission of its own (--write), kept apart from the one that reads. Even with
it nothing happens without a card and your yes.

Examples
  ${context.self} connect google --client ~/Downloads/client_secret_123.json
  ${context.self} connect google --account clara@weiss.example --drive-folder Steward
  ${context.self} connect google --paste
  ${context.self} connect google --write gmail calendar`,
    )
    .action(async (service: string, flags: ConnectFlags) => {
      checkService(service);
      if (flags.write !== undefined) return await write(context, flags, flags.write === true ? [] : flags.write);
      const { connectGoogle } = await import("../google/connect-google.ts");
      await connectGoogle(context, {
        clientFile: flags.client ?? null,
        paste: flags.paste === true,
        account: readAccount(flags.account),
        driveFolder: flags.driveFolder ?? null,
        contactsSheet: flags.contactsSheet ?? null,
        baseUrl: flags.baseUrl ?? null,
        read: flags.read,
      });
    });
}

async function write(context: CommandContext, flags: ConnectFlags, names: readonly string[]): Promise<void> {
  const { connectWriting, readServices } = await import("../google/connect-writing.ts");
  await connectWriting(context, {
    services: readServices(names),
    account: readAccount(flags.account),
    paste: flags.paste === true,
  });
}

/** Errors: `usage` for a service that cannot be connected. */
export function checkService(service: string): void {
  if (service.toLowerCase() === "google") return;
  throw new StewardError("usage", "Only google can be connected by now.", {
    cure: "What else there is comes from exports: steward import PATH",
  });
}

/** The address of `--account`, lower case; null without the option. Errors: `usage`. */
export function readAccount(text: string | undefined): string | null {
  if (text === undefined) return null;
  const identity = emailIdentity(text);
  if (identity !== null) return text.trim().toLowerCase();
  throw new StewardError("usage", "--account needs an e-mail address, such as clara@weiss.example.");
}
