import type { SecretsStatus } from "../../daemon/secrets/secret-store.ts";

/** Where the secrets of a home lie, as the end of a sentence: "is …". */
export function storeWords({ kind, key }: SecretsStatus): string {
  if (kind === null) return "not stored yet";
  if (kind === "keychain") return "in the keychain of this computer";
  return key === "passphrase"
    ? "in secrets.enc, encrypted with your passphrase"
    : "in secrets.enc, encrypted with the key file beside it (whoever can read both can use it)";
}
