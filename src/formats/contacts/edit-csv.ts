import { StewardError } from "../../core/errors.ts";

/** A stretch of the source text, end exclusive, in UTF-16 units. */
export interface TextRange {
  start: number;
  end: number;
}

/** One cell: where it lies with its quotes, and what it says without them. */
export interface CsvCell extends TextRange {
  value: string;
  /** Its opening quote has no closing one. */
  isOpen: boolean;
}

/** One record without its line end; a blank line is a record with one empty cell. */
export interface CsvRow extends TextRange {
  cells: CsvCell[];
}

/** A CSV text taken apart without loss: everything outside the rows is byte order mark and line ends. */
export interface CsvTable {
  text: string;
  delimiter: string;
  /** The line end most rows have; `\n` when there is none. */
  lineEnd: "\r\n" | "\n" | "\r";
  rows: CsvRow[];
  /** The last cell begins with a quote that never ends. */
  hasOpenQuote: boolean;
}

const delimiters = [",", ";", "\t", "|"] as const;

/**
 * Takes a CSV text apart so that it can be edited in place: byte order mark, delimiter, quoting and line ends are kept where
 * they are. A quote that is never closed reaches to the end of the text. Contract: pure, never throws; the edits below
 * change nothing but the range they name, and take a table made from the text they are applied to.
 *
 * Cells that begin with `=`, `+`, `-` or `@` are kept as they are: phone numbers and handles begin so, this file is the
 * owner's truth and is read by steward, and a changed value would come back as another person. What is written for a
 * spreadsheet is neutralised where it is exported.
 */
export function parseCsvRecords(text: string): CsvTable {
  const start = text.startsWith("\ufeff") ? 1 : 0;
  const delimiter = findDelimiter(text, start);
  const rows: CsvRow[] = [];
  const lineEnds = { "\r\n": 0, "\n": 0, "\r": 0 };
  let at = start;
  while (at < text.length) {
    const row = readRow(text, at, delimiter);
    rows.push(row);
    const ended = text.startsWith("\r\n", row.end) ? "\r\n" : text[row.end] === "\r" ? "\r" : "\n";
    if (row.end < text.length) lineEnds[ended] += 1;
    at = row.end + (row.end < text.length ? ended.length : 0);
  }
  const lineEnd =
    lineEnds["\r\n"] > lineEnds["\n"] ? "\r\n" : lineEnds["\r"] > lineEnds["\n"] + lineEnds["\r\n"] ? "\r" : "\n";
  return { text, delimiter, lineEnd, rows, hasOpenQuote: rows.at(-1)?.cells.at(-1)?.isOpen ?? false };
}

/** The text with one cell replaced; its quoting style is kept where the new value allows. */
export function replaceCell(table: CsvTable, row: number, column: number, value: string): string {
  const cell = table.rows[row]?.cells[column];
  if (cell === undefined) return padRow(table, row, column, value);
  const wasQuoted = table.text[cell.start] === '"';
  return splice(table.text, cell, writeCell(value, delimitersAt(table, row), wasQuoted));
}

/** The text with a record added at its end, on a line of its own. Errors: `unreadable` when a quote is never closed. */
export function appendRow(table: CsvTable, values: readonly string[]): string {
  const { text, lineEnd, delimiter } = table;
  refuseOpenQuote(table);
  const last = table.rows.at(-1);
  const isOnOwnLine = last === undefined || last.end < text.length;
  const escaped = last === undefined ? delimiters.join("") : delimiter;
  const written = values.map((value) => writeCell(value, escaped, false)).join(delimiter);
  return `${text}${isOnOwnLine ? "" : lineEnd}${written === "" ? '""' : written}${lineEnd}`;
}

/** What is added after a quote that never closes would become part of that cell. */
function refuseOpenQuote(table: CsvTable): void {
  if (!table.hasOpenQuote) return;
  throw new StewardError("unreadable", "A quote in this CSV file is opened and never closed.", {
    cure: "Open the file in an editor and close or remove the quote in its last row, then try again.",
  });
}

/** A row shorter than its header gets the cells between. */
function padRow(table: CsvTable, row: number, column: number, value: string): string {
  const existing = table.rows[row];
  if (existing === undefined) return table.text;
  refuseOpenQuote(table);
  const missing = table.delimiter.repeat(column - existing.cells.length + 1);
  const end = { start: existing.end, end: existing.end };
  return splice(table.text, end, missing + writeCell(value, delimitersAt(table, row), false));
}

function splice(text: string, range: TextRange, replacement: string): string {
  return text.slice(0, range.start) + replacement + text.slice(range.end);
}

/** The first record decides which delimiter the file has, so that there every possible one needs quotes. */
function delimitersAt(table: CsvTable, row: number): string {
  return row === 0 ? delimiters.join("") : table.delimiter;
}

/** Quotes only where the value needs it, or where the cell had them before. White space at an end needs them to survive. */
function writeCell(value: string, special: string, wasQuoted: boolean): string {
  const needsQuotes =
    [...special].some((character) => value.includes(character)) || /["\r\n]|^\s|\s$|^\ufeff/.test(value);
  return needsQuotes || wasQuoted ? `"${value.replaceAll('"', '""')}"` : value;
}

function readRow(text: string, start: number, delimiter: string): CsvRow {
  const cells: CsvCell[] = [];
  let at = start;
  for (;;) {
    const cell = readCell(text, at, delimiter);
    cells.push(cell);
    if (text[cell.end] !== delimiter) return { start, end: cell.end, cells };
    at = cell.end + 1;
  }
}

function readCell(text: string, start: number, delimiter: string): CsvCell {
  if (text[start] !== '"') {
    const end = endOfPlain(text, start, delimiter);
    return { start, end, value: text.slice(start, end), isOpen: false };
  }
  let value = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { start, end: text.length, value: value + text.slice(at), isOpen: true };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      // Letters between a closing quote and the delimiter belong to the cell, as spreadsheets read it.
      const end = endOfPlain(text, quote + 1, delimiter);
      return { start, end, value: value + text.slice(quote + 1, end), isOpen: false };
    }
    value += '"';
    at = quote + 2;
  }
}

function endOfPlain(text: string, start: number, delimiter: string): number {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

/** The one that the first record has most of, outside quotes; a comma when it has none. */
function findDelimiter(text: string, start: number): string {
  const counts = delimiters.map((delimiter) => readRow(text, start, delimiter).cells.length);
  const most = Math.max(...counts);
  return most < 2 ? "," : (delimiters[counts.indexOf(most)] ?? ",");
}
