import { contactsTemplate } from "../../formats/contacts/edit-contacts.ts";
import { appendRow, parseCsvRecords } from "../../formats/contacts/edit-csv.ts";
import { stewardColumns } from "../../formats/contacts/parse-steward-csv.ts";
import { isNameOnly } from "../../store/person-contact-rows.ts";
import { findColumns, readContactRows, type StewardColumn } from "./read-contact-rows.ts";

export interface AcceptedSuggestions {
  /** The new text of contacts.csv; everything that was there is there byte for byte. */
  contents: string;
  added: number;
  /** Rows that were not added, by the name in them, with the reason in words. */
  skipped: { name: string; reason: string }[];
}

/**
 * Appends the rows left in the edited text to contacts.csv. A row that repeats an address already there, or holds a value
 * that names nobody, is skipped and told. `region` is how national numbers are read.
 *
 * Contract: pure. Errors: `unreadable` when contacts.csv has a quote that never ends.
 */
export function acceptSuggestions(fileText: string, edited: string, options: { region: string }): AcceptedSuggestions {
  const start = fileText.replace(/^\ufeff/, "").trim() === "" ? contactsTemplate : fileText;
  const result: AcceptedSuggestions = { contents: start, added: 0, skipped: [] };
  const header = parseCsvRecords(start).rows[0]?.cells.map((cell) => cell.value) ?? [];
  const columns = findColumns(header);
  const taken = new Set(identitiesIn(start, options.region));
  for (const cells of readEditedRows(edited)) {
    const name = cells.get("name") ?? "";
    const reason = refuseRow(cells, columns, taken, options.region);
    if (reason !== null) {
      result.skipped.push({ name, reason });
      continue;
    }
    const values = header.map((_, at) => [...columns].find(([, place]) => place === at)?.[0]);
    const written = values.map((column) => (column === undefined ? "" : (cells.get(column) ?? "")));
    result.contents = appendRow(parseCsvRecords(result.contents), written);
    for (const value of identitiesIn(asFile(cells), options.region)) taken.add(value);
    result.added += 1;
  }
  return result;
}

type Cells = Map<StewardColumn, string>;

function readEditedRows(edited: string): Cells[] {
  const [header, ...rows] = parseCsvRecords(dropComments(edited)).rows.filter((row) =>
    row.cells.some((cell) => cell.value.trim() !== ""),
  );
  const named = findColumns(header?.cells.map((cell) => cell.value) ?? []);
  const columns = named.has("name") ? named : new Map(stewardColumns.map((column, at) => [column, at]));
  const records = named.has("name") || header === undefined ? rows : [header, ...rows];
  return records.map((row) => new Map([...columns].map(([column, at]) => [column, row.cells[at]?.value.trim() ?? ""])));
}

/** Lines that begin with `#`, unless they are inside a quoted cell. */
function dropComments(text: string): string {
  let isOpen = false;
  const kept: string[] = [];
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    if (!isOpen && line.startsWith("#")) continue;
    if ((line.split('"').length - 1) % 2 === 1) isOpen = !isOpen;
    kept.push(line);
  }
  return kept.join("\n");
}

function refuseRow(
  cells: Cells,
  columns: ReadonlyMap<StewardColumn, number>,
  taken: ReadonlySet<string>,
  region: string,
): string | null {
  const { rows, problems } = readContactRows(asFile(cells), region);
  const [problem] = problems;
  if (problem !== undefined) return problem.reason;
  const known = rows.flatMap((row) => row.identities).find((one) => taken.has(`${one.kind} ${one.value}`));
  if (known !== undefined)
    return `${isNameOnly(known.value) ? cells.get("name") : known.value} is in contacts.csv already`;
  const lost = [...cells].find(([column, value]) => value !== "" && !columns.has(column));
  return lost === undefined ? null : `contacts.csv has no column ${lost[0]}`;
}

function identitiesIn(contents: string, region: string): string[] {
  return readContactRows(contents, region).rows.flatMap((row) =>
    row.identities.map((one) => `${one.kind} ${one.value}`),
  );
}

function asFile(cells: Cells): string {
  return appendRow(
    parseCsvRecords(contactsTemplate),
    stewardColumns.map((column) => cells.get(column) ?? ""),
  );
}
