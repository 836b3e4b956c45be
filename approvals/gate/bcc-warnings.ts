import type { Preview } from "../../src/core/action.ts";
import type { Origin, Warning } from "../../src/core/card.ts";

/** Hidden copies. They are for the owner alone to ask for: red, unless the owner typed that address, or typed all of it. */
export function bccWarnings({ recipients }: Preview, origin: Origin): Warning[] {
  return recipients
    .filter(({ role }) => role === "bcc")
    .map(({ address }) => ({
      code: "bcc",
      level: isTyped(address, origin) ? "note" : "red",
      text: `${address} gets a hidden copy.`,
      about: address,
      itemIds: [],
    }));
}

function isTyped(address: string, { by, callId, utterance }: Origin): boolean {
  if (by !== "owner") return false;
  const written = (utterance ?? "").toLowerCase().split(/[\s<>,;:"'()]+/);
  return callId === null || written.includes(address.toLowerCase());
}
