import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { Secrets } from "../../daemon/secrets/open-secrets.ts";
import type { CommandContext } from "../command-context.ts";
import { storeWords } from "../google/store-words.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { wrap } from "../render/width.ts";

const shortestPassphrase = 10;

export function define(command: Command, context: CommandContext): void {
  command
    .description("Where the keys to your accounts are, and which there are. A secret itself is never shown.")
    .addHelpText(
      "after",
      `
They are in the keychain of this computer where it has one, else in secrets.enc in the home. That file is encrypted with a
passphrase (STEWARD_PASSPHRASE, or systemd's LoadCredential=steward-passphrase:FILE, or asked for) or with the key file
secrets.key beside it, which keeps them out of copies of the one file, not from somebody who can read both.

Examples
  ${context.self} secrets list
  ${context.self} secrets rotate --passphrase`,
    )
    .action(() => status(context));
  command
    .command("status")
    .description("Which store is used, and whether it can be opened.")
    .action(() => status(context));
  command
    .command("list")
    .description("The names of what is kept.")
    .option("--json", "print as JSON")
    .action((flags: { json?: boolean }) => list(context, flags.json === true));
  command
    .command("rotate")
    .description("Encrypt the file anew: with a fresh key, or with a passphrase.")
    .option("--passphrase", "with a passphrase that you are asked for")
    .option("--machine-key", "with a key file, so that nobody has to type")
    .action((flags: RotateFlags) => rotate(context, flags));
  command
    .command("wipe")
    .description("Delete every secret. Accounts have to be connected again; what was read stays.")
    .option("--revoke", "take the permissions back at Google first")
    .option("--yes", "do not ask")
    .action((flags: WipeFlags) => wipe(context, flags));
}

interface RotateFlags {
  passphrase?: boolean;
  machineKey?: boolean;
}

interface WipeFlags {
  revoke?: boolean;
  yes?: boolean;
}

async function status(context: CommandContext): Promise<void> {
  const found = await (await context.openSecrets(context.home)).status();
  if (found.trouble !== null) {
    throw new StewardError("locked", found.trouble.message, { cure: found.trouble.cure });
  }
  say(context, found.kind === null ? "No secret is stored yet." : `The secrets are ${storeWords(found)}.`);
}

async function list(context: CommandContext, json: boolean): Promise<void> {
  const names = await (await context.openSecrets(context.home)).list();
  if (json) context.terminal.out(`${jsonScreen(names)}\n`);
  else if (names.length === 0) say(context, "No secret is stored yet.");
  else for (const name of names) context.terminal.out(`${forScreen(name)}\n`);
}

async function rotate(context: CommandContext, flags: RotateFlags): Promise<void> {
  if (flags.passphrase === true && flags.machineKey === true) {
    throw new StewardError("usage", "A file has one key: --passphrase or --machine-key.");
  }
  const secrets = await context.openSecrets(context.home);
  // Asks for the old passphrase before the new one.
  const names = await secrets.list();
  const { key } = await secrets.status();
  const wantsPassphrase = flags.passphrase === true || (flags.machineKey !== true && key === "passphrase");
  await secrets.rotate(wantsPassphrase ? await askNewPassphrase(context) : null);
  say(context, `${plural(names.length, "secret")} encrypted anew. They are ${storeWords(await secrets.status())}.`);
  if (wantsPassphrase) {
    say(
      context,
      "Whatever starts steward needs the new passphrase from now on. Copies of the old file open with the old one.",
    );
  }
}

async function askNewPassphrase(context: CommandContext): Promise<string> {
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "A new passphrase is typed twice, so it needs a terminal.", {
      cure: `For a server: ${context.self} secrets rotate --machine-key`,
    });
  }
  const ask = await context.loadAsk();
  const passphrase = await ask.secret("New passphrase");
  if (passphrase.length < shortestPassphrase) {
    throw new StewardError("usage", `That is too short: ${shortestPassphrase} characters at least, better four words.`);
  }
  if ((await ask.secret("Once more")) !== passphrase) throw new StewardError("usage", "The two are not the same.");
  return passphrase;
}

async function wipe(context: CommandContext, flags: WipeFlags): Promise<void> {
  if (flags.yes !== true) {
    if (!context.terminal.interactive) {
      throw new StewardError("usage", "Deleting every secret needs a yes.", { cure: "Add --yes." });
    }
    const ask = await context.loadAsk();
    if (!(await ask.yes("Delete every secret? Each account has to be connected again.", false))) return;
  }
  const secrets = await context.openSecrets(context.home);
  if (flags.revoke === true) await revokeAll(context, secrets);
  await secrets.wipe();
  say(context, "Every secret is deleted. What was read stays.");
}

/** As far as it goes: what cannot be opened, or whom Google does not answer, is said and not waited for. */
async function revokeAll(context: CommandContext, secrets: Secrets): Promise<void> {
  const { revokeEveryAccount } = await import("../google/revoke-every-account.ts");
  const left = await revokeEveryAccount(context, secrets);
  if (left.length === 0) return;
  say(
    context,
    `! Google could not be told about ${left.map((one) => forScreen(one)).join(", ")}. Remove steward there yourself: https://myaccount.google.com/connections`,
  );
  context.endWith(1);
}

function say(context: CommandContext, text: string): void {
  for (const line of wrap(text, Math.min(context.terminal.columns, 78))) context.terminal.out(`${line}\n`);
}
