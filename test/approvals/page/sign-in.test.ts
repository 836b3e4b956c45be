// Holds R33, R34, R40, R138.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nameDevice } from "../../../approvals/page/name-device.ts";
import { loginUrl } from "../../../approvals/page/sign-in.ts";
import { listNotices } from "../../../src/store/notices.ts";
import { mintLogin } from "../../../src/store/page-logins.ts";
import { endSession, listSessions } from "../../../src/store/page-sessions.ts";
import { browserOf } from "./browser-of.ts";
import { openPageHouse, type PageHouse } from "./page-house.ts";

const dayMs = 86_400_000;
let house: PageHouse;
let browser: ReturnType<typeof browserOf>;
beforeEach(async () => {
  house = await openPageHouse();
  browser = browserOf(house.page);
});
afterEach(() => house.close());

const firefox = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
async function signIn(): Promise<{ cookie: string; answer: Response }> {
  const { token } = await mintLogin(house.store);
  const answer = await browser.post("/login", { token }, { headers: firefox });
  return { answer, cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
}

describe("signing in", () => {
  test("takes one press on the page the link opens, and leaves no token in any address", async () => {
    const { token } = await mintLogin(house.store);
    const url = new URL(loginUrl("http://localhost:7373", token));
    const shown = await (await browser.get(`${url.pathname}${url.search}`)).text();
    expect(shown).toContain(`<input type="hidden" name="token" value="${token}">`);
    const answer = await browser.post("/login", { token });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    expect(house.lines.join()).not.toContain(token);
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await browser.get("/", { cookie })).status).toBe(200);
  });

  test("is not used up by whatever looks at the link", async () => {
    const { token } = await mintLogin(house.store);
    for (let n = 0; n < 3; n++) expect((await browser.get(`/login?token=${token}`)).status).toBe(200);
    expect((await browser.post("/login", { token })).status).toBe(303);
  });

  test("works once a link", async () => {
    const { token } = await mintLogin(house.store);
    expect((await browser.post("/login", { token })).status).toBe(303);
    const again = await browser.post("/login", { token });
    expect([again.status, again.headers.get("set-cookie")]).toEqual([401, null]);
  });

  test("gives a cookie for this very name, that no script and no other site gets", async () => {
    const { answer } = await signIn();
    expect(answer.headers.get("set-cookie")).toMatch(
      /^steward_7373=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  test("gives a __Host- cookie behind an https name", async () => {
    await house.close();
    house = await openPageHouse({ settings: { port: 7373, address: "https://steward.example", ipv6: false } });
    browser = browserOf(house.page);
    const { answer } = await signIn();
    expect(answer.headers.get("set-cookie")).toMatch(
      /^__Host-steward=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  test("again in the same browser ends the session before it, and tells the owner of each", async () => {
    const first = await signIn();
    const { token } = await mintLogin(house.store);
    await browser.post("/login", { token }, { cookie: first.cookie, headers: firefox });
    expect((await browser.get("/", { cookie: first.cookie })).status).toBe(401);
    expect(await listSessions(house.store, "2026-11-21T09:00:01.000Z")).toHaveLength(1);
    const told = await listNotices(house.store, { unseen: true, limit: 5 });
    expect(told.map(({ text }) => text)).toEqual(["Signed in: Firefox on Linux.", "Signed in: Firefox on Linux."]);
  });

  test("is refused for a while after five wrong links within a minute", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await browser.post("/login", { token: `wrong-${n}` })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    const { token } = await mintLogin(house.store);
    const locked = await browser.post("/login", { token });
    expect([locked.status, locked.headers.get("retry-after")]).toEqual([429, "60"]);
    house.clock.nowMs += 60_000;
    expect((await browser.post("/login", { token })).status).toBe(303);
  });

  test("from another page is refused before a link is counted or used up", async () => {
    const { token } = await mintLogin(house.store);
    const foreign = { origin: "http://localhost:3000", "sec-fetch-site": "same-site" };
    for (let n = 0; n < 9; n++)
      expect((await browser.post("/login", { token }, { headers: foreign })).status).toBe(403);
    expect((await browser.post("/login", { token })).status).toBe(303);
  });
});

describe("without a session", () => {
  const open = new Set(["GET /login", "POST /login", "GET /assets/:name"]);

  test("every place but the login and the files is 401, whatever is sent as one", async () => {
    const ended = await house.signIn("ended");
    await house.store.write((tx) => endSession(tx, "ended"));
    const idle = await house.signIn("idle");
    house.clock.nowMs += 14 * dayMs;
    const good = await house.signIn("good");
    const cookies = [
      "",
      "steward_7373=",
      "steward_7373=true",
      `steward_7373=${"A".repeat(43)}`,
      `steward_7373=good`,
      `steward_7374=${good.token}`,
      `__Host-steward=${good.token}`,
      `steward_7373=${good.token.slice(0, -1)}`,
      `steward_7373=${good.token}%00`,
      ended.cookie,
      idle.cookie,
    ];
    const routes = house.page.app.routes.filter(
      ({ method, path }) => method !== "ALL" && !open.has(`${method} ${path}`),
    );
    expect(routes.length).toBeGreaterThan(30);
    for (const { method, path } of routes) {
      const real = path.replace(/:\w+(?:\{[^}]*\})?/g, "1");
      for (const cookie of cookies) {
        const sent = { cookie, csrf: good.csrf };
        const answer =
          method === "GET"
            ? await browser.get(real, sent)
            : await (real.startsWith("/api/")
                ? browser.json(real, {}, sent)
                : real === "/ask"
                  ? browser.files(real, {}, sent)
                  : browser.post(real, {}, sent));
        expect([method, path, cookie, answer.status]).toEqual([method, path, cookie, 401]);
        expect(answer.headers.get("set-cookie")).toBeNull();
      }
    }
    expect((await browser.get("/", { cookie: good.cookie })).status).toBe(200);
  });

  test("a place that is not there is no other answer", async () => {
    expect((await browser.get("/no/such/page")).status).toBe(401);
  });

  test("the page says how to get in, names nobody, and lets a link from another site in by one more click", async () => {
    await house.propose({ title: "Archive for Clara" });
    const text = await (await browser.get("/cards/1")).text();
    expect(text).toContain("steward open");
    expect(text).not.toMatch(/Clara|weiss|Go on to your page/);
    const linked = await browser.get("/cards/1", {
      headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    });
    expect([linked.status, await linked.text()]).toEqual([401, expect.stringContaining("Go on to your page")]);
  });
});

describe("a device", () => {
  test("is listed by what it is, with when it was used, and can be signed out by another", async () => {
    const [mine, theirs] = [await house.signIn("mine"), await house.signIn("theirs")];
    house.clock.nowMs += 3_600_000;
    await browser.get("/", mine);
    const [first] = await listSessions(house.store, "2026-11-21T10:00:00.000Z");
    expect(first).toMatchObject({ id: "mine", lastSeenAt: "2026-11-21T10:00:00.000Z" });
    expect((await browser.post("/devices/theirs/revoke", {}, mine)).status).toBe(303);
    expect((await browser.get("/", theirs)).status).toBe(401);
    expect((await browser.get("/", mine)).status).toBe(200);
  });

  test("signs itself out, and its cookie goes", async () => {
    const mine = await house.signIn("mine");
    const answer = await browser.post("/logout", {}, mine);
    expect(answer.headers.get("set-cookie")).toMatch(/^steward_7373=; Max-Age=0; Path=\//);
    expect((await browser.get("/", mine)).status).toBe(401);
  });

  test("is named from a closed list, whatever it says of itself", () => {
    const named: [string, string][] = [
      [firefox["user-agent"], "Firefox on Linux"],
      [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Mobile Safari/604.1",
        "Safari on iPhone",
      ],
      ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"],
      ["<script>alert(1)</script>", "A browser"],
      ["", "A browser"],
    ];
    for (const [agent, name] of named) expect(nameDevice(agent)).toBe(name);
  });
});
