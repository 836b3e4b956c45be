import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { StewardError } from "../../core/errors.ts";

/**
 * The form of `secrets.enc`: one line of JSON that says how it is locked, one line of base64 (AES-256-GCM ciphertext and
 * tag). The first line is authenticated with the rest, so neither can be changed or swapped alone.
 */

/** How a key is derived. The costs are literals: a file from elsewhere must not choose how long this machine computes. */
const keySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("passphrase"),
    kdf: z.literal("scrypt"),
    n: z.literal(131_072),
    r: z.literal(8),
    p: z.literal(1),
    salt: z.base64().length(24),
  }),
  z.strictObject({
    kind: z.literal("machine"),
    kdf: z.literal("hkdf-sha256"),
    /** Which key of `secrets.key`. */
    id: z.string().regex(/^[0-9a-f]{16}$/),
    salt: z.base64().length(24),
  }),
]);
export type KeyRecipe = z.output<typeof keySchema>;

const headerSchema = z.strictObject({
  steward: z.literal("secrets"),
  version: z.literal(1),
  cipher: z.literal("aes-256-gcm"),
  key: keySchema,
  /** Tells a wrong key from a damaged file; half of what is derived, and useless for opening. */
  check: z.string().regex(/^[0-9a-f]{32}$/),
  nonce: z.base64().length(16),
});
type Header = z.output<typeof headerSchema>;

const versionSchema = z.object({ steward: z.literal("secrets"), version: z.number().int().min(2) });
const contentsSchema = z.record(z.string(), z.string());
export type Contents = z.output<typeof contentsSchema>;

/** What a recipe gives: 32 bytes that encrypt, 16 that recognise the key. */
export interface DerivedKey {
  secret: Uint8Array;
  check: Uint8Array;
}
export const derivedBytes = 48;

export function splitDerived(bytes: Uint8Array): DerivedKey {
  return { secret: bytes.subarray(0, 32), check: bytes.subarray(32, derivedBytes) };
}

const tagBytes = 16;

export function newSalt(): string {
  return randomBytes(16).toString("base64");
}

/** Encrypts. Contract: a fresh nonce each time, so one key may seal often. */
export function seal(contents: Contents, recipe: KeyRecipe, key: DerivedKey): string {
  const nonce = randomBytes(12);
  const header: Header = {
    steward: "secrets",
    version: 1,
    cipher: "aes-256-gcm",
    key: recipe,
    check: Buffer.from(key.check).toString("hex"),
    nonce: nonce.toString("base64"),
  };
  const line = JSON.stringify(header);
  const cipher = createCipheriv("aes-256-gcm", key.secret, nonce);
  cipher.setAAD(Buffer.from(line, "utf8"));
  const body = Buffer.concat([cipher.update(JSON.stringify(contents), "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${line}\n${body.toString("base64")}\n`;
}

/** A sealed text taken apart, not yet opened. */
export interface Sealed {
  recipe: KeyRecipe;
  /** Errors: `locked` for a wrong key and for a damaged text. */
  open(key: DerivedKey): Contents;
}

/** Reads the form of a sealed text. Contract: pure, opens nothing. Errors: `locked` for what is damaged, foreign or newer. */
export function readSealed(text: string, path: string): Sealed {
  const lines = /^([^\n]+)\n([A-Za-z0-9+/=]+)\n$/.exec(text);
  const [, line = "", base64 = ""] = lines ?? [];
  const json = parseJson(line);
  const header = headerSchema.safeParse(json);
  if (lines === null || !header.success) {
    throw versionSchema.safeParse(json).success ? newer(path) : damaged(path);
  }
  const body = Buffer.from(base64, "base64");
  if (body.toString("base64") !== base64 || body.length < tagBytes) throw damaged(path);
  const { key: recipe, check, nonce } = header.data;
  return {
    recipe,
    open: (key) => {
      if (!timingSafeEqual(Buffer.from(check, "hex"), key.check)) throw wrongKey(path, recipe);
      const decipher = createDecipheriv("aes-256-gcm", key.secret, Buffer.from(nonce, "base64"));
      decipher.setAAD(Buffer.from(line, "utf8"));
      decipher.setAuthTag(body.subarray(body.length - tagBytes));
      return decipherContents(
        () =>
          Buffer.concat([decipher.update(body.subarray(0, body.length - tagBytes)), decipher.final()]).toString("utf8"),
        path,
      );
    },
  };
}

function decipherContents(decipher: () => string, path: string): Contents {
  let text: string;
  try {
    text = decipher();
  } catch {
    // The library's own error adds nothing: the tag does not fit.
    throw damaged(path);
  }
  const contents = contentsSchema.safeParse(parseJson(text));
  if (!contents.success) throw damaged(path);
  return contents.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function damaged(path: string): StewardError {
  return new StewardError("locked", `${path} is damaged, or not a file of steward's.`, {
    cure: "It was left as it is. Put an undamaged copy in its place, or give it up: steward secrets wipe, then steward connect google",
  });
}

function newer(path: string): StewardError {
  return new StewardError("locked", `${path} was written by a newer steward.`, { cure: "Update this one." });
}

function wrongKey(path: string, recipe: KeyRecipe): StewardError {
  return recipe.kind === "passphrase"
    ? new StewardError("locked", `The passphrase does not open ${path}.`, {
        cure: "Try again. Without it nobody can open the file; to start over: steward secrets wipe, then steward connect google",
      })
    : new StewardError("locked", `The key in secrets.key does not open ${path}.`, {
        cure: "Put back the secrets.key that was beside it, or start over: steward secrets wipe, then steward connect google",
      });
}
