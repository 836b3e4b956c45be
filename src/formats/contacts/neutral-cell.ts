/**
 * A value for a cell of a file that may be opened in a spreadsheet: what would run there gets a quote before it, which
 * reading contacts takes off again. A number or a date that begins with a sign runs nothing: `+49 171 …`, `--03-07`.
 * Contract: pure.
 */
export function neutralCell(value: string): string {
  return /^[=@]|^[+-](?![\d\s().;/+-]*$)/.test(value) ? `'${value}` : value;
}
