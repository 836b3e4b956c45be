import { readdirSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browserOf } from "./browser-of.ts";
import { openPageHouse, type PageHouse } from "./page-house.ts";

let house: PageHouse;
let browser: ReturnType<typeof browserOf>;
beforeAll(async () => {
  house = await openPageHouse();
  browser = browserOf(house.page);
});
afterAll(() => house.close());

const folder = join(import.meta.dirname, "../../../approvals/page/public");
const names = readdirSync(folder).filter((name) => /\.(ts|css|svg)$/.test(name));

test("every file is served by its name, TypeScript without its types, each import among them", async () => {
  expect(names).toContain("page.ts");
  for (const name of names) {
    const answer = await browser.get(`/assets/${name}`);
    expect([name, answer.status]).toEqual([name, 200]);
    const text = await answer.text();
    if (!name.endsWith(".ts")) continue;
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(stripTypeScriptTypes(text), name).toBe(text);
    for (const [, imported = ""] of text.matchAll(/from "\.\/([^"]+)"/g)) expect(names).toContain(imported);
  }
  const css = await browser.get("/assets/page.css");
  expect(css.headers.get("content-type")).toBe("text/css; charset=utf-8");
});

test("what has not changed is not sent again, and is asked for each time", async () => {
  const first = await browser.get("/assets/page.css");
  expect(first.headers.get("cache-control")).toBe("private, no-cache");
  const again = await browser.get("/assets/page.css", {
    headers: { "if-none-match": first.headers.get("etag") ?? "" },
  });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("nothing else is there, by whatever path", async () => {
  const device = await house.signIn();
  const tries = [
    "tsconfig.json",
    "../create-page.ts",
    "..%2fcreate-page.ts",
    "%2e%2e%2fcreate-page.ts",
    "page.ts%00",
    "PAGE.TS",
    "constructor",
    "__proto__",
  ];
  for (const name of tries) expect([name, (await browser.get(`/assets/${name}`, device)).status]).toEqual([name, 404]);
});
