import type { Cell, PlainCell } from "../drive/drive-state.ts";
import { serialOf } from "../drive/render-values.ts";

/**
 * What a cell holds when a person types this: formulas run, `+49 30 1` is one as well, leading zeros are lost, dates become
 * numbers. The reason why nothing of somebody else's is ever written so.
 * Source: https://developers.google.com/workspace/sheets/api/reference/rest/v4/ValueInputOption
 */
export function enterValue(typed: PlainCell): Cell {
  if (typeof typed !== "string") return typed;
  // An apostrophe in front makes it text, and is not part of it.
  if (typed.startsWith("'")) return typed.slice(1);
  const text = typed.trim();
  if (/^[+=]/.test(text) && text.length > 1) return enterFormula(text);
  if (text === "TRUE" || text === "FALSE" || text === "true" || text === "false") return text.toLowerCase() === "true";
  if (/^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return Number(text.replaceAll(",", ""));
  const percent = /^(-?\d+(?:\.\d+)?)%$/.exec(text);
  if (percent !== null) return { value: Number(percent[1]) / 100, format: "percent" };
  return enterDate(text) ?? typed;
}

/** Only sums of numbers are worked out; what reaches out of the sheet is not, and neither is a telephone number. */
function enterFormula(text: string): Cell {
  const formula = text.startsWith("+") ? `=${text}` : text;
  const sum = /^=\+?(-?\d+(?:\.\d+)?)((?:[+-]\d+(?:\.\d+)?)*)$/.exec(formula);
  if (sum !== null) {
    const more = [...(sum[2] ?? "").matchAll(/[+-]\d+(?:\.\d+)?/g)].map(Number);
    return { value: more.reduce((total, one) => total + one, Number(sum[1])), formula };
  }
  const known = /^=\+?[A-Z][A-Z0-9.]*\(/.test(formula);
  return { value: known ? "#N/A" : "#ERROR!", formula };
}

function enterDate(text: string): Cell | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  // In the locale en_US the month comes first.
  const local = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  const [year, month, day] = iso !== null ? iso.slice(1) : local !== null ? [local[3], local[1], local[2]] : [];
  if (year === undefined) return null;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isReal = new Date(ms).getUTCMonth() === Number(month) - 1;
  return isReal ? { value: serialOf(ms), format: "date" } : null;
}
