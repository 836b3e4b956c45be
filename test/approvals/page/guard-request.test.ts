// Holds R32, R35, R37, R39.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAuthority } from "../../../approvals/page/authority.ts";
import { writeSeen } from "../../../approvals/page/page-actions.ts";
import { type Device, openPageHouse, type PageHouse } from "./page-house.ts";

let house: PageHouse;
let device: Device;
beforeAll(async () => {
  house = await openPageHouse();
  device = await house.signIn();
});
afterAll(() => house.close());

const host = "localhost:7373";
const own = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
const form = "application/x-www-form-urlencoded";
const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  Promise.resolve(house.page.app.request(`http://${host}${path}`, init));
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  ask(path, { headers: { host, cookie: device.cookie, ...headers } });
const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  ask(path, {
    method: "POST",
    headers: { ...own, cookie: device.cookie, "content-type": form, ...headers },
    body,
  });

describe("every answer", () => {
  test("carries exactly these headers", async () => {
    const { headers, status } = await get("/");
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toEqual({
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      "content-type": "text/html; charset=UTF-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "origin-agent-cluster": "?1",
      "permissions-policy": expect.stringContaining("camera=(), "),
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "x-dns-prefetch-control": "off",
      "x-frame-options": "DENY",
    });
  });

  test("has them whatever went wrong, and a 500 tells nothing of it", async () => {
    const unknown = await get("/no/such/page");
    const stranger = await ask("/", { headers: { host } });
    const misdirected = await ask("/", { headers: { host: "attacker.example" } });
    const broken = await get("/cards/99999999999999999999");
    for (const answer of [unknown, stranger, misdirected, broken]) {
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.get("x-frame-options")).toBe("DENY");
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    expect([unknown.status, stranger.status, misdirected.status]).toEqual([404, 401, 421]);
  });
});

