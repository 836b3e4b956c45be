import { z } from "zod";
import type { Action, Look, Preview } from "../../../src/core/action.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { canonicalHash } from "../../../src/core/canonical.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { plural } from "../../../src/core/plural.ts";
import { readContactTable } from "../../../src/formats/contacts/contact-table.ts";
import { parseCsvRecords } from "../../../src/formats/contacts/edit-csv.ts";
import { recipientsOf, sharingVersion, sharingWords, tierOf } from "../../google-account/file-sharing.ts";
import type { SheetDoorClient } from "../door-client.ts";
import { planRows } from "../plan-rows.ts";
import { type RowsAsk, type RowsInput, rowsAsk, rowsInput, type WrittenRows, writtenRows } from "../row-input.ts";
import { isInPlace, putRowsBack, readView, settleRows, writeIfInPlace } from "../settle-rows.ts";
import { viewSheet } from "../sheet-view.ts";
import { readWrites } from "../write-values.ts";

type SheetLook = Look<SheetDoorClient>;

/** What contacts.csv has and the Sheet has not. */
export const writeRows: Action<RowsAsk, RowsInput, null, WrittenRows, SheetDoorClient> = {
  name: "contacts-sheet.write_rows",
  tier: "change",
  description: "Writes rows of contacts.csv into the owner's contacts Sheet: all that differ, or the people named.",
  ask: rowsAsk,
  input: rowsInput,
  handle: z.null(),
  result: writtenRows,
  resolve: resolveRows,
  raise: (input) => tierOf(input.sharing),
  preview: previewRows,
  execute: (input, _handle, call) => writeIfInPlace(input, call),
  readBack: (request) => readWrites(request),
  reconcile: (input, _handle, call) => settleRows(input, call),
  undo: async (result, call) => putRowsBack((await call.client.sheet(call.signal)).title, result, call),
  receipt: ({ rows, file }, { mixed }) =>
    [
      `Wrote ${plural(rows.length, "row")} of contacts.csv into ${file}.`,
      ...(mixed.length === 0
        ? []
        : [`Somebody changed the Sheet at the same moment: look at rows ${mixed.join(", ")}.`]),
    ].join(" "),
};

async function resolveRows(asked: RowsAsk, look: SheetLook): Promise<RowsInput> {
  const client = needClient(look);
  const csv = await look.homeFile("contacts.csv");
  if (csv === null) throw new StewardError("not_found", "There is no contacts.csv.");
  if (parseCsvRecords(csv).hasOpenQuote) throw new StewardError("unreadable", "A quote in contacts.csv never ends.");
  const { name: file, title, rowCount } = await client.sheet(look.signal);
  const view = await readView(title, { client, signal: look.signal });
  const plan = planRows(
    {
      here: readContactTable(csv),
      base: readContactTable((await look.homeFile("contacts.base.csv")) ?? ""),
      view,
      typed: viewSheet(await client.values(title, "FORMULA", look.signal)),
      title,
      rowCount,
      region: client.region,
    },
    asked.rows,
  );
  const { spreadsheetId } = client;
  return { spreadsheetId, file, title, header: view.header, ...plan, sharing: await client.sharing(look.signal) };
}

async function previewRows(input: RowsInput, look: SheetLook): Promise<Preview> {
  const client = needClient(look);
  const view = await readView(input.title, { client, signal: look.signal });
  const [only, more] = input.rows;
  const whom = only !== undefined && more === undefined ? only.name : plural(input.rows.length, "row");
  const side = (cells: RowsInput["rows"][number]["cells"], which: "from" | "to"): string =>
    cells.map((cell) => `${cell.column}: ${cell[which]}\n`).join("");
  return {
    ...blankPreview,
    title: `Write ${whom} of contacts.csv into ${input.file}`,
    recipients: recipientsOf(input.sharing),
    fields: [{ label: "Sheet", value: `${input.file}, ${input.title}` }],
    diffs: input.rows.map(({ name, row, isNew, cells }) => ({
      name: `${name}, ${isNew ? "new row" : "row"} ${row}`,
      before: isNew ? "" : side(cells, "from"),
      after: side(cells, "to"),
    })),
    consequences: [...sharingWords(input.sharing), ...input.left.map((line) => `Not written: ${line}`)],
    basis: [
      { what: "the rows of the Sheet", version: isInPlace(input, view) ? canonicalHash(input.rows) : "moved" },
      { what: "who sees the Sheet", version: sharingVersion(await client.sharing(look.signal)) },
    ],
  };
}

function needClient(look: SheetLook): SheetDoorClient {
  if (look.client !== null) return look.client;
  throw new StewardError("needs_reauth", "The contacts sheet needs your consent before rows can be drawn up.", {
    cure: `steward connect google --write sheets --account ${look.account}`,
  });
}
