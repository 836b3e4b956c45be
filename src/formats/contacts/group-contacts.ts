import type { ContactTable, ContactTableRow } from "./contact-table.ts";
import { matchContacts, nameOf } from "./match-contacts.ts";

/** The rows of one contact in the three tables; null where a table has none. */
export interface ContactGroup {
  base: ContactTableRow | null;
  here: ContactTableRow | null;
  there: ContactTableRow | null;
  /** Two groups of one name, of which one went where the other came. `isTold` on the second of them. */
  perhaps: { here: ContactTableRow | null; there: ContactTableRow | null; isTold: boolean } | null;
}

export interface GroupedContacts {
  groups: ContactGroup[];
  /** Rows that cannot be told apart, and the names in them. */
  unclear: { base: ContactTableRow[]; here: ContactTableRow[]; names: string[] };
}

/**
 * Puts the rows of the last agreement, of contacts.csv and of the Sheet together by contact. Contract: pure; every row is in
 * exactly one group, or unclear.
 */
export function groupContacts(tables: {
  base: ContactTable;
  here: ContactTable;
  there: ContactTable;
  region: string;
}): GroupedContacts {
  const { region } = tables;
  const toHere = matchContacts(tables.base.rows, tables.here.rows, region);
  const toThere = matchContacts(tables.base.rows, tables.there.rows, region);
  const unclear = new Set([...toHere.unclear, ...toThere.unclear]);
  const groups = tables.base.rows.map((base): ContactGroup => {
    return { base, here: toHere.pairs.get(base) ?? null, there: toThere.pairs.get(base) ?? null, perhaps: null };
  });
  const grouped = new Set(groups.flatMap(({ here, there }) => [here, there]));
  const lateHere = tables.here.rows.filter((row) => !grouped.has(row));
  const lateThere = tables.there.rows.filter((row) => !grouped.has(row));
  // A row that one side has lost may share what it has gained meanwhile with a row that the other side has gained.
  const openHere = [
    ...groups.flatMap(({ here, there }) => (here !== null && there === null ? [here] : [])),
    ...lateHere,
  ];
  const late = matchContacts(openHere, lateThere, region);
  for (const row of late.unclear) unclear.add(row);
  for (const [here, there] of late.pairs) joinLate(groups, { here, there });
  const taken = new Set(groups.flatMap(({ here, there }) => [here, there]));
  const openThere = groups.flatMap(({ here, there }) => (there !== null && here === null ? [there] : []));
  const later = matchContacts(
    lateHere.filter((row) => !taken.has(row)),
    openThere,
    region,
  );
  for (const row of later.unclear) unclear.add(row);
  for (const [here, there] of later.pairs) {
    const group = groups.find((one) => one.there === there);
    if (group !== undefined) group.here = here;
  }
  const joined = new Set(groups.flatMap(({ here, there }) => [here, there]));
  for (const here of lateHere) if (!joined.has(here)) groups.push({ base: null, here, there: null, perhaps: null });
  for (const there of lateThere) if (!joined.has(there)) groups.push({ base: null, here: null, there, perhaps: null });
  return markPerhaps(settleUnclear(groups, unclear));
}

function joinLate(groups: ContactGroup[], pair: { here: ContactTableRow; there: ContactTableRow }): void {
  const group = groups.find((one) => one.here === pair.here);
  if (group === undefined) groups.push({ base: null, ...pair, perhaps: null });
  else group.there = pair.there;
}

/** A group with a row that could also be another one's is left as it is, on both sides. */
function settleUnclear(groups: readonly ContactGroup[], unclear: ReadonlySet<ContactTableRow>): GroupedContacts {
  const isUnclear = ({ base, here, there }: ContactGroup): boolean => {
    const isWhole = here !== null && there !== null;
    return !isWhole && [base, here, there].some((row) => row !== null && unclear.has(row));
  };
  const aside = groups.filter(isUnclear);
  const names = aside.map(({ base, here, there }) => nameOf(here ?? there ?? base ?? { number: 0, cells: new Map() }));
  return {
    groups: groups.filter((group) => !isUnclear(group)),
    unclear: {
      base: aside.flatMap(({ base }) => base ?? []),
      here: aside.flatMap(({ here }) => here ?? []),
      names: [...new Set(names)],
    },
  };
}

/** One that one side lost and one of the same name that this side gained: a new address, or another person. */
function markPerhaps(grouped: GroupedContacts): GroupedContacts {
  for (const lost of grouped.groups) {
    const { base, here, there } = lost;
    if (base === null || (here === null) === (there === null)) continue;
    const name = nameOf(base);
    const gained = grouped.groups.find(
      (one) =>
        one.perhaps === null &&
        one.base === null &&
        nameOf(one.here ?? one.there ?? base) === name &&
        (here === null ? one.here !== null && one.there === null : one.there !== null && one.here === null),
    );
    if (gained === undefined || name === "") continue;
    lost.perhaps = { here: here ?? gained.here, there: there ?? gained.there, isTold: false };
    gained.perhaps = { ...lost.perhaps, isTold: true };
  }
  return grouped;
}
