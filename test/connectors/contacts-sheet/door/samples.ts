import type { FileSample } from "../../drive/door/samples.ts";
import { rowsOf } from "./sheet-life.ts";

/** Over `beginSheetLife`. */
export const sheetSamples: readonly FileSample[] = [
  {
    action: "contacts-sheet.write_rows",
    ask: {},
    count: (door) => {
      const rows = rowsOf(door);
      const dora = rows.filter((row) => row.includes("Dora Eck")).length;
      const written = door.happened("sheet.written");
      // Half of it would be neither once nor not at all.
      const isWhole = (rows[1]?.[4] !== "") === (dora === 1) && (rows[2]?.[2] !== "ben@cole.example") === (dora === 1);
      return isWhole ? Math.max(dora, written) : Number.NaN;
    },
    effect: /POST \/v4\/spreadsheets\/[\w-]+\/values:batchUpdate/,
  },
];
