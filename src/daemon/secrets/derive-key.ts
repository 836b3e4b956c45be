import { hkdf, scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { MachineKey } from "./machine-keys.ts";
import { type DerivedKey, derivedBytes, type KeyRecipe, newSalt, splitDerived } from "./sealed-text.ts";

export type PassphraseRecipe = Extract<KeyRecipe, { kind: "passphrase" }>;
export type MachineRecipe = Extract<KeyRecipe, { kind: "machine" }>;

export function newPassphraseRecipe(): PassphraseRecipe {
  return { kind: "passphrase", kdf: "scrypt", n: 131_072, r: 8, p: 1, salt: newSalt() };
}

export function newMachineRecipe(key: MachineKey): MachineRecipe {
  return { kind: "machine", kdf: "hkdf-sha256", id: key.id, salt: newSalt() };
}

const deriveScrypt = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);
const deriveHkdf = promisify(hkdf);

/** From a passphrase: about 0.7 s and 128 MB, on purpose. The same letters in another Unicode form are the same passphrase. */
export async function derivePassphraseKey(recipe: PassphraseRecipe, passphrase: string): Promise<DerivedKey> {
  const salt = Buffer.from(recipe.salt, "base64");
  const cost = { N: recipe.n, r: recipe.r, p: recipe.p, maxmem: 256 * 1024 * 1024 };
  return splitDerived(await deriveScrypt(passphrase.normalize("NFC"), salt, derivedBytes, cost));
}

/** From a machine key, whose 256 random bits need no slow derivation. */
export async function deriveMachineKey(recipe: MachineRecipe, key: MachineKey): Promise<DerivedKey> {
  const salt = Buffer.from(recipe.salt, "base64");
  const bytes = await deriveHkdf("sha256", key.bytes, salt, "steward secrets v1", derivedBytes);
  return splitDerived(new Uint8Array(bytes));
}
