import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { ContactChange, MergedContacts } from "../../formats/contacts/merge-contacts.ts";
import { applyContactChanges } from "../../intake/people/apply-contact-changes.ts";
import { type ComparedContacts, compareContacts } from "../../intake/people/contacts-base.ts";
import { readContactsFile } from "../../intake/people/contacts-file.ts";
import { writeFileAtomic } from "../../store/write-file-atomic.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { changeLines, contactsLines } from "../render/contacts-screen.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { wrap } from "../render/width.ts";
import { syncPeople } from "../sync-people.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "contacts.csv beside its Google Sheet: what the Sheet changed, what waits to be written there, conflicts.",
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
contacts.csv changes only when you say yes. An address that it does not have yet would count as known: such changes are asked
for one by one, and taken without a question only with --known.

Examples
  ${context.self} contacts
  ${context.self} contacts take
  ${context.self} contacts take --yes`,
    )
    .action((flags: { json?: boolean }) => show(context, flags.json === true));
  command
    .command("take")
    .description("Take what the Sheet changed into contacts.csv, after a look at it.")
    .option("--yes", "do not ask; leaves out what would make an address known")
    .option("--known", "with --yes: take that, too")
    .action((flags: TakeFlags) => take(context, flags));
}

interface TakeFlags {
  yes?: boolean;
  known?: boolean;
}

async function show(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { merged } = await compare(context, home);
    if (json) context.terminal.out(`${jsonScreen(toJson(merged))}\n`);
    else for (const line of contactsLines(merged, context)) context.terminal.out(`${line}\n`);
  });
}

async function take(context: CommandContext, flags: TakeFlags): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const compared = await compare(context, home);
    const { take: changes, conflicts } = compared.merged;
    if (changes.length === 0) {
      say(context, [
        conflicts.length === 0
          ? "The Sheet has nothing that contacts.csv does not have."
          : `Only conflicts: ${context.self} contacts shows them.`,
      ]);
      return;
    }
    const chosen = await choose(context, changes, flags);
    if (chosen.length === 0) {
      say(context, ["contacts.csv was not changed."]);
      return;
    }
    await write(home, compared, chosen);
    const problems = await syncPeople(home, { added: true });
    const left = changes.length - chosen.length;
    say(context, [
      `Took ${plural(chosen.length, "change")} into contacts.csv.${left === 0 ? "" : ` Left out: ${left}.`}`,
      ...problems.slice(0, 3).map(({ rowNumber, reason }) => `contacts.csv, row ${rowNumber}: ${forScreen(reason)}`),
    ]);
  });
}

/** What the owner says yes to: the harmless together, each that makes an address known by itself. */
async function choose(
  context: CommandContext,
  changes: readonly ContactChange[],
  flags: TakeFlags,
): Promise<ContactChange[]> {
  const plain = changes.filter((change) => change.makesKnown.length === 0);
  const knowing = changes.filter((change) => change.makesKnown.length > 0);
  say(context, changeLines([...plain, ...knowing], context));
  if (flags.yes === true) {
    if (knowing.length > 0 && flags.known !== true) {
      say(context, [
        `${plural(knowing.length, "change")} would make an address known and ${knowing.length === 1 ? "is" : "are"} left out; --known takes them, too.`,
      ]);
    }
    return flags.known === true ? [...changes] : plain;
  }
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "Nobody can be asked here, and contacts.csv changes only with your yes.", {
      cure: `Look at the changes above, then: ${context.self} contacts take --yes`,
    });
  }
  const ask = await context.loadAsk();
  const chosen: ContactChange[] = [];
  if (plain.length > 0 && (await ask.yes(`Take ${plural(plain.length, "change")} into contacts.csv?`, true))) {
    chosen.push(...plain);
  }
  for (const change of knowing) {
    const values = change.makesKnown.map(({ value }) => forScreen(value)).join(", ");
    if (await ask.yes(`Make ${values} known, as ${forScreen(change.name) || "somebody without a name"}?`, false)) {
      chosen.push(change);
    }
  }
  return chosen;
}

/** Errors: `database_busy` when contacts.csv was changed while the owner was asked. */
async function write(home: OpenHome, compared: ComparedContacts, chosen: readonly ContactChange[]): Promise<void> {
  const now = await readContactsFile(home.paths.contacts);
  if (now?.text !== compared.text) {
    throw new StewardError("database_busy", "contacts.csv was changed while you were asked. Nothing was written.", {
      cure: "Look again: steward contacts",
    });
  }
  await writeFileAtomic(home.paths.contacts, applyContactChanges(compared.text, chosen));
  await compareContacts(home.paths, home.owner.region);
}

async function compare(context: CommandContext, home: OpenHome): Promise<ComparedContacts> {
  const compared = await compareContacts(home.paths, home.owner.region);
  if (compared !== null) return compared;
  if ((await readContactsFile(home.paths.contactsSheet)) === null) {
    throw new StewardError("not_found", "No contacts sheet was read yet.", {
      cure: `Choose one: ${context.self} connect google --sheet NAME, then: ${context.self} sync`,
    });
  }
  throw new StewardError("unreadable", "contacts.csv is missing, not UTF-8, or has a quote that never ends.", {
    cure: "Mend it in an editor (or restore it from a backup) and try again; the Sheet is compared then.",
  });
}

function toJson(merged: MergedContacts): unknown {
  const plain = (change: ContactChange): unknown =>
    change.kind === "edit" ? change : { ...change, cells: Object.fromEntries(change.cells) };
  const { take: changed, wait, conflicts } = merged;
  return { take: changed.map(plain), wait: wait.map(plain), conflicts };
}

function say(context: CommandContext, lines: readonly string[]): void {
  const width = Math.min(context.terminal.columns, 78);
  for (const line of lines) {
    const told = line.startsWith(" ") ? [line] : wrap(line, width);
    for (const one of told) context.terminal.out(`${one}\n`);
  }
}
