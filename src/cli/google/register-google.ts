import type { GoogleAccountConfig, GoogleService } from "../../../connectors/google-account/account.ts";
import { registerSource, type Source } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import type { ChosenPlaces } from "./choose-places.ts";

interface Planned {
  connector: string;
  location: string;
  label: string;
  config: Record<string, unknown>;
}

/**
 * Registers what is to be read of an account. One that is registered already keeps its place and gets the new scopes.
 * Returns them in the order they are read: what is quick first, the mailbox last.
 */
export async function registerGoogle(
  context: CommandContext,
  home: OpenHome,
  config: GoogleAccountConfig,
  services: readonly GoogleService[],
  places: ChosenPlaces,
): Promise<Source[]> {
  const planned = plan(config, services, places);
  const ids = planned.map(() => context.newId()).sort();
  return await home.store.write(async (tx) => {
    const sources: Source[] = [];
    for (const [index, { connector, location, label, config: own }] of planned.entries()) {
      const id = ids[index] ?? context.newId();
      sources.push(await registerSource(tx, { id, connector, kind: connector, location, label, config: own }));
    }
    return sources;
  });
}

function plan(config: GoogleAccountConfig, services: readonly GoogleService[], places: ChosenPlaces): Planned[] {
  const { account } = config;
  const planned: Planned[] = [];
  if (services.includes("calendar")) {
    planned.push({ connector: "calendar", location: account, label: `Calendar ${account}`, config });
  }
  if (places.sheet !== null) {
    planned.push({
      connector: "contacts-sheet",
      location: `${account}/${places.sheet.id}`,
      label: `Contacts sheet ${places.sheet.name}`,
      config: { ...config, spreadsheetId: places.sheet.id },
    });
  }
  if (places.folder !== null) {
    planned.push({
      connector: "drive",
      location: `${account}/${places.folder.id}`,
      label: `Drive folder ${places.folder.name}`,
      config: { ...config, folderId: places.folder.id },
    });
  }
  if (services.includes("gmail"))
    planned.push({ connector: "gmail", location: account, label: `Gmail ${account}`, config });
  return planned;
}
