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
