import { sha256Hex } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";
import { emailIdentity, hasUnseen, isPlainMailbox } from "../../src/core/identity.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import {
  plainCell,
  type ReadCell,
  readEmailCell,
  readHandleCell,
  readPhoneCell,
} from "../../src/formats/contacts/contact-cells.ts";
import { type ContactTableRow, readContactTable } from "../../src/formats/contacts/contact-table.ts";
import { addContactRow, setContactCell, withContactsHeader } from "../../src/formats/contacts/edit-contacts.ts";
import { contactIdentities, findContacts } from "../../src/formats/contacts/find-contacts.ts";
import { splitCell } from "../../src/formats/contacts/parse-steward-csv.ts";
import type { HomeText } from "../home-folder/read-text.ts";
import { type ContactAsk, type ContactInput, listColumns, plainColumns } from "./contact-ask.ts";

type ListColumn = (typeof listColumns)[number];

/**
 * What an ask does to contacts.csv, cell by cell, and what the file becomes. Contract: pure. Errors: `usage` when nobody or
 * several are meant, a value is none, somebody else has it, or nothing would change; `unreadable` when a quote never ends.
 */
export function planContactEdit(file: HomeText, ask: ContactAsk, region: string): ContactInput {
  const { rows } = readContactTable(withContactsHeader(file.text));
  const row = ask.person === null ? null : needRow(rows, ask.person, region);
  const cells = [...plainEdits(row, ask), ...listEdits(row, ask, region)].filter(({ from, to }) => from !== to);
  if (cells.length === 0) throw new StewardError("usage", "contacts.csv says all of that already.");
  const edited = new Map([...(row?.cells ?? []), ...cells.map(({ column, to }) => [column, to] as const)]);
  const after: ContactTableRow = { number: row?.number ?? 0, cells: edited };
  const makesKnown = newIdentities(rows, row, after, region);
  const name = edited.get("name") || (contactIdentities(after, region)[0]?.value ?? "");
  if (name === "")
    throw new StewardError("usage", "The row would name nobody: it needs a name, an address or a number.");
  if (row === null && makesKnown.length === 0 && findContacts(rows, name, region).length > 0) {
    throw new StewardError("usage", `${forScreen(name)} is in contacts.csv already.`, { cure: "Name them as person." });
  }
  const plan = { base: file.sha256, row: row?.number ?? null, name: forScreen(name).slice(0, 300), cells, makesKnown };
  return { ...plan, after: sha256Hex(writeContactEdit(file.text, plan)) };
}

/** The text of contacts.csv with these cells in it; everything else stays byte for byte. Pure. Errors: `unreadable`. */
export function writeContactEdit(text: string, { row, cells }: Pick<ContactInput, "row" | "cells">): string {
  const start = withContactsHeader(text);
  if (row === null) return addContactRow(start, new Map(cells.map(({ column, to }) => [column, to])));
  return cells.reduce((result, { column, to }) => setContactCell(result, row, column, to), start);
}

function needRow(rows: readonly ContactTableRow[], person: string, region: string): ContactTableRow {
  const found = findContacts(rows, person, region);
  const [row] = found;
  if (row !== undefined && found.length === 1) return row;
  const shown = forScreen(person);
  if (row === undefined) {
    throw new StewardError("usage", `Nobody in contacts.csv is "${shown}".`, {
      cure: "Give the name or an address as contacts.csv has it, or null to add somebody.",
    });
  }
  throw new StewardError("usage", `"${shown}" is in rows ${found.map(({ number }) => number).join(", ")}.`, {
    cure: "Give an address that only one of them has.",
  });
}

function plainEdits(row: ContactTableRow | null, { set = {} }: ContactAsk): ContactInput["cells"] {
  return plainColumns.flatMap((column) => {
    const wanted = set[column];
    return wanted === undefined ? [] : [{ column, from: row?.cells.get(column) ?? "", to: oneLine(wanted) }];
  });
}

