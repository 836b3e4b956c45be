import { randomBytes } from "node:crypto";
import { readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { withFileLock } from "../../store/file-lock.ts";
import { writePrivateFile } from "../home.ts";
import type { Keychain } from "./keychain.ts";
import type { SecretStore } from "./secret-store.ts";

/**
 * `secrets.json` in the home: which entries of the keychain are this home's. Names only. `home` sets two homes of one person
 * apart, and stays when a home is moved.
 */
const indexSchema = z.strictObject({
  version: z.literal(1),
  home: z.string().regex(/^[0-9a-f]{16}$/),
  names: z.array(z.string()),
});
type Index = z.output<typeof indexSchema>;

export interface KeychainStore extends SecretStore {
  kind: "keychain";
  /** Whether this home has its secrets in the keychain. Errors: `locked` for a damaged index. */
  exists(): Promise<boolean>;
  wipe(): Promise<void>;
}

export function keychainIndexPath(home: string): string {
  return join(home, "secrets.json");
}

/**
 * Secrets as entries of the operating system's keychain, one a name, with an index of their names in the home.
 *
 * Contract: a name is in the index before its entry is made and until after it is removed, so that `wipe` misses none
 * whenever the process is killed. Errors: `locked` when the keychain cannot be reached.
 */
export function openKeychainStore(home: string, load: () => Promise<Keychain>): KeychainStore {
  const path = keychainIndexPath(home);
  const lock = join(home, "secrets.lock");
  const reach = async <T>(work: (keychain: Keychain) => Promise<T>): Promise<T> => {
    try {
      return await work(await load());
    } catch (error) {
      throw new StewardError("locked", "The keychain of this computer, where the secrets are, cannot be reached.", {
        cure: "Unlock it, and run steward in the session you log in to (not over SSH). To use an encrypted file instead: STEWARD_SECRETS=file steward connect google",
        cause: error,
      });
    }
  };
  const write = (index: Index): Promise<void> =>
    writePrivateFile(path, `${JSON.stringify({ ...index, names: [...new Set(index.names)].sort() }, null, 2)}\n`);
  const entryOf = (index: Index, name: string): string => `${index.home}/${name}`;

  return {
    kind: "keychain",
    exists: async () => (await readIndex(path)) !== null,
    list: async () => (await readIndex(path))?.names ?? [],
    get: async (name) => {
      const index = await readIndex(path);
      if (index === null || !index.names.includes(name)) return null;
      return await reach((keychain) => keychain.get(entryOf(index, name)));
    },
    set: (name, value) =>
      withFileLock(lock, async () => {
        const before = (await readIndex(path)) ?? { version: 1, home: randomBytes(8).toString("hex"), names: [] };
        const index = { ...before, names: [...before.names, name] };
        if (!before.names.includes(name)) await write(index);
        await reach((keychain) => keychain.set(entryOf(index, name), value));
      }),
    delete: (name) =>
      withFileLock(lock, async () => {
        const index = await readIndex(path);
        if (index === null || !index.names.includes(name)) return false;
        const was = await reach((keychain) => keychain.delete(entryOf(index, name)));
        await write({ ...index, names: index.names.filter((one) => one !== name) });
        return was;
      }),
    wipe: () =>
      withFileLock(lock, async () => {
        const index = await readIndex(path);
        if (index === null) return;
        for (const name of index.names) await reach((keychain) => keychain.delete(entryOf(index, name)));
        await unlink(path);
      }),
  };
}

async function readIndex(path: string): Promise<Index | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return null;
    throw named;
  }
  const index = indexSchema.safeParse(parseJson(text));
  if (index.success) return index.data;
  throw new StewardError("locked", `${path} is damaged, or not a file of steward's.`, {
    cure: "It was left as it is. Put an undamaged copy in its place, or move it away and run: steward connect google",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
