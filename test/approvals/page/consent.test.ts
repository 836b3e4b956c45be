import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPage, type Page } from "../../../approvals/page/create-page.ts";
import { csrfOf } from "../../../approvals/page/visits.ts";
import { startSession } from "../../../src/store/page-sessions.ts";
import { DoorHarness } from "../../support/door-harness.ts";
import { postConnector } from "../../support/post-office.ts";

let door: DoorHarness;
let page: Page;
let cookie: string;
let csrf: string;
let isGranted: boolean;
const asked: unknown[] = [];
beforeEach(async () => {
  isGranted = false;
  asked.length = 0;
  const missing = { state: "needs_consent", why: "Post needs your consent.", cure: "steward connect post" } as const;
  const access = async () => (isGranted ? { state: "ok" as const } : missing);
  door = await new DoorHarness([{ ...postConnector(), access }]).start();
  page = await createPage({
    door: door.door,
    store: door.store,
    clock: door.clock,
    newId: () => "id",
    settings: { port: 7373, address: null, ipv6: false },
    zone: () => "UTC",
    verifyLedger: async () => ({ ok: true, entries: 0 }),
    consent: async (given) => {
      asked.push(given);
      return "https://accounts.post.example/consent?x=1";
    },
    pullThePlug: null,
    log: () => undefined,
    uid: null,
  });
  const token = await door.store.write((tx) => startSession(tx, { id: "device", name: "Firefox" }));
  cookie = `${page.authority().cookieName}=${token}`;
  csrf = csrfOf(token);
});
afterEach(() => door.stopHere());

const own = { host: "localhost:7373", origin: "http://localhost:7373", "sec-fetch-site": "same-origin" };
const get = (path: string) => page.app.request(path, { headers: { ...own, cookie } });
const post = (path: string, token: string) =>
  page.app.request(path, { method: "POST", headers: { ...own, cookie }, body: new URLSearchParams({ csrf: token }) });

describe("a card whose account may not act yet", () => {
  it("leads to the service's own consent page and back, and is not approved before", async () => {
    const seen = await door.propose("post.flag", { ids: ["a"] });
    expect(await (await get("/cards/1")).text()).toContain('href="/cards/1/consent"');
    expect(await door.approve(seen)).toMatchObject({ kind: "refused", refusal: "needs_consent" });
    const first = await (await get("/cards/1/consent")).text();
    expect(first).toContain("Post needs your consent.");
    expect(asked).toEqual([]);
    expect((await post("/cards/1/consent", "forged")).status).toBe(403);
    expect(asked).toEqual([]);
    const second = await (await post("/cards/1/consent", csrf)).text();
    expect(asked).toEqual([{ account: "clara@weiss.example", connector: "post" }]);
    expect(second).toContain('href="https://accounts.post.example/consent?x=1"');
    expect(second).toContain('href="/cards/1"');
    isGranted = true;
    expect((await get("/cards/1/consent")).status).toBe(303);
    expect((await door.approve(seen)).kind).toBe("ok");
  });
});
