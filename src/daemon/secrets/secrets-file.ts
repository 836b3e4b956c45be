import { readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { withFileLock } from "../../store/file-lock.ts";
import { writePrivateFile } from "../home.ts";
import { type KeyRing, makeKeyRing, type NewKey, type PassphraseSource } from "./key-ring.ts";
import { makeMachineKey, readMachineKeys, writeMachineKeys } from "./machine-keys.ts";
import { type Contents, readSealed, type Sealed, seal } from "./sealed-text.ts";
import type { KeyKind, SecretStore } from "./secret-store.ts";

export interface SecretsFile extends SecretStore {
  kind: "file";
  exists(): Promise<boolean>;
  /** What its key is made of; null where there is no file. Asks for no passphrase. Errors: `locked` for a damaged one. */
  key(): Promise<KeyKind | null>;
  /** Encrypts everything anew: under a fresh machine key, or under this passphrase. */
  rotate(passphrase: string | null): Promise<void>;
  /** Removes file and key, whatever state they are in. */
  wipe(): Promise<void>;
}

interface Opened extends NewKey {
  contents: Contents;
}

/** The files of the encrypted store, all in the steward home. */
export function secretsPaths(home: string): { sealed: string; keys: string; lock: string } {
  return { sealed: join(home, "secrets.enc"), keys: join(home, "secrets.key"), lock: join(home, "secrets.lock") };
}

/**
 * The encrypted file `secrets.enc`, mode 0600, whose key comes from a passphrase or from the machine key file `secrets.key`
 * beside it. A new file gets the passphrase where one is given, else a machine key.
 *
 * Contract: every reading sees what other processes wrote; writing is one rename under a lock, so a kill leaves the old file
 * or the new one and no process loses what another wrote; what cannot be opened is never overwritten. The key is derived once
 * for as long as the file keeps its salt.
 */
export function openSecretsFile(home: string, passphrases: PassphraseSource): SecretsFile {
  const paths = secretsPaths(home);
  const ring = makeKeyRing(paths.keys, passphrases);
  const read = (): Promise<Opened | null> => readOpened(paths.sealed, ring);
  const change = (edit: (contents: Contents) => Contents): Promise<void> =>
    withFileLock(paths.lock, async () => {
      const before = await read();
      const { recipe, key } = before ?? (await ring.first());
      await writePrivateFile(paths.sealed, seal(edit(before?.contents ?? {}), recipe, key));
      ring.keep({ recipe, key });
    });
  return {
    kind: "file",
    exists: async () => (await readSealedText(paths.sealed)) !== null,
    key: async () => (await readSealedFile(paths.sealed))?.recipe.kind ?? null,
    get: async (name) => (await read())?.contents[name] ?? null,
    list: async () => Object.keys((await read())?.contents ?? {}).sort(),
    set: (name, value) => change((contents) => ({ ...contents, [name]: value })),
    delete: async (name) => {
      if ((await read())?.contents[name] === undefined) return false;
      await change(({ [name]: _gone, ...kept }) => kept);
      return true;
    },
    rotate: (passphrase) =>
      withFileLock(paths.lock, async () => {
        const opened = await read();
        if (opened === null) throw nothingStored();
        ring.keep(await reseal(paths, opened.contents, passphrase, ring));
        await removeLeftovers(home);
      }),
    wipe: () =>
      withFileLock(paths.lock, async () => {
        await removeFile(paths.sealed);
        await removeFile(paths.keys);
        await removeLeftovers(home);
      }),
  };
}

/**
 * The order that survives a kill anywhere: the new key joins the old one, the file moves over to it, the old key goes. At
 * every moment `secrets.key` holds the key of the `secrets.enc` that is there.
 */
async function reseal(
  paths: ReturnType<typeof secretsPaths>,
  contents: Contents,
  passphrase: string | null,
  ring: KeyRing,
): Promise<NewKey> {
  if (passphrase !== null) {
    const made = await ring.fromPassphrase(passphrase);
    await writePrivateFile(paths.sealed, seal(contents, made.recipe, made.key));
    await removeFile(paths.keys);
    return made;
  }
  const fresh = makeMachineKey();
  const made = await ring.fromMachineKey(fresh);
  await writeMachineKeys(paths.keys, [fresh, ...(await readMachineKeys(paths.keys))]);
  await writePrivateFile(paths.sealed, seal(contents, made.recipe, made.key));
  await writeMachineKeys(paths.keys, [fresh]);
  return made;
}

async function readOpened(path: string, ring: KeyRing): Promise<Opened | null> {
  for (let text = await readSealedText(path); text !== null; ) {
    try {
      return await openSealed(text, path, ring);
    } catch (error) {
      // Another process may have moved the file over to a new key between the two readings.
      const now = await readSealedText(path);
      if (now === text) throw error;
      text = now;
    }
  }
  return null;
}

async function openSealed(text: string, path: string, ring: KeyRing): Promise<Opened> {
  const sealed = readSealed(text, path);
  const key = await ring.keyFor(sealed.recipe);
  try {
    const contents = sealed.open(key);
    ring.keep({ recipe: sealed.recipe, key });
    return { recipe: sealed.recipe, contents, key };
  } catch (error) {
    ring.drop();
    throw error;
  }
}

async function readSealedFile(path: string): Promise<Sealed | null> {
  const text = await readSealedText(path);
  return text === null ? null : readSealed(text, path);
}

async function readSealedText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return null;
    throw named;
  }
}

/** What a killed writer left; nobody writes while the lock is held. */
async function removeLeftovers(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (/^\.secrets\.(?:enc|key)\..*\.tmp$/.test(name)) await removeFile(join(home, name));
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    const named = toStewardError(error, `removing ${path}`);
    if (named.code !== "not_found") throw named;
  }
}

function nothingStored(): StewardError {
  return new StewardError("not_found", "No secret is stored yet, so there is nothing to encrypt anew.");
}
