/** The secrets of one Google account; `client_secret` is of the owner's own OAuth client. */
export type GoogleSecret = "refresh_token" | "client_secret";

/** How a secret of an account is called, in the store and in `deps.secret`. */
export function googleSecretName(account: string, secret: GoogleSecret): string {
  return `google.${account.toLowerCase()}.${secret}`;
}

/** The accounts that have a refresh token among these names of secrets, sorted. */
export function accountsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => /^google\.(.+)\.refresh_token$/.exec(name)?.[1] ?? []).sort();
}
