import { openStore } from "../../src/store/open-store.ts";

/** Writes rows into the store given, as another process would: `write-child.ts PATH COUNT`. */
const [path = "", count = "0"] = process.argv.slice(2);
const store = await openStore(path, { clock: { now: () => 0, sleep: async () => undefined } });
await Promise.all(
  Array.from({ length: Number(count) }, (_, at) =>
    store.write((tx) => tx.sql.run("INSERT INTO people (name) VALUES (?)", `child ${at}`)),
  ),
);
await store.close();
