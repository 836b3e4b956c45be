import { addressParser, decodeWords } from "postal-mime";
import { StewardError } from "../../src/core/errors.ts";
import { emailIdentity, hasUnseen } from "../../src/core/identity.ts";
import { isSendable, type Mailbox, toHeaderText } from "./outgoing-mail.ts";

/**
 * The mailboxes of an address header, groups opened, each address once. What is no address is left out. Contract: pure; names
 * are as others wrote them, on one line.
 */
export function readMailboxes(header: string): Mailbox[] {
  const found = new Map<string, Mailbox>();
  for (const { name, address } of flatten(header)) {
    const value = emailIdentity(address)?.value;
    if (value !== undefined && isSendable(value) && !found.has(value))
      found.set(value, { name: toName(name), address: value });
  }
  return [...found.values()];
}

/** A list would be several mailboxes: nothing outside of quotes separates. */
const named = /^(?:"([^"\\\u0000-\u001f]*)"\s*|([^"<>,;:@\\\u0000-\u001f]*))<([^<>\s]+)>$/;
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const bare = /^[^\s<>,;:"()]+$/;

/**
 * One mailbox that the owner wrote: `paul@adler.example` or `Paul Adler <paul@adler.example>`.
 * Errors: `usage` for none, for several, for line breaks or control characters, and for what nobody sees in the address.
 */
export function readMailbox(text: string): Mailbox {
  const trimmed = controls.test(text) ? "" : text.replace(/^ +| +$/g, "");
  const parts = named.exec(trimmed);
  const address = parts?.[3] ?? (bare.test(trimmed) ? trimmed : "");
  const value = hasUnseen(address) ? "" : (emailIdentity(address)?.value ?? "");
  if (isSendable(value)) return { name: toName((parts?.[1] ?? parts?.[2] ?? "").trim()), address: value };
  throw new StewardError("usage", "Each recipient is one e-mail address, such as paul@adler.example.", {
    cure: "Write Name <address>, one for each recipient.",
  });
}

/** A display name that a header carries unharmed; one that looks like an address says nothing but lies. */
export function toName(name: string): string {
  const plain = toHeaderText(name.replace(/["\\<>]/g, " "), 100);
  return plain.includes("@") || plain.includes("=?") ? "" : plain;
}

function flatten(header: string): { name: string; address: string }[] {
  return addressParser(header).flatMap((entry) => {
    const own = entry.address === undefined ? [] : [{ name: decodeWords(entry.name), address: entry.address }];
    const members = (entry.group ?? []).map((one) => ({ name: decodeWords(one.name), address: one.address }));
    return [...own, ...members];
  });
}
