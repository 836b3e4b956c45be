import { StewardError } from "../../core/errors.ts";
import {
  deriveMachineKey,
  derivePassphraseKey,
  type MachineRecipe,
  newMachineRecipe,
  newPassphraseRecipe,
} from "./derive-key.ts";
import { type MachineKey, makeMachineKey, readMachineKeys, writeMachineKeys } from "./machine-keys.ts";
import type { DerivedKey, KeyRecipe } from "./sealed-text.ts";

/** Where a passphrase comes from: `given` before anybody is asked; null when there is none. */
export interface PassphraseSource {
  given(): Promise<string | null>;
  ask(): Promise<string | null>;
}

/** A key, and how to derive it again. */
export interface NewKey {
  recipe: KeyRecipe;
  key: DerivedKey;
}

/** The keys of one encrypted file, in memory while the process lives. */
export interface KeyRing {
  /** The key of a file, derived at most once for as long as the file keeps its salt. Errors: `locked`. */
  keyFor(recipe: KeyRecipe): Promise<DerivedKey>;
  /** This key opened the file: it is kept. */
  keep(found: NewKey): void;
  /** The key did not open the file: a passphrase that was just typed may be typed again. */
  drop(): void;
  /** For a file that is not there yet. */
  first(): Promise<NewKey>;
  fromPassphrase(passphrase: string): Promise<NewKey>;
  fromMachineKey(machineKey: MachineKey): Promise<NewKey>;
}

/** Makes the ring of the file whose machine keys are at `keysPath`. */
export function makeKeyRing(keysPath: string, passphrases: PassphraseSource): KeyRing {
  let kept: { recipe: string; key: DerivedKey } | null = null;
  let told: string | null = null;
  let deriving: { recipe: string; key: Promise<DerivedKey> } | null = null;
  const derive = async (recipe: KeyRecipe): Promise<DerivedKey> => {
    if (recipe.kind === "machine") return await deriveMachineKey(recipe, await machineKeyOf(recipe, keysPath));
    told ??= (await passphrases.given()) ?? (await passphrases.ask());
    if (told === null || told === "") throw noPassphrase();
    return await derivePassphraseKey(recipe, told);
  };
  const fromPassphrase = async (passphrase: string): Promise<NewKey> => {
    const recipe = newPassphraseRecipe();
    const key = await derivePassphraseKey(recipe, passphrase);
    told = passphrase;
    return { recipe, key };
  };
  const fromMachineKey = async (machineKey: MachineKey): Promise<NewKey> => {
    const recipe = newMachineRecipe(machineKey);
    return { recipe, key: await deriveMachineKey(recipe, machineKey) };
  };
  return {
    keyFor: async (recipe) => {
      const wanted = JSON.stringify(recipe);
      if (kept?.recipe === wanted) return kept.key;
      // Sources that start together need the key together: one question, one derivation.
      if (deriving?.recipe === wanted) return await deriving.key;
      const own = { recipe: wanted, key: derive(recipe) };
      deriving = own;
      try {
        return await own.key;
      } finally {
        if (deriving === own) deriving = null;
      }
    },
    keep: ({ recipe, key }) => {
      kept = { recipe: JSON.stringify(recipe), key };
    },
    drop: () => {
      told = null;
    },
    first: async () => {
      const passphrase = await passphrases.given();
      if (passphrase !== null && passphrase !== "") return await fromPassphrase(passphrase);
      const [before] = await readMachineKeys(keysPath);
      if (before !== undefined) return await fromMachineKey(before);
      const made = makeMachineKey();
      await writeMachineKeys(keysPath, [made]);
      return await fromMachineKey(made);
    },
    fromPassphrase,
    fromMachineKey,
  };
}

async function machineKeyOf(recipe: MachineRecipe, keysPath: string): Promise<MachineKey> {
  const keys = await readMachineKeys(keysPath);
  const found = keys.find(({ id }) => id === recipe.id);
  if (found !== undefined) return found;
  throw new StewardError(
    "locked",
    keys.length === 0
      ? `The key of secrets.enc is missing: there is no ${keysPath}.`
      : `${keysPath} holds another key than that of secrets.enc.`,
    {
      cure: "Put back the secrets.key that was beside it, or start over: steward secrets wipe, then steward connect google",
    },
  );
}

function noPassphrase(): StewardError {
  return new StewardError("locked", "secrets.enc is locked with a passphrase, and none was given.", {
    cure: "Run it on a terminal, set STEWARD_PASSPHRASE, or hand it over with systemd's LoadCredential=steward-passphrase:FILE.",
  });
}
