import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { writePrivateFile } from "../home.ts";

/** One key of `secrets.key`. */
export interface MachineKey {
  /** 16 hex digits. */
  id: string;
  /** 32 random bytes. */
  bytes: Uint8Array;
}

const linePattern = /^([0-9a-f]{16}) ([A-Za-z0-9+/]{43}=)$/;

/**
 * The keys in a machine key file, newest first: one line each, its id and its bytes in base64. Usually one; two while a
 * rotation is under way. Empty where there is no file. Errors: `locked` for a damaged one.
 */
export async function readMachineKeys(path: string): Promise<MachineKey[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return [];
    throw named;
  }
  const lines = text.split("\n");
  const keys = lines.slice(0, -1).map((line) => linePattern.exec(line));
  // A last line without its end was cut short.
  if (lines.at(-1) !== "" || keys.length === 0 || keys.includes(null)) {
    throw new StewardError("locked", `${path} is damaged, or not a file of steward's.`, {
      cure: "It was left as it is. Put back an undamaged copy, or start over: steward secrets wipe, then steward connect google",
    });
  }
  return keys.map((found) => ({ id: found?.[1] ?? "", bytes: Buffer.from(found?.[2] ?? "", "base64") }));
}

export function makeMachineKey(): MachineKey {
  return { id: randomBytes(8).toString("hex"), bytes: randomBytes(32) };
}

/** Writes the key file whole, mode 0600. */
export async function writeMachineKeys(path: string, keys: readonly MachineKey[]): Promise<void> {
  const lines = keys.map(({ id, bytes }) => `${id} ${Buffer.from(bytes).toString("base64")}\n`);
  await writePrivateFile(path, lines.join(""));
}
