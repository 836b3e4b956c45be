import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { isKeychainUsable, type Keychain } from "./keychain.ts";
import { type KeychainStore, openKeychainStore } from "./keychain-store.ts";
import { isSecretName, type SecretStore, type SecretsStatus } from "./secret-store.ts";
import { openSecretsFile, type SecretsFile } from "./secrets-file.ts";

export interface SecretsOptions {
  /** Null where the keychain is not wanted: the demo, a server that says so. */
  loadKeychain: (() => Promise<Keychain>) | null;
  /** From the environment, read in `main.ts`. */
  passphrase: string | null;
  /** Where systemd puts what `LoadCredential=steward-passphrase:FILE` names. */
  credentialsDirectory: string | null;
  /** Asks a person; null where nobody can be asked. */
  askPassphrase: (() => Promise<string>) | null;
}

/** The secrets of one steward home, wherever they lie. */
export interface Secrets extends Omit<SecretStore, "kind"> {
  /** Which store is used and whether it can be; asks for no passphrase, opens no keychain. Never throws for a damaged one. */
  status(): Promise<SecretsStatus>;
  /** Encrypts the file anew; null takes a fresh machine key. Errors: `usage` for a keychain, `not_found`, `locked`. */
  rotate(passphrase: string | null): Promise<void>;
  /** Removes every secret and the keys, also those that can no longer be read. */
  wipe(): Promise<void>;
}

const credentialName = "steward-passphrase";

/**
 * Opens the secrets of a home. Once something was stored, its place is kept: the file where there is `secrets.enc`, the
 * keychain where there is `secrets.json`. The first secret goes to the keychain if it proves that it keeps what it is given,
 * else to the encrypted file.
 *
 * Contract: opening does nothing; the keychain is loaded and a key derived when a secret is first needed. Errors: `locked`
 * with what to do, never a silent start from nothing.
 */
export function openSecrets(home: string, options: SecretsOptions): Secrets {
  const file = openSecretsFile(home, {
    given: async () => options.passphrase ?? (await readCredential(options.credentialsDirectory)),
    ask: async () => (await options.askPassphrase?.()) ?? null,
  });
  const load = options.loadKeychain ?? noKeychain;
  const keychain = openKeychainStore(home, load);
  const existing = async (): Promise<SecretsFile | KeychainStore | null> => {
    if (await file.exists()) return file;
    // Where the keychain is not wanted, entries of an earlier time are not this process's.
    return options.loadKeychain !== null && (await keychain.exists()) ? keychain : null;
  };
  const forWriting = async (): Promise<SecretsFile | KeychainStore> =>
    (await existing()) ?? (options.loadKeychain !== null && (await isKeychainUsable(load)) ? keychain : file);

  return {
    get: async (name) => (await (await existing())?.get(checked(name))) ?? null,
    list: async () => (await (await existing())?.list()) ?? [],
    set: async (name, value) => (await forWriting()).set(checked(name), value),
    delete: async (name) => (await (await existing())?.delete(checked(name))) ?? false,
    status: () => readStatus(file, existing),
    rotate: async (passphrase) => {
      if ((await existing())?.kind === "keychain") {
        throw new StewardError("usage", "The keychain of this computer holds the secrets and encrypts them itself.", {
          cure: "To replace what Google gave: steward connect google",
        });
      }
      await file.rotate(passphrase);
    },
    wipe: async () => {
      if (options.loadKeychain !== null) await keychain.wipe();
      await file.wipe();
    },
  };
}

async function readStatus(
  file: SecretsFile,
  existing: () => Promise<SecretsFile | KeychainStore | null>,
): Promise<SecretsStatus> {
  try {
    const store = await existing();
    const key = store?.kind === "file" ? await file.key() : null;
    // Deriving from a machine key costs nothing, so it is known whether it fits.
    if (key === "machine") await file.list();
    return { kind: store?.kind ?? null, key, trouble: null };
  } catch (error) {
    const named = toStewardError(error, "looking at the secrets");
    return { kind: null, key: null, trouble: { message: named.message, cure: named.cure ?? "" } };
  }
}

async function readCredential(directory: string | null): Promise<string | null> {
  if (directory === null) return null;
  const path = join(directory, credentialName);
  try {
    return (await readFile(path, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return null;
    throw named;
  }
}

async function noKeychain(): Promise<Keychain> {
  throw new StewardError("locked", "The keychain is not used here.");
}

function checked(name: string): string {
  if (isSecretName(name)) return name;
  throw new StewardError("internal", "A secret was asked for by a name that none can have.");
}
