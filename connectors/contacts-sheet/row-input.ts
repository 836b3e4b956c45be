import { z } from "zod";
import { sharing } from "../google-account/file-sharing.ts";
import { cellValue, cellWrite } from "./write-values.ts";

const mostRows = 500;
const mostCells = 2000;
const version = z.string().regex(/^[0-9a-f]{64}$/);

export const rowsAsk = z.strictObject({
  /** Names, addresses or numbers as contacts.csv has them; left out: every row that differs. */
  rows: z.array(z.string().min(1).max(300)).min(1).max(mostRows).optional(),
});
export type RowsAsk = z.output<typeof rowsAsk>;

/** One row that is written: whom it is about, what it held, and the columns that change. */
const changedRow = z.strictObject({
  row: z.int().min(2),
  name: z.string().max(300),
  isNew: z.boolean(),
  before: version,
  after: version,
  cells: z.array(z.strictObject({ column: z.string(), from: cellValue, to: z.string() })).min(1),
});

export const rowsInput = z.strictObject({
  spreadsheetId: z.string().regex(/^[\w-]{1,200}$/),
  /** The spreadsheet's name, and the title of the sheet in it. */
  file: z.string(),
  title: z.string(),
  /** The first row, as it was: an inserted or moved column makes every place another one. */
  header: z.array(z.string()),
  rows: z.array(changedRow).min(1).max(mostRows),
  /** What is sent, in the order of the rows and their cells. */
  writes: z.array(cellWrite).min(1).max(mostCells),
  /** What differs and is not written, and why. */
  left: z.array(z.string().max(400)).max(200),
  sharing,
});
export type RowsInput = z.output<typeof rowsInput>;

/** How to put every row back, wherever it lies by then. */
export const writtenRows = z.strictObject({
  rows: z.array(
    z.strictObject({
      before: version,
      after: version,
      cells: z.array(z.strictObject({ column: z.string(), value: cellValue })),
    }),
  ),
  /** Rows that somebody moved or changed in the moment of writing: what was there is put back as far as it is known. */
  mixed: z.array(z.int()),
});
export type WrittenRows = z.output<typeof writtenRows>;
