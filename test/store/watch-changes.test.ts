import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { addNotice } from "../../src/store/notices.ts";
import { openStore } from "../../src/store/open-store.ts";
import { startSession } from "../../src/store/page-sessions.ts";
import { liftStop, setStop } from "../../src/store/stop-latch.ts";
import { type ChangeName, watchChanges } from "../../src/store/watch-changes.ts";
import { clock, folderMaker } from "./store-fixture.ts";

const newFolder = folderMaker();

test("tells the kind of what another connection changed, once, and nothing when nothing did", async () => {
  const path = join(newFolder(), "steward.db");
  const [store, other] = [await openStore(path, { clock }), await openStore(path, { clock })];
  const stopping = new AbortController();
  const told: ChangeName[][] = [];
  const realClock = { now: clock.now, sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal }) };
  const watching = watchChanges(store, { clock: realClock, everyMs: 5, signal: stopping.signal }, (names) =>
    told.push([...names]),
  );
  const after = async (change: () => Promise<unknown>): Promise<ChangeName[][]> => {
    await change();
    await expect.poll(() => told.length, { timeout: 2000 }).toBeGreaterThan(0);
    await sleep(30);
    return told.splice(0);
  };
  expect(await after(() => other.write((tx) => setStop(tx, "terminal", "")))).toEqual([["stop"]]);
  expect(await after(() => store.write((tx) => liftStop(tx)))).toEqual([["stop"]]);
  expect(
    await after(() => other.write((tx) => addNotice(tx, { key: "a", kind: "alert", level: "show", text: "a" }))),
  ).toEqual([["digest"]]);
  expect(await after(() => other.write((tx) => startSession(tx, { id: "d", name: "d" })))).toEqual([["devices"]]);
  await other.write((tx) => tx.sql.run("INSERT INTO people (name) VALUES ('nobody looks')"));
  await sleep(50);
  expect(told).toEqual([]);
  stopping.abort();
  await watching;
  await store.close();
  await other.close();
});
