/**
 * Where secrets lie: the keychain of the operating system, or an encrypted file in the steward home. Names are dotted, such
 * as `google.clara@weiss.example.refresh_token`; values never leave through anything but `get`.
 *
 * Errors: `locked` when the keychain or file cannot be opened, with what to do.
 */
export interface SecretStore {
  kind: "keychain" | "file";
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<boolean>;
  /** Names only, sorted. */
  list(): Promise<string[]>;
}

/** What the encrypted file's key is made of. */
export const keyKinds = ["machine", "passphrase"] as const;
export type KeyKind = (typeof keyKinds)[number];

/** What is known about the store without opening it. */
export interface SecretsStatus {
  /** Null while nothing was ever stored. */
  kind: SecretStore["kind"] | null;
  /** Of the file. */
  key: KeyKind | null;
  /** Why it cannot be used, and the cure; null when all is well. */
  trouble: { message: string; cure: string } | null;
}

const longestName = 200;

/** Whether a text may be the name of a secret: it becomes an entry of a keychain and a line on a screen. */
export function isSecretName(name: string): boolean {
  return name.length <= longestName && /^[a-z][\p{L}\p{N}.@+_'!#$%&*/=?^`{|}~-]*$/u.test(name);
}
