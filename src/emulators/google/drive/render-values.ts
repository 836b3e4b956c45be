import type { Cell, PlainCell } from "./drive-state.ts";

export const valueRenderings = ["FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"] as const;
export type ValueRendering = (typeof valueRenderings)[number];
export const dateRenderings = ["SERIAL_NUMBER", "FORMATTED_STRING"] as const;
export type DateRendering = (typeof dateRenderings)[number];

const dayMs = 86_400_000;
/** The number of 1970-01-01, counted from 1899-12-30. */
const epochSerial = 25_569;

export function serialOf(ms: number): number {
  return ms / dayMs + epochSerial;
}

/**
 * A cell as the API gives it: as it is shown, as it is, or as it was typed. A date is its number of days unless it is asked
 * for as text (`dateTimeRenderOption`, which FORMATTED_VALUE overrules).
 * Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/ValueRenderOption
 */
export function renderCell(cell: Cell, rendering: ValueRendering, dates: DateRendering = "SERIAL_NUMBER"): PlainCell {
  const { value, formula, format } = typeof cell === "object" ? cell : { value: cell };
  if (rendering === "FORMULA" && formula !== undefined) return formula;
  if (format === "date" && typeof value === "number") {
    const isShown = rendering === "FORMATTED_VALUE" || dates === "FORMATTED_STRING";
    return isShown ? new Date((value - epochSerial) * dayMs).toISOString().slice(0, 10) : value;
  }
  if (rendering !== "FORMATTED_VALUE") return value;
  if (format === "percent" && typeof value === "number") return `${value * 100}%`;
  if (typeof value === "number") return String(Number(value.toPrecision(10)));
  return typeof value === "boolean" ? String(value).toUpperCase() : value;
}

/** Whether nothing is in a cell. */
export function isEmptyCell(cell: Cell | undefined): boolean {
  return cell === undefined || cell === "";
}
