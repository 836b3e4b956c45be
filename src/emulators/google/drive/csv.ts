/** Rows as CSV the way Google exports it: every row as long as the longest, CRLF between rows, none at the end. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => Array.from({ length: width }, (_, at) => quote(row[at] ?? "")).join(",")).join("\r\n");
}

/** Reads CSV with commas and double quotes, as an upload that becomes a sheet is read. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  let row: string[] = [];
  while (field.lastIndex < text.length) {
    const found = field.exec(text);
    if (found === null) break;
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === ",") {
      // A comma at the very end leaves one more, empty field.
      if (field.lastIndex === text.length) row.push("");
      else continue;
    }
    rows.push(row);
    row = [];
  }
  return rows;
}
