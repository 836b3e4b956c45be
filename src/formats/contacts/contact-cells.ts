import { chatNameIdentity, emailIdentity, handleIdentity, phoneIdentity } from "../../core/identity.ts";
import { channels, type Identity } from "../../core/item.ts";
import { cleanText } from "../documents/decode-bytes.ts";

/** What one written value of contacts.csv names, or why it names nobody. */
export type ReadCell = { identity: Identity } | { reason: string };

/**
 * A cell as the owner wrote it. A spreadsheet-safe quote before `=`, `+`, `-` or `@` (`'=...`) is taken off again, so that
 * what `people suggest` wrote and what a spreadsheet saved mean the same.
 */
export function plainCell(text: string): string {
  const trimmed = cleanText(text).trim();
  return /^'[=+\-@]/.test(trimmed) ? trimmed.slice(1) : trimmed;
}

export function readEmailCell(value: string): ReadCell {
  const identity = emailIdentity(value);
  return identity === null ? { reason: `"${value}" is not an e-mail address` } : { identity };
}

export function readPhoneCell(value: string, region: string): ReadCell {
  const identity = phoneIdentity(value, region);
  return identity === null ? { reason: `"${value}" is not a phone number (read as in ${region})` } : { identity };
}

const services = new Set<string>(channels);

/**
 * `telegram:@name` or `telegram:user123` is a handle. `whatsapp:Name in the chat` is a chat name that the owner joins
 * explicitly, so it is exact. `whatsapp:+49 171 …` and `imessage:tom@…` are the number or address that the chat goes to.
 */
export function readHandleCell(value: string, region: string): ReadCell {
  const match = /^([a-z][a-z0-9_-]{1,30}):\s*(\S.*)$/i.exec(value);
  const service = match?.[1]?.toLowerCase() ?? "";
  const named = match?.[2]?.trim() ?? "";
  if (named === "") return { reason: `"${value}" does not say its service, as telegram:@name does` };
  if (!services.has(service) || named.startsWith("@")) return { identity: handleIdentity(service, named) };
  if (/^(user|channel|chat)?\d+$/i.test(named) && service === "telegram")
    return { identity: handleIdentity(service, named) };
  const phone = phoneIdentity(named, region);
  if (phone !== null) return { identity: phone };
  const email = service === "imessage" ? emailIdentity(named) : null;
  if (email !== null) return { identity: email };
  const channel = channels.find((one) => one === service);
  return { identity: channel === undefined ? handleIdentity(service, named) : chatNameIdentity(channel, named) };
}
