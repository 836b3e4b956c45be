import { field, list, number, text } from "../../find-values.ts";
import type { Desk } from "../desk.ts";
import { namesSomebody, readParty } from "../read-text.ts";
import type { Asking } from "./find-asking.ts";
import { type FoundPerson, findPerson } from "./find-person.ts";

const name = /(\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+)/gu;
/** How the same trade is called elsewhere. */
const trades: readonly RegExp[] = [/recruit|headhunt|search|personalvermittl|recrut|talent/iu];

/**
 * "The recruiter I know": a name that stands beside the trade in a note of the owner's or in a message; null when there is none. The one who
 * asks, and the one who is introduced, are not meant.
 */
export function findByRole(desk: Desk, described: string, asking: Asking | null): FoundPerson | null {
  const role =
    /\b(\p{L}{5,})\b(?=\s+(?:i|ich|je|que|die|den|you)\b)/iu.exec(described)?.[1] ??
    /\p{L}{5,}/u.exec(described)?.[0] ??
    "";
  if (role === "") return null;
  const trade = trades.find((one) => one.test(role)) ?? new RegExp(role, "iu");
  const hits = list(desk.ask("search", { words: role, limit: 20 }), "hits");
  const isNote = (hit: unknown): number => (text(hit, "channel") === "drive" ? 0 : 1);
  for (const hit of hits.toSorted((a, b) => isNote(a) - isNote(b)).slice(0, 5)) {
    const found = whoIsIn(desk, hit, trade, asking);
    if (found !== null) return found;
  }
  return null;
}

function whoIsIn(desk: Desk, hit: unknown, trade: RegExp, asking: Asking | null): FoundPerson | null {
  const id = number(hit, "item");
  if (id === null || number(hit, "thread") === asking?.thread) return null;
  const item = field(desk.ask("item", { id }), "item");
  const written = `${text(item, "text")}\n${text(item, "signature")}`;
  const named = nameBeside(written, trade);
  const party = readParty(text(item, "from"));
  const who = named !== "" ? named : trade.test(written) && field(item, "fromOwner") !== true ? party.name : "";
  if (who === "" || namesSomebody(asking?.fullName ?? "", who)) return null;
  const person = findPerson(desk, who);
  return person === null
    ? { name: who, address: "", phone: "", threads: [], item: id }
    : { ...person, item: person.item ?? id };
}

/** The name in the line that says the trade, or the last one above it. */
function nameBeside(written: string, trade: RegExp): string {
  const lines = written.split("\n");
  const at = lines.findIndex((line) => trade.test(line));
  if (at < 0) return "";
  const above = lines
    .slice(0, at + 1)
    .toReversed()
    .slice(0, 4);
  return above.map((line) => [...line.replace(trade, "").matchAll(name)][0]?.[1] ?? "").find((one) => one !== "") ?? "";
}
