import type { GoogleService } from "./account.ts";

const scopeRoot = "https://www.googleapis.com/auth/";

/** One right that is asked for, and what steward does with it, in the owner's words. */
export interface AskedScope {
  scope: string;
  /** The service it opens; null for the two that only say who signed in. */
  service: GoogleService | null;
  /** As Google's own consent page calls it, shortened. */
  label: string;
  use: string;
}

/**
 * What `steward connect google` asks for: reading only. Rights to send or to write are asked for separately, when the owner
 * turns sending on. Contract: none of these can change anything.
 *
 * Source: https://developers.google.com/identity/protocols/oauth2/scopes
 */
export const readScopes: readonly AskedScope[] = [
  {
    scope: `${scopeRoot}gmail.readonly`,
    service: "gmail",
    label: "View your email messages",
    use: "what you missed, who wrote to whom, what you promised",
  },
  {
    scope: `${scopeRoot}calendar.readonly`,
    service: "calendar",
    label: "See your calendars",
    use: "what is coming, what moved, what clashes",
  },
  {
    scope: `${scopeRoot}drive.readonly`,
    service: "drive",
    label: "See your Google Drive files",
    use: "a copy of the one folder you name; Google offers no narrower right to read",
  },
  {
    scope: `${scopeRoot}spreadsheets.readonly`,
    service: "sheets",
    label: "See your Google Sheets",
    use: "the one sheet with your contacts, if you have one",
  },
  { scope: "openid", service: null, label: "Associate you with your info", use: "to know which account this is" },
  {
    scope: `${scopeRoot}userinfo.email`,
    service: null,
    label: "See your email address",
    use: "to know which account this is",
  },
];

/** Google answers `email` with its long name, and sometimes adds the profile; all are one right: to know who signed in. */
const aliases = new Map([
  ["email", `${scopeRoot}userinfo.email`],
  ["profile", `${scopeRoot}userinfo.profile`],
]);
const harmless = new Set([...readScopes.map(({ scope }) => scope), `${scopeRoot}userinfo.profile`]);

/** The scopes of a token answer, as full names, each once. */
export function splitScopes(text: string): string[] {
  const names = text.split(" ").filter((name) => name !== "");
  return [...new Set(names.map((name) => aliases.get(name) ?? name))];
}

/**
 * The rights in a grant that were never asked for, neither to read nor now. A token that can write has no place on the reading
 * side, which asks for reading only.
 */
export function unaskedScopes(scopes: readonly string[], asked: readonly AskedScope[] = readScopes): string[] {
  return scopes.filter((scope) => !harmless.has(scope) && !asked.some((one) => one.scope === scope));
}

/** The services a grant opens. */
export function grantedServices(scopes: readonly string[]): GoogleService[] {
  return readScopes.flatMap(({ scope, service }) => (service !== null && scopes.includes(scope) ? [service] : []));
}

/** What was asked for and not granted. */
export function missingScopes(scopes: readonly string[]): AskedScope[] {
  return readScopes.filter(({ scope, service }) => service !== null && !scopes.includes(scope));
}
