// Holds R34, R40, R138.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { toInstant } from "../../src/core/clock.ts";
import { listNotices } from "../../src/store/notices.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { clearPageAddress, readPageAddress, setPageAddress } from "../../src/store/page-address.ts";
import { mintLogin, takeLogin } from "../../src/store/page-logins.ts";
import {
  endSession,
  findSession,
  getSession,
  isTouchDue,
  listSessions,
  proveSession,
  startSession,
  touchSession,
} from "../../src/store/page-sessions.ts";
import {
  addPasskey,
  hasPasskey,
  keepChallenge,
  listPasskeys,
  notePasskeyUse,
  removePasskey,
  takeChallenge,
} from "../../src/store/passkeys.ts";
import { folderMaker } from "./store-fixture.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
const newFolder = folderMaker();
let nowMs: number;
let store: Store;
beforeEach(async () => {
  nowMs = Date.parse("2026-11-21T09:00:00Z");
  store = await openStore(join(newFolder(), "steward.db"), {
    clock: { now: () => nowMs, sleep: async () => undefined },
  });
});
afterEach(() => store.close());
const at = (): string => toInstant(nowMs);
const login = (token: string) => store.write((tx) => takeLogin(tx, token));
const signIn = (id = "device-1") => store.write((tx) => startSession(tx, { id, name: "Firefox on Linux" }));

