import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import { writePrivateFile } from "../../daemon/home.ts";
import { acceptSuggestions } from "../../intake/people/accept-suggestions.ts";
import { readContactsFile } from "../../intake/people/contacts-file.ts";
import { renderSuggestions } from "../../intake/people/render-suggestions.ts";
import { suggestContacts } from "../../intake/people/suggest-contacts.ts";
import type { CommandContext } from "../command-context.ts";
import { editText } from "../edit-text.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { syncPeople } from "../sync-people.ts";

const proposedRows = 100;

/** Proposes rows for contacts.csv and appends those that the owner leaves in their editor. */
export async function suggestPeople(context: CommandContext, printOnly: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    await syncPeople(home);
    const { region } = home.config;
    const suggestions = await suggestContacts(home.store, { limit: proposedRows, region });
    if (suggestions.length === 0) {
      context.terminal.out("Nothing to propose: everybody you wrote to twice is in contacts.csv.\n");
      return;
    }
    const proposed = renderSuggestions(suggestions);
    if (printOnly || !context.terminal.interactive) {
      context.terminal.out(proposed);
      return;
    }
    await accept(context, home, await edit(context, home, proposed));
  });
}

async function edit(context: CommandContext, home: OpenHome, proposed: string): Promise<string> {
  return await editText(context, home.paths.home, {
    name: "contacts-proposed.csv",
    text: proposed,
    otherwise: "steward people suggest --print",
  });
}

async function accept(context: CommandContext, home: OpenHome, edited: string): Promise<void> {
  const file = await readContactsFile(home.paths.contacts);
  if (file !== null && !file.isExact) {
    throw new StewardError("unreadable", "contacts.csv is not UTF-8 text, so it is not written back.", {
      cure: "Save it as UTF-8 in your spreadsheet, then run this again.",
    });
  }
  const result = acceptSuggestions(file?.text ?? "", edited, { region: home.config.region });
  if (result.added > 0) await writePrivateFile(home.paths.contacts, result.contents);
  for (const { name, reason } of result.skipped)
    context.terminal.out(`Not added: ${forScreen(name)}. ${forScreen(reason)}\n`);
  const added = result.added === 0 ? "Nobody was added" : `${plural(result.added, "person", "people")} added`;
  context.terminal.out(`${added} to ${home.paths.contacts}.\n`);
  await syncPeople(home);
}
