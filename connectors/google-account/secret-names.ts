/**
 * The secrets of one Google account. `client_secret` is of the owner's own OAuth client; `write_refresh_token` comes from a
 * consent of its own and is the door's alone, with `write_scopes`, what was ticked then (scope URLs, a space between).
 */
export const googleSecrets = ["write_refresh_token", "write_scopes", "refresh_token", "client_secret"] as const;
export type GoogleSecret = (typeof googleSecrets)[number];

/** How a secret of an account is called, in the store and in `deps.secret`. */
export function googleSecretName(account: string, secret: GoogleSecret): string {
  return `google.${account.toLowerCase()}.${secret}`;
}

/** The accounts that have a refresh token among these names of secrets, to read or to write with, sorted. */
export function accountsOf(names: readonly string[], kind: "read" | "write" = "read"): string[] {
  const pattern = kind === "read" ? /^google\.(.+)\.refresh_token$/ : /^google\.(.+)\.write_refresh_token$/;
  return names.flatMap((name) => pattern.exec(name)?.[1] ?? []).sort();
}

/** Whether a secret opens something that can be changed: the inside never asks for one. */
export function isWriteSecret(name: string): boolean {
  return /\.write_[a-z_]+$/.test(name);
}
