import { field, list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { findAddresses, fold, namesSomebody, readParty } from "../read-text.ts";

export interface FoundPerson {
  name: string;
  /** The address to write to; empty when none was found. */
  address: string;
  phone: string;
  /** Conversations, newest first. */
  threads: { thread: number; channel: string; title: string }[];
  /** Where the address was read, when it was not in the contacts. */
  item: number | null;
}

/** Looks somebody up by name: among people first, then in old messages. Null when nobody has that name. */
export function findPerson(desk: Desk, name: string): FoundPerson | null {
  const people = list(desk.ask("person", { who: name }), "people").filter((one) => field(one, "owner") !== true);
  const person =
    people.find((one) => list(one, "names").some((each) => namesSomebody(String(each), name))) ?? people[0];
  const address = person === undefined ? "" : bestAddress(person);
  if (person !== undefined && address !== "") return toPerson(person, name, address, null);
  const written = findInMail(desk, name);
  if (written !== null) return toPerson(person, written.name, written.address, written.item);
  return person === undefined ? null : toPerson(person, name, "", null);
}

/** The first address that is not among those nobody knows; any where all are unknown. */
function bestAddress(person: unknown): string {
  const unknown = list(person, "unknown");
  const addresses = list(person, "addresses").map(String);
  return addresses.find((one) => !unknown.includes(one)) ?? addresses[0] ?? "";
}

function toPerson(person: unknown, name: string, address: string, item: number | null): FoundPerson {
  const names = list(person, "names")
    .map(String)
    .filter((one) => !one.includes("@"));
  // The longest is the whole name, as it would stand on an envelope.
  const full = names
    .filter((one) => namesSomebody(one, name))
    .toSorted((a, b) => b.split(" ").length - a.split(" ").length)[0];
  return {
    name: full ?? name,
    address,
    phone: String(list(person, "phones")[0] ?? ""),
    threads: list(person, "threads").flatMap((one) => {
      const thread = number(one, "thread");
      return thread === null ? [] : [{ thread, channel: text(one, "channel"), title: text(one, "title") }];
    }),
    item,
  };
}

/** An address that a message has beside that name: of whoever wrote it, else in its text next to the name. */
function findInMail(desk: Desk, name: string): { name: string; address: string; item: number } | null {
  const hits = list(desk.ask("search", { words: name, limit: 20 }), "hits");
  for (const hit of hits) {
    const party = readParty(text(hit, "from"));
    const item = number(hit, "item");
    if (item !== null && party.address.includes("@") && namesSomebody(party.name, name)) {
      return { name: party.name, address: party.address, item };
    }
  }
  return null;
}

/** The address in a text that belongs to a name: one that holds the name, else the only one beside it. */
export function addressBeside(texts: string, name: string): string {
  const parts = fold(name)
    .split(/\s+/)
    .filter((part) => part.length > 2);
  const addresses = findAddresses(texts);
  const near = texts.split(/\n|(?<=[.!?])\s/u).filter((one) => namesSomebody(one, name));
  return (
    addresses.find((one) => parts.some((part) => fold(one).split("@")[0]?.includes(part) === true)) ??
    near.flatMap((one) => findAddresses(one))[0] ??
    (addresses.length === 1 ? (addresses[0] ?? "") : "")
  );
}
