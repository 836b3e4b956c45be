import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { openDrillHome } from "../support/drill-home.ts";
import { drillMails, toMbox } from "../support/drill-mail.ts";
import { dumpHome } from "../support/dump-home.ts";

it("what was seen is noted with the last cursor, so that a kill right after it loses neither", async () => {
  const home = await openDrillHome();
  try {
    const path = home.file("a.mbox", toMbox(drillMails(300)));
    await home.read(path);
    const { coverage } = dumpHome(home.store.path);
    expect(coverage).toHaveLength(1);
    const database = new DatabaseSync(home.store.path);
    database.exec("DELETE FROM coverage");
    // Killed before the last page's cursor: its items are known already.
    database.exec(`UPDATE sources SET cursors = '{"rest":{"offset":0}}'`);
    database.close();
    expect((await home.read(path)).reports).toMatchObject([{ added: 0, known: 300, unchanged: true }]);
    expect(dumpHome(home.store.path).coverage).toEqual(coverage);
  } finally {
    await home.close();
  }
});
