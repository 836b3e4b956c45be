import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { demoClient } from "../../../src/emulators/google/oauth/oauth-state.ts";
import { base, bearerOf, ben, clara, makeWorld } from "./google-fixture.ts";

const root = "https://www.googleapis.com/auth/";
const verifier = "v".repeat(43);
const day = 86_400_000;
const asked: Record<string, string> = {
  client_id: demoClient.clientId,
  redirect_uri: "http://127.0.0.1:4321/back",
  response_type: "code",
  scope: `${root}gmail.readonly ${root}calendar.readonly openid email`,
  code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  code_challenge_method: "S256",
};

async function open(world: GoogleWorld, fields: Record<string, string>): Promise<Response> {
  return await world.fetch(`${base}/o/oauth2/v2/auth?${new URLSearchParams({ ...asked, ...fields })}`);
}

async function codeOf(world: GoogleWorld, account = clara): Promise<string> {
  const back = (await open(world, { auto: account })).headers.get("location") ?? "";
  return new URL(back).searchParams.get("code") ?? "";
}

interface Answer {
  status: number;
  error?: string | undefined;
  scope?: string | undefined;
  refresh_token?: string | undefined;
}

async function token(world: GoogleWorld, fields: Record<string, string>): Promise<Answer> {
  const answer = await world.fetch(`${base}/token`, {
    method: "POST",
    body: new URLSearchParams({ client_id: demoClient.clientId, client_secret: demoClient.clientSecret, ...fields }),
  });
  const json: unknown = await answer.json();
  const fieldOf = (name: string): string | undefined => {
    const value: unknown = typeof json === "object" && json !== null ? Reflect.get(json, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  return {
    status: answer.status,
    error: fieldOf("error"),
    scope: fieldOf("scope"),
    refresh_token: fieldOf("refresh_token"),
  };
}

function trade(world: GoogleWorld, code: string, fields: Record<string, string> = {}): Promise<Answer> {
  return token(world, {
    grant_type: "authorization_code",
    code,
    code_verifier: verifier,
    redirect_uri: asked["redirect_uri"] ?? "",
    ...fields,
  });
}

function refresh(world: GoogleWorld, refreshToken: string): Promise<Answer> {
  return token(world, { grant_type: "refresh_token", refresh_token: refreshToken });
}

describe("a request for consent", () => {
  test.each([
    ["a client that is not known", { client_id: "other" }],
    ["a place that is not this machine", { redirect_uri: "https://evil.example/" }],
    ["a place that only looks like this machine", { redirect_uri: "http://127.0.0.1.evil.example/" }],
    ["a place with a name and a password in it", { redirect_uri: "http://127.0.0.1:1@evil.example/" }],
    ["a place with a fragment", { redirect_uri: "http://127.0.0.1:1/#x" }],
    ["an encrypted place on this machine", { redirect_uri: "https://127.0.0.1:1/" }],
    ["the old out-of-band way", { redirect_uri: "urn:ietf:wg:oauth:2.0:oob" }],
    ["a token at once", { response_type: "token" }],
    ["no scope", { scope: "" }],
    ["a scope that does not exist", { scope: "gmail.readonly" }],
    ["a plain challenge", { code_challenge_method: "plain" }],
    ["half a challenge", { code_challenge: "abc" }],
  ])("is refused for %s, and never sent back there", async (_name, fields) => {
    const answer = await open(makeWorld(), fields);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("location")).toBeNull();
    expect(await answer.text()).not.toContain("<form");
  });

  test.each([
    "http://127.0.0.1:9999/",
    "http://localhost:1/a/b",
    "http://[::1]:7/",
  ])("may come back to %s", async (redirect) => {
    const answer = await open(makeWorld(), { redirect_uri: redirect });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  test("escapes what it shows of it", async () => {
    const page = await open(makeWorld(), { scope: '"><script>alert(1)</script>' });
    expect(await page.text()).not.toContain("<script>");
  });

  test("carries the state back as it was, and none where there was none", async () => {
    const world = makeWorld();
    const back = async (fields: Record<string, string>): Promise<URLSearchParams> =>
      new URL((await open(world, { auto: ben, ...fields })).headers.get("location") ?? "").searchParams;
    expect((await back({ state: "a b&c=d" })).get("state")).toBe("a b&c=d");
    expect((await back({})).has("state")).toBe(false);
  });

  test("is answered without a page when a test says who", async () => {
    const world = makeWorld();
    expect((await trade(world, await codeOf(world, ben))).status).toBe(200);
    world.settings.set("oauth.auto", 2);
    const answer = await open(world, {});
    expect(answer.status).toBe(302);
    expect(Object.values(world.oauth().codes).map(({ account }) => account)).toEqual([ben, ben]);
    expect((await open(world, { auto: "nobody@x.example" })).status).toBe(200);
  });

  test("grants nothing that was not asked for", async () => {
    const world = makeWorld();
    const answer = await world.fetch(`${base}/o/oauth2/v2/auth`, {
      method: "POST",
      body: new URLSearchParams([
        ["query", new URLSearchParams(asked).toString()],
        ["account", clara],
        ["scope", "https://mail.google.com/"],
        ["scope", `${root}calendar.readonly`],
        ["answer", "continue"],
      ]),
    });
    const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
    expect((await trade(world, code)).scope).toBe(`${root}calendar.readonly openid ${root}userinfo.email`);
  });
});

describe("a code", () => {
  test("is for the verifier, the place and the client that asked, within ten minutes", async () => {
    const world = makeWorld();
    const code = await codeOf(world);
    expect((await trade(world, code, { code_verifier: "" })).error).toBe("invalid_grant");
    expect((await trade(world, code, { code_verifier: "w".repeat(43) })).error).toBe("invalid_grant");
    expect((await trade(world, code, { redirect_uri: "http://127.0.0.1:1/" })).error).toBe("redirect_uri_mismatch");
    expect((await trade(world, code, { client_secret: "" })).error).toBe("invalid_client");
    expect((await trade(world, "4/0other")).error).toBe("invalid_grant");
    world.clock.advance(10 * 60_000 + 1);
    expect((await trade(world, code)).error).toBe("invalid_grant");
    expect(Object.keys(world.oauth().refreshTokens)).toEqual([]);
  });

  test("is traded by a form and nothing else", async () => {
    const answer = await makeWorld().fetch(`${base}/token`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(400);
  });
});

describe("a permission", () => {
  test("taken back goes with all its tokens, and with nobody else's", async () => {
    const world = makeWorld();
    const grant = (account: string): string =>
      grantDirectly(world.oauth(), { account, scopes: ["openid", "email"] }, world.clock.now()).refreshToken;
    const [first, second, other] = [grant(clara), grant(clara), grant(ben)];
    const access = await bearerOf(world, clara, ["openid", "email"]);
    const revoke = { method: "POST", body: new URLSearchParams({ token: first }) };
    expect((await world.fetch(`${base}/revoke`, revoke)).status).toBe(200);
    expect((await refresh(world, second)).error).toBe("invalid_grant");
    expect((await refresh(world, other)).status).toBe(200);
    const headers = { authorization: `Bearer ${access}` };
    expect((await world.fetch(`${base}/v1/userinfo`, { headers })).status).toBe(401);
  });

  test("to read mail ends with a new password, another does not", async () => {
    const world = makeWorld();
    const grant = (scopes: string[]): string =>
      grantDirectly(world.oauth(), { account: clara, scopes }, world.clock.now()).refreshToken;
    const [mail, calendar] = [grant([`${root}gmail.readonly`]), grant([`${root}calendar.readonly`])];
    await world.fetch(`${base}/_world/password`, { method: "POST", body: "{}" });
    expect((await refresh(world, mail)).error).toBe("invalid_grant");
    expect((await refresh(world, calendar)).status).toBe(200);
  });

  test("ends after half a year without use, and lives on with it", async () => {
    const world = makeWorld();
    const { refreshToken } = grantDirectly(world.oauth(), { account: clara, scopes: ["openid"] }, world.clock.now());
    world.clock.advance(150 * day);
    expect((await refresh(world, refreshToken)).status).toBe(200);
    world.clock.advance(150 * day);
    expect((await refresh(world, refreshToken)).status).toBe(200);
    world.clock.advance(190 * day);
    expect((await refresh(world, refreshToken)).error).toBe("invalid_grant");
  });

  test("is pushed out by the hundredth that comes after it", async () => {
    const world = makeWorld();
    const grant = (account = clara): string =>
      grantDirectly(world.oauth(), { account, scopes: ["openid"] }, world.clock.now()).refreshToken;
    const [first, second] = [grant(), grant()];
    for (let n = 0; n < 98; n += 1) grant();
    grant(ben);
    expect((await refresh(world, first)).status).toBe(200);
    grant();
    expect((await refresh(world, first)).error).toBe("invalid_grant");
    expect((await refresh(world, second)).status).toBe(200);
  });

  test("is refused on demand, and every try is counted", async () => {
    const world = makeWorld();
    const { refreshToken } = grantDirectly(world.oauth(), { account: clara, scopes: ["openid"] }, world.clock.now());
    world.settings.set("oauth.refuse", 1);
    expect((await refresh(world, refreshToken)).error).toBe("invalid_grant");
    world.settings.delete("oauth.refuse");
    expect((await refresh(world, refreshToken)).status).toBe(200);
    expect((await token(world, { grant_type: "password" })).error).toBe("unsupported_grant_type");
    expect(world.oauth().tokenRequests).toBe(3);
  });
});

describe("an access token", () => {
  test("opens the services for an hour of the world's time, whatever the real clock says", async () => {
    const world = makeWorld();
    const headers = { authorization: `Bearer ${await bearerOf(world)}` };
    const ask = async (): Promise<number> =>
      (await world.fetch(`${base}/gmail/v1/users/me/profile`, { headers })).status;
    world.clock.advance(3_598_000);
    expect(await ask()).toBe(200);
    world.clock.advance(1000);
    expect(await ask()).toBe(401);
    expect((await world.fetch(`${base}/drive/v3/files`, { headers })).status).toBe(401);
    world.settings.set("oauth.accessLifeMs", 5000);
    const brief = { authorization: `Bearer ${await bearerOf(world)}` };
    world.clock.advance(5000);
    expect((await world.fetch(`${base}/gmail/v1/users/me/profile`, { headers: brief })).status).toBe(401);
  });
});

describe("who somebody is", () => {
  test("is said as far as the grant goes", async () => {
    const world = makeWorld();
    const ask = async (path: string, scopes: string[]): Promise<unknown> => {
      const bearer = await bearerOf(world, clara, scopes);
      const headers = { authorization: `Bearer ${bearer}` };
      return (await world.fetch(`${base}${path.replace("TOKEN", bearer)}`, { headers })).json();
    };
    const sub = expect.stringMatching(/^\d{21}$/);
    expect(await ask("/oauth2/v3/userinfo", ["openid"])).toEqual({ sub });
    const email = [`${root}userinfo.email`];
    expect(await ask("/v1/userinfo", email)).toEqual({ sub, email: clara, email_verified: true });
    expect(await ask("/v1/userinfo", ["profile"])).toEqual({ sub, name: "Clara Weiss" });
    expect(await ask("/v1/userinfo", [`${root}gmail.readonly`])).toMatchObject({ error: "invalid_request" });
    const info = await ask("/oauth2/v3/tokeninfo?access_token=TOKEN", email);
    expect(info).toEqual({ scope: `${root}userinfo.email`, email: clara, expires_in: "3599" });
    expect(await ask("/tokeninfo?access_token=no", email)).toMatchObject({ error: "invalid_token" });
  });

  test("does not help where the API is not enabled", async () => {
    const world = makeWorld();
    world.settings.set("gmail.disabled", 1);
    const headers = { authorization: `Bearer ${await bearerOf(world)}` };
    const answer = await world.fetch(`${base}/gmail/v1/users/me/profile`, { headers });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("SERVICE_DISABLED");
    expect((await world.fetch(`${base}/calendar/v3/users/me/calendarList`, { headers })).status).toBe(200);
  });
});
