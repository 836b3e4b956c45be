import { randomBytes } from "node:crypto";
import { StewardError } from "../../core/errors.ts";

/** The few words this project speaks with a keychain; `account` names an entry of the service "steward". */
export interface Keychain {
  get(account: string): Promise<string | null>;
  set(account: string, value: string): Promise<void>;
  delete(account: string): Promise<boolean>;
}

const service = "steward";
/** A keychain that asks its owner to unlock it may wait for ever on a machine where nobody sits. */
const patienceMs = 60_000;

/**
 * The keychain of the operating system: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. On
 * Linux the library would fall back to the kernel's keyring, which forgets at the next start; that is not wanted here.
 *
 * Contract: throws where there is none, or nobody unlocks it.
 * Source: https://github.com/Brooooooklyn/keyring-node
 */
export async function loadKeychain(): Promise<Keychain> {
  const { AsyncEntry } = await import("@napi-rs/keyring");
  const entry = (account: string): InstanceType<typeof AsyncEntry> =>
    new AsyncEntry(service, account, { linux: { store: "secret-service" } });
  return {
    get: (account) => patiently(entry(account).getPassword()),
    set: (account, value) => patiently(entry(account).setPassword(value)),
    delete: (account) => patiently(entry(account).deleteCredential()),
  };
}

/** Whether a keychain keeps what it is given: sets, reads back and removes a canary. Contract: never throws. */
export async function isKeychainUsable(load: () => Promise<Keychain>): Promise<boolean> {
  const account = `canary-${randomBytes(6).toString("hex")}`;
  const value = randomBytes(12).toString("hex");
  try {
    const keychain = await load();
    await keychain.set(account, value);
    const kept = await keychain.get(account);
    return (await keychain.delete(account)) && kept === value && (await keychain.get(account)) === null;
  } catch {
    // Whatever it says, the encrypted file takes over.
    return false;
  }
}

async function patiently<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StewardError("locked", "The keychain of this computer does not answer.")),
    patienceMs,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
