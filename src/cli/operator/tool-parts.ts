import { join } from "node:path";
import type { ToolContext } from "../../agent/tool.ts";
import type { Clock } from "../../core/clock.ts";
import type { Owner } from "../../core/thread.ts";
import { homePaths } from "../../daemon/home-paths.ts";
import { readContactTable } from "../../formats/contacts/contact-table.ts";
import { readContactsFile } from "../../intake/people/contacts-file.ts";
import { takeFoundPages } from "../../intake/take-found-pages.ts";
import type { Store } from "../../store/open-store.ts";
import { loadContactRows } from "../../store/person-contact-rows.ts";
import { withLearnedWeights } from "../../triage/learn-from-history.ts";
import { loadTriageSetting } from "../triage-setting.ts";

/** What tools read that is the same for every run of a home. */
export type ToolParts = Pick<
  ToolContext,
  "store" | "owner" | "clock" | "homePath" | "shippedSkillsPath" | "triage" | "contactColumns" | "keepFound"
>;

/** The parts of a tool's context that come of the home itself. `checkout` has `data/` and `skills/`. Errors: `internal`. */
export async function makeToolParts(
  given: { store: Store; owner: Owner; clock: Clock; home: string },
  checkout: string,
): Promise<ToolParts> {
  const { store, owner, clock, home } = given;
  return {
    store,
    owner,
    clock,
    homePath: home,
    shippedSkillsPath: join(checkout, "skills"),
    triage: await withLearnedWeights(store, await loadTriageSetting(checkout, owner)),
    keepFound: (pages) => takeFoundPages(store, pages, clock.now()),
    contactColumns: () => readContactColumns(store, homePaths(home).contacts),
  };
}

/** The rows of contacts.csv by their key in the store, each cell that holds something under its column as written. */
async function readContactColumns(
  store: Store,
  path: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const file = await readContactsFile(path);
  if (file === null) return new Map();
  const { columns, rows } = readContactTable(file.text);
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  const found = (await loadContactRows(store)).flatMap(({ key, rowNumber }) => {
    const cells = [...(byNumber.get(rowNumber)?.cells ?? [])].filter(([, value]) => value.trim() !== "");
    return cells.length === 0
      ? []
      : [[key, Object.fromEntries(cells.map(([k, v]) => [columns.get(k) ?? k, v]))] as const];
  });
  return new Map(found);
}