describe("a read", () => {
  test.each([
    ["cross-site", "cors", "empty", 403],
    ["same-site", "no-cors", "image", 403],
    ["cross-site", "navigate", "iframe", 403],
    ["cross-site", "no-cors", "script", 403],
    ["cross-site", "navigate", "document", 200],
    ["same-origin", "cors", "empty", 200],
    ["none", "navigate", "document", 200],
  ])("of %s as %s for %s gets %i", async (site, mode, dest, status) => {
    const sent = { "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest };
    expect((await get("/queue", sent)).status).toBe(status);
  });

  test("that names another origin is refused, whatever else it says", async () => {
    for (const origin of ["https://attacker.example", "http://localhost:3000", "null"]) {
      expect((await get("/queue", { origin, "sec-fetch-site": "same-origin" })).status).toBe(403);
      expect((await get("/queue", { origin })).status).toBe(403);
    }
    expect((await get("/queue", { origin: own.origin })).status).toBe(200);
  });

  test("of a file by another page is refused too", async () => {
    expect((await get("/assets/page.css")).status).toBe(200);
    expect((await get("/assets/page.css", { "sec-fetch-site": "same-site" })).status).toBe(403);
  });
});

describe("a post", () => {
  test.each([
    ["that says all of it", {}, 303],
    ["without an origin", { origin: "" }, 403],
    ["of another port", { origin: "http://localhost:3000" }, 403],
    ["of another spelling", { origin: "http://127.0.0.1:7373" }, 403],
    ["of a sandbox", { origin: "null" }, 403],
    ["of another scheme", { origin: "https://localhost:7373" }, 403],
    ["without a site", { "sec-fetch-site": "" }, 403],
    ["of another site", { "sec-fetch-site": "cross-site" }, 403],
    ["by an address bar", { "sec-fetch-site": "none" }, 403],
    ["of text", { "content-type": "text/plain" }, 415],
    ["of files", { "content-type": "multipart/form-data; boundary=x" }, 415],
    ["of JSON where forms are", { "content-type": "application/json" }, 415],
  ])("%s gets an answer of its own", async (_name, headers, status) => {
    const sent = Object.fromEntries(
      Object.entries({ ...own, cookie: device.cookie, "content-type": form, ...headers }).filter(
        ([, value]) => value !== "",
      ),
    );
    const answer = await ask("/theme", { method: "POST", headers: sent, body: `csrf=${device.csrf}&theme=dark` });
    expect(answer.status).toBe(status);
  });

  test("needs the token of its own session, once, in the form; another header does not count", async () => {
    const other = await house.signIn("other");
    const tries = [
      "theme=dark",
      `theme=dark&csrf=${other.csrf}`,
      `theme=dark&csrf=${device.csrf}x`,
      "theme=dark&csrf=",
    ];
    for (const body of tries) expect((await post("/theme", body)).status).toBe(403);
    expect((await post("/theme", `theme=dark&csrf=${device.csrf}&csrf=${other.csrf}`)).status).toBe(403);
    expect((await post("/theme", "theme=dark", { "x-csrf-token": device.csrf })).status).toBe(403);
    expect((await post("/theme", `theme=dark&csrf=${device.csrf}`)).status).toBe(303);
  });

  test("to /api needs JSON, and the token in the header", async () => {
    const bundle = await house.propose({ title: "Archive" });
    const path = `/api/cards/${bundle.cards[0]?.card.number}/decide`;
    const body = JSON.stringify({ seen: bundle.open.map(writeSeen), kind: "later" });
    const json = { "content-type": "application/json" };
    expect((await post(path, body, json)).status).toBe(403);
    expect((await post(path, `csrf=${device.csrf}`)).status).toBe(415);
    expect((await post(path, "{", { ...json, "x-csrf-token": device.csrf })).status).toBe(400);
    const answer = await post(path, body, { ...json, "x-csrf-token": device.csrf });
    expect([answer.status, await answer.json()]).toMatchObject([200, { kind: "ok" }]);
  });

  test("of more than two million bytes is not read", async () => {
    const answer = await post("/theme", `csrf=${device.csrf}&theme=dark&x=${"x".repeat(2_000_000)}`);
    expect(answer.status).toBe(413);
  });
});

describe("other methods", () => {
  test("are none", async () => {
    for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
      const answer = await ask("/", { method, headers: { ...own, cookie: device.cookie } });
      expect([method, answer.status]).toEqual([method, 405]);
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test("reading a place that only takes posts gets 405, and changes nothing", async () => {
    const posts = house.page.app.routes.filter(({ method }) => method === "POST").map(({ path }) => path);
    const reads = new Set(house.page.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path));
    for (const path of posts.filter((one) => !reads.has(one))) {
      const real = path.replace(/:\w+(?:\{[^}]*\})?/g, "1");
      for (const method of ["GET", "HEAD"]) {
        const answer = await ask(`${real}?kind=approve&csrf=${device.csrf}`, {
          method,
          headers: { host, cookie: device.cookie, "x-http-method-override": "POST" },
        });
        expect([method, path, answer.status]).toEqual([method, path, 405]);
      }
    }
    expect(await house.door.stopped()).toBeNull();
  });
});

describe("the page's name", () => {
  test("is http on loopback or https elsewhere, and nothing more", () => {
    expect(parseAuthority("http://localhost:7373", ["127.0.0.1"])).toEqual({
      origin: "http://localhost:7373",
      host: "localhost:7373",
      rpId: "localhost",
      isHttps: false,
      cookieName: "steward_7373",
      aliases: ["127.0.0.1:7373"],
    });
    expect(parseAuthority("https://steward.tail1234.ts.net", ["127.0.0.1"])).toMatchObject({
      host: "steward.tail1234.ts.net",
      isHttps: true,
      cookieName: "__Host-steward",
      aliases: [],
    });
    const refused = [
      "http://steward.example",
      "http://0.0.0.0:7373",
      "http://192.168.1.5:7373",
      "https://steward.example/page",
      "https://user@steward.example",
      "ftp://localhost",
      "localhost:7373",
      "",
    ];
    for (const address of refused) {
      expect(() => parseAuthority(address, []), address).toThrow(expect.objectContaining({ code: "config" }));
    }
  });

  test("spelt otherwise leads back to it, for ::1 only where that is listened on", async () => {
    const answer = await ask("/cards/1?edit=1", { headers: { host: "127.0.0.1:7373" } });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "http://localhost:7373/cards/1?edit=1"]);
    expect((await ask("/", { headers: { host: "[::1]:7373" } })).status).toBe(421);
    expect(parseAuthority("http://localhost:7373", ["127.0.0.1", "::1"]).aliases).toContain("[::1]:7373");
    const twice = await ask("//attacker.example/", { headers: { host: "127.0.0.1:7373" } });
    expect(twice.headers.get("location")).toBe("http://localhost:7373/");
  });

  test("is not read from what a proxy adds", async () => {
    const forwarded = { "x-forwarded-host": host, forwarded: `host=${host}`, "x-forwarded-proto": "http" };
    const answer = await ask("/", { headers: { host: "attacker.example", cookie: device.cookie, ...forwarded } });
    expect(answer.status).toBe(421);
  });
});