describe("a login", () => {
  test("has 256 random bits, of which only the hash is stored", async () => {
    const { token, expiresAt } = await mintLogin(store);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect((await mintLogin(store)).token).not.toBe(token);
    expect(Date.parse(expiresAt) - nowMs).toBe(5 * minuteMs);
    const rows = store.read.all(z.looseObject({}), "SELECT * FROM page_logins");
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("works once", async () => {
    const { token } = await mintLogin(store);
    expect(await login(token)).toEqual({ kind: "ok" });
    expect(await login(token)).toEqual({ kind: "bad" });
  });

  test("works for one of two that come at once", async () => {
    const { token } = await mintLogin(store);
    const both = await Promise.all([login(token), login(token)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(["bad", "ok"]);
  });

  test("works for less than five minutes", async () => {
    const { token } = await mintLogin(store);
    nowMs += 5 * minuteMs;
    expect(await login(token)).toEqual({ kind: "bad" });
  });
});

describe("bad logins", () => {
  const bad = async (times: number) => {
    for (let n = 1; n < times; n++) await login(`bad-${n}`);
    return await login("bad");
  };

  test("lock the fifth time within a minute, and tell the owner", async () => {
    expect(await bad(4)).toEqual({ kind: "bad" });
    expect(await login("bad")).toEqual({ kind: "locked", untilAt: toInstant(nowMs + minuteMs) });
    const notices = await listNotices(store, { unseen: true, limit: 5 });
    expect(notices.map(({ kind, level }) => [kind, level])).toEqual([["alert", "push"]]);
  });

  test("keep a good one out while the lock holds, and let it in afterwards", async () => {
    await bad(5);
    const { token } = await mintLogin(store);
    expect((await login(token)).kind).toBe("locked");
    nowMs += minuteMs;
    expect(await login(token)).toEqual({ kind: "ok" });
  });

  test("spread over more than a minute lock nothing", async () => {
    for (let n = 0; n < 12; n++) {
      expect(await login("bad")).toEqual({ kind: "bad" });
      nowMs += 16_000;
    }
  });

  test("lock twice as long each time, up to a quarter of an hour", async () => {
    const locks: number[] = [];
    for (let n = 0; n < 6; n++) {
      const last = await bad(5);
      const untilMs = last.kind === "locked" ? Date.parse(last.untilAt) : 0;
      locks.push((untilMs - nowMs) / minuteMs);
      nowMs = untilMs;
    }
    expect(locks).toEqual([1, 2, 4, 8, 15, 15]);
  });
});

describe("a session", () => {
  test("is found by its token alone, which is not stored", async () => {
    const token = await signIn();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect((await findSession(store, token, at()))?.id).toBe("device-1");
    for (const wrong of ["", "device-1", `${token}x`, token.slice(1)]) {
      expect(await findSession(store, wrong, at())).toBeNull();
    }
    const rows = store.read.all(z.looseObject({}), "SELECT * FROM page_sessions");
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test("used all the time ends after thirty days", async () => {
    const token = await signIn();
    for (let day = 0; day < 29; day++) {
      nowMs += dayMs;
      await store.write((tx) => touchSession(tx, "device-1"));
    }
    expect(await findSession(store, token, at())).not.toBeNull();
    nowMs += dayMs;
    expect(await findSession(store, token, at())).toBeNull();
    expect(await getSession(store, "device-1", at())).toBeNull();
  });

  test("not used for a fortnight ends", async () => {
    const token = await signIn();
    nowMs += 14 * dayMs - 1;
    expect(await findSession(store, token, at())).not.toBeNull();
    nowMs += 1;
    expect(await findSession(store, token, at())).toBeNull();
    expect(await listSessions(store, at())).toEqual([]);
  });

  test("that was ended is none, and the others go on", async () => {
    const [one, two] = [await signIn("device-1"), await signIn("device-2")];
    expect(await store.write((tx) => endSession(tx, "device-1"))).toBe(true);
    expect(await store.write((tx) => endSession(tx, "device-1"))).toBe(false);
    expect(await findSession(store, one, at())).toBeNull();
    expect(await getSession(store, "device-1", at())).toBeNull();
    expect((await findSession(store, two, at()))?.id).toBe("device-2");
    expect((await listSessions(store, at())).map(({ id }) => id)).toEqual(["device-2"]);
  });

  test("writes down a look at most once a minute, and when a passkey spoke", async () => {
    const token = await signIn();
    nowMs += minuteMs - 1;
    const before = await findSession(store, token, at());
    expect(before !== null && isTouchDue(before, at())).toBe(false);
    nowMs += 1;
    expect(before !== null && isTouchDue(before, at())).toBe(true);
    await store.write((tx) => proveSession(tx, "device-1"));
    expect((await findSession(store, token, at()))?.provedAt).toBe(at());
  });
});

describe("passkeys", () => {
  const passkey = {
    id: "k1",
    rpId: "localhost",
    name: "Phone",
    publicKey: new Uint8Array([1, 2]),
    counter: 0,
    transports: ["internal"],
  };

  test("are kept for one page each, and the owner is told of each coming and going", async () => {
    expect(await hasPasskey(store)).toBe(false);
    expect(await store.write((tx) => addPasskey(tx, passkey))).toBe(true);
    expect(await store.write((tx) => addPasskey(tx, { ...passkey, publicKey: new Uint8Array([9]) }))).toBe(false);
    expect((await listPasskeys(store, "localhost")).map(({ publicKey }) => [...publicKey])).toEqual([[1, 2]]);
    expect(await listPasskeys(store, "steward.example")).toEqual([]);
    await store.write((tx) => notePasskeyUse(tx, "k1", 7));
    expect((await listPasskeys(store, "localhost"))[0]).toMatchObject({ counter: 7, usedAt: at() });
    expect(await store.write((tx) => removePasskey(tx, "k1"))).toBe(true);
    expect(await hasPasskey(store)).toBe(false);
    expect(await listNotices(store, { unseen: true, limit: 5 })).toHaveLength(2);
  });

  test("are asked a question that can be answered once, in time", async () => {
    const asked = { sessionId: "device-1", purpose: "decide", about: "x", expiresAt: toInstant(nowMs + minuteMs) };
    await store.write((tx) => keepChallenge(tx, "c1", asked));
    expect(await store.write((tx) => takeChallenge(tx, "c1"))).toEqual(asked);
    expect(await store.write((tx) => takeChallenge(tx, "c1"))).toBeNull();
    await store.write((tx) => keepChallenge(tx, "c2", asked));
    nowMs += minuteMs;
    expect(await store.write((tx) => takeChallenge(tx, "c2"))).toBeNull();
  });
});

test("the address of the page is kept for the terminal until that page closes", async () => {
  expect(await readPageAddress(store)).toBeNull();
  await store.write((tx) => setPageAddress(tx, "http://localhost:7373"));
  await store.write((tx) => clearPageAddress(tx, "http://localhost:9"));
  expect((await readPageAddress(store))?.url).toBe("http://localhost:7373");
  await store.write((tx) => clearPageAddress(tx, "http://localhost:7373"));
  expect(await readPageAddress(store)).toBeNull();
});
