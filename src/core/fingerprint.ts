import { createHash } from "node:crypto";

const fingerprintTextLimit = 4000;

/**
 * What an item says, as 128 bits of SHA-256 in base64url: equal when the same message is read from two shapes of source
 * (line ends, folding and white space do not count). `sender` is a normalised identity value, `sentAt` counts to the minute.
 */
export function fingerprint(sender: string, sentAt: string | null, subject: string, text: string): string {
  const minute = sentAt === null ? "" : sentAt.slice(0, 16);
  const squeezed = text
    .slice(0, fingerprintTextLimit * 2)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, fingerprintTextLimit);
  return createHash("sha256")
    .update(JSON.stringify([sender, minute, subject.replace(/\s+/g, " ").trim(), squeezed]))
    .digest("base64url")
    .slice(0, 22);
}
