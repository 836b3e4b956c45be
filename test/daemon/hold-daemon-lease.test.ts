import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { holdDaemonLease, runningSince } from "../../src/daemon/hold-daemon-lease.ts";
import { leaseDaemon } from "../../src/store/daemon-lease.ts";
import { makeLeaseOwner } from "../../src/store/lease-owner.ts";
import { clock, storeMaker } from "../store/store-fixture.ts";

const newStore = storeMaker();
const deps = { clock, newId: randomUUID };
const later = "2026-11-20T12:01:00.000Z";

describe("the lease on running on a home", () => {
  it("is one at a time, and free again when it is given back", async () => {
    const store = await newStore();
    const held = await holdDaemonLease(store, deps);
    expect(await runningSince(store, clock)).toBe("2026-11-20T12:00:00.000Z");
    await expect(holdDaemonLease(store, deps)).rejects.toMatchObject({ code: "database_busy" });
    await held.release();
    expect(await runningSince(store, clock)).toBeNull();
    await (await holdDaemonLease(store, deps)).release();
  });

  it("of a process that is gone is taken over at once", async () => {
    const store = await newStore();
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const owner = makeLeaseOwner(() => "x").replace(`:${process.pid}:`, `:${gone}:`);
    await store.write((tx) => leaseDaemon(tx, owner, later, () => false));
    expect(await runningSince(store, clock)).toBeNull();
    await (await holdDaemonLease(store, deps)).release();
  });

  it("of another machine is respected until it has run out", async () => {
    const store = await newStore();
    await store.write((tx) => leaseDaemon(tx, "elsewhere/pid:[1]:1:x", later, () => false));
    await expect(holdDaemonLease(store, deps)).rejects.toMatchObject({ code: "database_busy" });
    await store.write((tx) => leaseDaemon(tx, "elsewhere/pid:[1]:1:x", "2026-11-20T11:59:59.000Z", () => false));
    expect(await runningSince(store, clock)).toBeNull();
    await (await holdDaemonLease(store, deps)).release();
  });
});
