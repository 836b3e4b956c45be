import type { Look } from "../../core/action.ts";
import { StewardError } from "../../core/errors.ts";
import { emailIdentity, hasUnseen, isPlainMailbox, phoneIdentity } from "../../core/identity.ts";
import { forScreen } from "../../core/untrusted.ts";
import { readContactTable } from "./contact-table.ts";
import { contactIdentities, findContacts } from "./find-contacts.ts";

export interface FoundAddress {
  /** The exact identity value: an address, or a number in E.164. */
  address: string;
  /** The name contacts.csv or the newest message gives to it; empty when none does. */
  name: string;
}

/**
 * Whom an address, a number or the whole name of somebody in contacts.csv means. Errors: `usage` when it is nobody, several,
 * somebody without such an address, or an address with invisible characters: nothing is guessed, nothing cleaned.
 */
export async function findAddress(
  wanted: string,
  kind: "email" | "phone",
  look: Pick<Look, "owner" | "nameOf" | "homeFile">,
): Promise<FoundAddress> {
  const given = kind === "email" ? emailIdentity(wanted) : phoneIdentity(wanted, look.owner.region);
  if (given !== null) {
    if (kind === "email") refuseOddMailbox(wanted, given.value);
    return { address: given.value, name: forScreen(await look.nameOf(given.value)) };
  }
  const { rows } = readContactTable((await look.homeFile("contacts.csv")) ?? "");
  const what = kind === "email" ? "an e-mail address" : "a phone number";
  const found = findContacts(rows, wanted, look.owner.region);
  const [row] = found;
  const shown = forScreen(wanted);
  if (row === undefined) {
    throw new StewardError("usage", `"${shown}" is neither ${what} nor a name in contacts.csv.`, {
      cure: `Give ${what}, or the name as contacts.csv has it.`,
    });
  }
  const addresses = contactIdentities(row, look.owner.region).filter((identity) => identity.kind === kind);
  const [first] = addresses;
  if (found.length > 1 || addresses.length > 1) {
    const choices = found
      .flatMap((one) => contactIdentities(one, look.owner.region))
      .filter((one) => one.kind === kind);
    throw new StewardError("usage", `"${shown}" has more than one: ${choices.map(({ value }) => value).join(", ")}.`, {
      cure: `Give the exact one instead of the name.`,
    });
  }
  if (first === undefined) {
    throw new StewardError("usage", `contacts.csv has no ${kind === "email" ? "address" : "number"} of "${shown}".`, {
      cure: `Give ${what} instead of the name.`,
    });
  }
  return { address: first.value, name: forScreen(row.cells.get("name") ?? "") };
}

/** One mailbox and nothing else, as it was typed: nothing is cleaned. */
function refuseOddMailbox(wanted: string, address: string): void {
  if (!hasUnseen(wanted) && isPlainMailbox(address)) return;
  throw new StewardError("usage", `"${forScreen(wanted)}" is not one plain e-mail address.`, {
    cure: "Type it again by hand, such as paul@adler.example.",
  });
}
