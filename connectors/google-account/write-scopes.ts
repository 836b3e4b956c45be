import type { GoogleAccountConfig, GoogleService } from "./account.ts";
import { type AskedScope, readScopes } from "./scopes.ts";
import { googleSecretName } from "./secret-names.ts";

const scopeRoot = "https://www.googleapis.com/auth/";

/** A right to change something, of one service. */
export interface WriteScope extends AskedScope {
  service: GoogleService;
}

/**
 * What `steward connect google --write` asks for, by a consent of its own: only the door holds what it brings. Each is the
 * narrowest right that is enough. `gmail.send` alone cannot send a draft, and a draft is what makes sending safe to repeat;
 * `drive.file` opens only files that steward made itself, and the owner's documents were there before.
 *
 * Source: https://developers.google.com/workspace/gmail/api/auth/scopes,
 * https://developers.google.com/workspace/drive/api/guides/api-specific-auth,
 * https://developers.google.com/workspace/calendar/api/auth
 */
export const writeScopes: readonly WriteScope[] = [
  {
    scope: `${scopeRoot}gmail.modify`,
    service: "gmail",
    label: "Read, compose and send emails",
    use: "send the mail you approve; archive, label, mark and trash. It cannot delete for good",
  },
  {
    scope: `${scopeRoot}calendar.events`,
    service: "calendar",
    label: "View and edit calendar events",
    use: "make, move and answer the events you approve. It cannot share or delete a calendar",
  },
  {
    scope: `${scopeRoot}drive`,
    service: "drive",
    label: "See, edit, create and delete Drive files",
    use: "update the documents you approve. Google's narrower right opens no file that was there before",
  },
  {
    scope: `${scopeRoot}spreadsheets`,
    service: "sheets",
    label: "See, edit, create and delete spreadsheets",
    use: "write the rows of your contacts sheet that you approve",
  },
];

/** The rights of these services, and the two that only say who signed in. */
export function scopesToAsk(services: readonly GoogleService[]): AskedScope[] {
  return [
    ...writeScopes.filter(({ service }) => services.includes(service)),
    ...readScopes.filter(({ service }) => service === null),
  ];
}

/** The services a write grant opens. */
export function writableServices(scopes: readonly string[]): GoogleService[] {
  return writeScopes.flatMap(({ scope, service }) => (scopes.includes(scope) ? [service] : []));
}

/**
 * The rights these services still need, as far as this computer knows. Contract: asks no network; a token whose scopes were
 * not noted counts as good for all, since the service itself refuses what was not granted.
 */
export async function missingWriteScopes(
  { account }: Pick<GoogleAccountConfig, "account">,
  services: readonly GoogleService[],
  secret: (name: string) => Promise<string | null>,
): Promise<WriteScope[]> {
  const wanted = writeScopes.filter(({ service }) => services.includes(service));
  if ((await secret(googleSecretName(account, "write_refresh_token"))) === null) return wanted;
  const granted = (await secret(googleSecretName(account, "write_scopes")))?.split(" ") ?? null;
  return granted === null ? [] : wanted.filter(({ scope }) => !granted.includes(scope));
}
