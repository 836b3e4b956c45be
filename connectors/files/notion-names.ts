import { basename } from "node:path";

const pageId = /[ _-]?([0-9a-f]{32})(?=(?:_all)?(?:\.[a-z]{2,8})?$)/i;

/** A page's title and id as Notion writes them into a file's name: `Trip to Lisbon 0123…cdef.md`. */
export function readNotionName(path: string): { title: string; pageId: string | null } {
  const name = basename(path);
  const id = pageId.exec(name)?.[1]?.toLowerCase() ?? null;
  const title = name
    .replace(pageId, "")
    .replace(/(?:_all)?\.[a-z]{2,8}$/i, "")
    .trim();
  return { title: title === "" ? "Untitled" : title, pageId: id };
}

/** Whether this is a name that Notion's export gives to a page or a database. */
export function isNotionName(path: string): boolean {
  return /[0-9a-f]{32}(?:_all)?\.(md|csv|html)$/i.test(path);
}

/** A database is written twice, the second time with all its rows: `… _all.csv` stands for both. */
export function isTwin(name: string, names: ReadonlySet<string>): boolean {
  return /\.csv$/i.test(name) && names.has(name.replace(/\.csv$/i, "_all.csv"));
}
