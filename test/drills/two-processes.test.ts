import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isLeaseOwnerGone, makeLeaseOwner } from "../../src/store/lease-owner.ts";
import { openDrillHome, startSteward } from "../support/drill-home.ts";
import { drillMails, toMbox } from "../support/drill-mail.ts";
import { damageOf, dumpHome } from "../support/dump-home.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "steward-two-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function mailbox(name: string, prefix: string, count = 500): string {
  const path = join(folder, name);
  writeFileSync(path, toMbox(drillMails(count, { prefix, words: 150 })));
  return path;
}

describe("several processes on one home", () => {
  it("that import the same and other sources at once lose nothing and double nothing, and each says what happened", async () => {
    const home = join(folder, "home");
    const [same, other] = [mailbox("same.mbox", "same"), mailbox("other.mbox", "other")];
    const ended = await Promise.all(
      [[same], [same], [other, same]].map((paths) => startSteward(home, ["import", ...paths]).ended),
    );
    for (const { code, out } of ended) {
      expect([0, 9], out).toContain(code);
      expect(out).toMatch(code === 9 ? /Another steward is reading this source/ : /new|nothing new|known/);
    }
    const last = await startSteward(home, ["import", same, other]).ended;
    expect(last.code, last.out).toBe(0);
    const calm = join(folder, "calm");
    await startSteward(calm, ["import", same, other]).ended;
    expect(damageOf(join(home, "steward.db"))).toEqual([]);
    expect(dumpHome(join(home, "steward.db"))).toEqual(dumpHome(join(calm, "steward.db")));
  });
});

describe("the lease on a source", () => {
  it("of a process that is gone is taken over at once; of a living one, or of another machine, it is respected", async () => {
    const home = await openDrillHome();
    try {
      const path = home.file("a.mbox", toMbox(drillMails(3)));
      await home.register(path);
      const hold = (owner: string): void => {
        const database = new DatabaseSync(home.store.path);
        database
          .prepare("UPDATE sources SET lease_owner = ?, lease_until = ?")
          .run(owner, new Date(home.time.nowMs + 50_000).toISOString());
        database.close();
      };
      const own = makeLeaseOwner(() => "id");
      const dead = await startSteward(join(folder, "none"), ["--version"]);
      await dead.ended;
      for (const holder of [own, own.replace(hostname(), "elsewhere"), `elsewhere:${dead.pid}:id`, "some-old-id"]) {
        hold(holder);
        expect((await home.read(path)).reports, holder).toMatchObject([{ stopped: "busy", added: 0 }]);
      }
      hold(own.replace(`:${process.pid}:`, `:${dead.pid}:`));
      expect((await home.read(path)).reports).toMatchObject([{ stopped: null, added: 3 }]);
      hold(own);
      home.time.nowMs += 61_000;
      expect((await home.read(path)).reports).toMatchObject([{ stopped: null, unchanged: true }]);
    } finally {
      await home.close();
    }
  });

  it("that was lost to another process while this one slept ends its reading as busy", async () => {
    const home = await openDrillHome();
    try {
      const path = home.file("a.mbox", toMbox(drillMails(900, { words: 300 })));
      let taken = false;
      const { reports } = await home.read(path, {
        onProgress: () => {
          if (taken) return;
          taken = true;
          const database = new DatabaseSync(home.store.path);
          database
            .prepare("UPDATE sources SET lease_owner = ?, lease_until = ?")
            .run("elsewhere:1:id", new Date(home.time.nowMs + 50_000).toISOString());
          database.close();
        },
      });
      expect(reports).toMatchObject([{ stopped: "busy" }]);
      home.time.nowMs += 61_000;
      await home.read(path);
      expect(dumpHome(home.store.path).items).toHaveLength(900);
    } finally {
      await home.close();
    }
  });

  it("is followed by a look at how far others have read meanwhile", async () => {
    const home = await openDrillHome();
    try {
      const path = home.file("a.mbox", toMbox(drillMails(6)));
      const seenBefore = await home.register(path);
      await home.read(path);
      for (const source of seenBefore) {
        const report = await home.intake.importSource(source, {
          signal: new AbortController().signal,
          onProgress: () => undefined,
          read: { zone: "UTC", region: "US", recentDays: null },
        });
        expect(report).toMatchObject({ unchanged: true, known: 0 });
      }
      expect(seenBefore).toHaveLength(1);
    } finally {
      await home.close();
    }
  });

  it("names that say nothing certain belong to somebody", () => {
    for (const owner of ["", "id", "host:notanumber:id", `${hostname()}:1:id`, `${makeLeaseOwner(() => "id")}:x`])
      expect(isLeaseOwnerGone(owner), owner).toBe(false);
  });
});
