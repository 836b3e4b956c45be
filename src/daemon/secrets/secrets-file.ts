import { readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { withFileLock } from "../../store/file-lock.ts";
import { writePrivateFile } from "../home.ts";
import {
  deriveMachineKey,
  derivePassphraseKey,
  type MachineRecipe,
  newMachineRecipe,
  newPassphraseRecipe,
} from "./derive-key.ts";
import { type MachineKey, makeMachineKey, readMachineKeys, writeMachineKeys } from "./machine-keys.ts";
import { type Contents, type DerivedKey, type KeyRecipe, readSealed, type Sealed, seal } from "./sealed-text.ts";
import type { KeyKind, SecretStore } from "./secret-store.ts";

/** Where a passphrase comes from: `given` before anybody is asked; null when there is none. */
export interface PassphraseSource {
  given(): Promise<string | null>;
  ask(): Promise<string | null>;
}

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
  let derived: { recipe: string; key: DerivedKey } | null = null;
  let told: string | null = null;

  const remember = (recipe: KeyRecipe, key: DerivedKey): DerivedKey => {
    derived = { recipe: JSON.stringify(recipe), key };
    return key;
  };
  const keyFor = async (recipe: KeyRecipe): Promise<DerivedKey> => {
    if (derived?.recipe === JSON.stringify(recipe)) return derived.key;
    if (recipe.kind === "machine") return deriveMachineKey(recipe, await machineKeyOf(recipe, paths));
    told ??= (await passphrases.given()) ?? (await passphrases.ask());
    if (told === null || told === "") throw noPassphrase(paths.sealed);
    return derivePassphraseKey(recipe, told);
  };
  const read = async (): Promise<{ recipe: KeyRecipe; contents: Contents; key: DerivedKey } | null> => {
    const sealed = await readSealedFile(paths.sealed);
    if (sealed === null) return null;
    const key = await keyFor(sealed.recipe);
    try {
      const contents = sealed.open(key);
      return { recipe: sealed.recipe, contents, key: remember(sealed.recipe, key) };
    } catch (error) {
      // A mistyped passphrase may be typed again.
      if (derived === null) told = null;
      throw error;
    }
  };
  const newKey = async (passphrase: string | null): Promise<{ recipe: KeyRecipe; key: DerivedKey }> => {
    if (passphrase !== null && passphrase !== "") {
      const recipe = newPassphraseRecipe();
      return { recipe, key: remember(recipe, await derivePassphraseKey(recipe, passphrase)) };
    }
    const before = await readMachineKeys(paths.keys);
    const machineKey = before[0] ?? makeMachineKey();
    if (before.length === 0) await writeMachineKeys(paths.keys, [machineKey]);
    const recipe = newMachineRecipe(machineKey);
    return { recipe, key: remember(recipe, await deriveMachineKey(recipe, machineKey)) };
  };
  const change = (edit: (contents: Contents) => Contents): Promise<void> =>
    withFileLock(paths.lock, async () => {
      const before = await read();
      const { recipe, key } = before ?? (await newKey(await passphrases.given()));
      await writePrivateFile(paths.sealed, seal(edit(before?.contents ?? {}), recipe, key));
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
        const before = await read();
        if (before === null) throw nothingStored();
        await reseal(paths, before.contents, passphrase, remember);
        told = passphrase;
        await removeLeftovers(home);
      }),
    wipe: () =>
      withFileLock(paths.lock, async () => {
        derived = null;
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
  remember: (recipe: KeyRecipe, key: DerivedKey) => DerivedKey,
): Promise<void> {
  if (passphrase !== null) {
    const recipe = newPassphraseRecipe();
    const key = await derivePassphraseKey(recipe, passphrase);
    await writePrivateFile(paths.sealed, seal(contents, recipe, remember(recipe, key)));
    await removeFile(paths.keys);
    return;
  }
  const fresh = makeMachineKey();
  await writeMachineKeys(paths.keys, [fresh, ...(await readMachineKeys(paths.keys))]);
  const recipe = newMachineRecipe(fresh);
  await writePrivateFile(paths.sealed, seal(contents, recipe, remember(recipe, await deriveMachineKey(recipe, fresh))));
  await writeMachineKeys(paths.keys, [fresh]);
}

async function machineKeyOf(recipe: MachineRecipe, paths: ReturnType<typeof secretsPaths>): Promise<MachineKey> {
  const keys = await readMachineKeys(paths.keys);
  const found = keys.find(({ id }) => id === recipe.id);
  if (found !== undefined) return found;
  throw new StewardError(
    "locked",
    keys.length === 0
      ? `The key of ${paths.sealed} is missing: there is no ${paths.keys}.`
      : `${paths.keys} holds another key than that of ${paths.sealed}.`,
    {
      cure: "Put back the secrets.key that was beside it, or start over: steward secrets wipe, then steward connect google",
    },
  );
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

function noPassphrase(path: string): StewardError {
  return new StewardError("locked", `${path} is locked with a passphrase, and none was given.`, {
    cure: "Run it on a terminal, set STEWARD_PASSPHRASE, or hand it over with systemd's LoadCredential=steward-passphrase:FILE.",
  });
}

function nothingStored(): StewardError {
  return new StewardError("not_found", "No secret is stored yet, so there is nothing to encrypt anew.");
}
