import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeRows } from "../../../../connectors/contacts-sheet/actions/write-rows.ts";
import { nameCell } from "../../../../connectors/contacts-sheet/sheet-view.ts";
import { composeWrites, readWrites, valuesPath } from "../../../../connectors/contacts-sheet/write-values.ts";
import type { OutgoingRequest } from "../../../../src/core/action.ts";

const spreadsheetId = "1abc-DEF_x";

function requestOf(body: string | Uint8Array, more: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    method: "POST",
    path: valuesPath(spreadsheetId),
    query: new URLSearchParams(),
    contentType: "application/json",
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
    ...more,
  };
}

const value = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
  fc.integer(),
  fc.boolean(),
);
const title = fc
  .string({ unit: "grapheme", minLength: 1 })
  .map((text) => text.toWellFormed().replace(/[\r\n]/g, "") || "P");

describe("a request to Sheets", () => {
  it("is read back as the cells that were approved, whatever stands in them", () => {
    const write = fc
      .tuple(title, fc.integer({ min: 2, max: 99_999 }), fc.integer({ min: 0, max: 800 }), value)
      .map(([name, row, place, what]) => ({ range: nameCell(name, row, place), value: what }));
    fc.assert(
      fc.property(fc.array(write, { maxLength: 5 }), (writes) => {
        expect(readWrites(requestOf(composeWrites(writes)))).toEqual({ spreadsheetId, writes });
      }),
      { numRuns: 300 },
    );
  });

  it("is compared in all that it carries", () => {
    const writes = [{ range: "'P'!A2", value: "x" }];
    expect(writeRows.readBack(requestOf(composeWrites(writes)))).toEqual({ spreadsheetId, writes });
  });

  it("runs nothing, appends nothing, and leaves in no other form", () => {
    const good = composeWrites([{ range: "'P'!A2", value: "x" }]);
    const wrong: OutgoingRequest[] = [
      requestOf(good.replace("RAW", "USER_ENTERED")),
      requestOf(good.replace("ROWS", "COLUMNS")),
      requestOf(good.replace('{"valueInputOption"', '{"includeValuesInResponse":true,"valueInputOption"')),
      requestOf(`${good} `),
      requestOf(good.replace('[["x"]]', '[["x","y"]]')),
      requestOf(good.replace('[["x"]]', "[[null]]")),
      requestOf(good, { query: new URLSearchParams("alt=json") }),
      requestOf(good, { method: "PUT" }),
      requestOf(good, { contentType: "text/plain" }),
      requestOf(good, { path: `/v4/spreadsheets/${spreadsheetId}/values/A1:append` }),
      requestOf(good, { path: `/v4/spreadsheets/${spreadsheetId}:batchUpdate` }),
      requestOf(good, { path: `/v4/spreadsheets/${spreadsheetId}/values:batchClear` }),
      requestOf(Buffer.from(good.replace("x", "ÿ"), "latin1")),
    ];
    for (const request of wrong) expect(() => readWrites(request), request.path).toThrow("does not send");
  });
});