function listEdits(row: ContactTableRow | null, { add = {}, remove = {} }: ContactAsk, region: string) {
  return listColumns.flatMap((column) => {
    const adding = (add[column] ?? []).map((value) => readValue(column, value, region));
    if (column === "emails") add.emails?.forEach(refuseOddAddress);
    const removing = new Set((remove[column] ?? []).map((value) => readValue(column, value, region).key));
    if (adding.length === 0 && removing.size === 0) return [];
    const from = row?.cells.get(column) ?? "";
    const there = splitCell(from).map((text) => ({ text, key: keyOf(column, text, region) }));
    const unknown = [...removing].find((key) => !there.some((one) => one.key === key));
    if (unknown !== undefined) throw new StewardError("usage", `The row has no ${forScreen(unknown)} to take away.`);
    const added = adding.filter(
      ({ key }, at) => !there.some((one) => one.key === key) && adding.findIndex((one) => one.key === key) === at,
    );
    // What is only added to stays as the owner wrote it.
    const kept =
      removing.size === 0
        ? from
        : there
            .filter(({ key }) => !removing.has(key))
            .map(({ text }) => text)
            .join("; ");
    const to = [
      ...(kept.trim() === "" ? [] : [kept.trimEnd().replace(/;$/, "")]),
      ...added.map(({ text }) => text),
    ].join("; ");
    return [{ column, from, to: added.length === 0 && removing.size === 0 ? from : to }];
  });
}

/** A value as it is written into the cell, and what it is compared by. */
function readValue(column: ListColumn, value: string, region: string): { text: string; key: string } {
  const plain = oneLine(value);
  if (plain === "" || plain.includes(";")) {
    throw new StewardError("usage", `"${plain}" is no single value.`, { cure: "Give each value by itself." });
  }
  const read = readColumn(column, plain, region);
  if (read === null) return { text: plain, key: plain };
  if ("reason" in read) throw new StewardError("usage", `${forScreen(read.reason)}.`);
  const isNumber = read.identity.kind === "phone" && column === "phones";
  return { text: column === "emails" || isNumber ? read.identity.value : plain, key: read.identity.value };
}

/** Whoever stands here counts as known: their address is taken as it is typed, or not at all. */
function refuseOddAddress(value: string): void {
  if (!hasUnseen(value) && isPlainMailbox(emailIdentity(value)?.value ?? "")) return;
  throw new StewardError("usage", `"${forScreen(value)}" is not one plain e-mail address.`, {
    cure: "Type it again by hand, such as paul@adler.example.",
  });
}

function keyOf(column: ListColumn, text: string, region: string): string {
  const plain = plainCell(text);
  const read = readColumn(column, plain, region);
  return read !== null && "identity" in read ? read.identity.value : plain;
}

function readColumn(column: ListColumn, value: string, region: string): ReadCell | null {
  switch (column) {
    case "aliases":
      return null;
    case "emails":
      return readEmailCell(value);
    case "phones":
      return readPhoneCell(value, region);
    case "handles":
      return readHandleCell(value, region);
  }
}

/** What no row had before. Errors: `usage` when the row would claim what another row has. */
function newIdentities(
  rows: readonly ContactTableRow[],
  row: ContactTableRow | null,
  after: ContactTableRow,
  region: string,
): ContactInput["makesKnown"] {
  const before = new Set(row === null ? [] : contactIdentities(row, region).map(({ value }) => value));
  const added = contactIdentities(after, region).filter(({ value }) => !before.has(value));
  for (const other of rows) {
    const taken = contactIdentities(other, region).find(({ value }) => added.some((one) => one.value === value));
    if (taken === undefined || other.number === row?.number) continue;
    throw new StewardError("usage", `Row ${other.number} of contacts.csv has ${forScreen(taken.value)} already.`, {
      cure: "Take it away there first, or change that row.",
    });
  }
  return added;
}

/** A cell is one line, with nothing in it that cannot be seen. */
function oneLine(text: string): string {
  return forScreen(text).trim();
}
