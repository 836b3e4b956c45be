import { z } from "zod";
import type { OutgoingRequest } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";

/** What a cell may be given: text, or the number or tick it held before. */
export const cellValue = z.union([z.string().max(50_000), z.number(), z.boolean()]);

/** One cell, named in full: `'People'!C4`. */
export const cellWrite = z.strictObject({
  range: z.string().regex(/^'(?:[^']|'')+'![A-Z]{1,3}[1-9]\d{0,6}$/),
  value: cellValue,
});
export type CellWrite = z.output<typeof cellWrite>;

const body = z.strictObject({
  valueInputOption: z.literal("RAW"),
  data: z.array(
    z.strictObject({
      range: z.string(),
      majorDimension: z.literal("ROWS"),
      values: z.array(z.array(cellValue).length(1)).length(1),
    }),
  ),
});

export function valuesPath(spreadsheetId: string): string {
  return `/v4/spreadsheets/${spreadsheetId}/values:batchUpdate`;
}

/** RAW keeps what is given: nothing is run, no number loses its plus. Pure. */
export function composeWrites(writes: readonly CellWrite[]): string {
  const data = writes.map(({ range, value }) => ({ range, majorDimension: "ROWS", values: [[value]] }));
  return JSON.stringify({ valueInputOption: "RAW", data });
}

/** What a request to Sheets carries. Errors: `no_permission` for every other request. */
export function readWrites(request: OutgoingRequest): { spreadsheetId: string; writes: CellWrite[] } {
  const { method, path, query, contentType } = request;
  const spreadsheetId = /^\/v4\/spreadsheets\/([\w-]+)\/values:batchUpdate$/.exec(path)?.[1];
  if (method !== "POST" || spreadsheetId === undefined || query.size > 0) throw foreign("its address");
  if (contentType !== "application/json") throw foreign("its form");
  const text = utf8(request.body);
  const parsed = body.safeParse(parse(text));
  if (!parsed.success) throw foreign("its body");
  const writes = parsed.data.data.map(({ range, values }) => ({ range, value: values[0]?.[0] ?? "" }));
  if (composeWrites(writes) !== text) throw foreign("its body");
  return { spreadsheetId, writes };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw foreign("its encoding");
  }
}

function foreign(what: string): StewardError {
  return new StewardError("no_permission", `A request to Sheets has something that steward does not send: ${what}.`);
}
