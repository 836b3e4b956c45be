import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { demoClient } from "../../../src/emulators/google/oauth/oauth-state.ts";
import { base, bearerOf, clara, makeWorld } from "./google-fixture.ts";

const verifier = "v".repeat(43);
const scope = "https://www.googleapis.com/auth/gmail.readonly";
const asked: Record<string, string> = {
  client_id: demoClient.clientId,
  redirect_uri: "http://127.0.0.1:4321/",
  response_type: "code",
  scope: `${scope} https://www.googleapis.com/auth/calendar.readonly openid`,
  state: "s1",
  code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  code_challenge_method: "S256",
};

async function consent(world: GoogleWorld, fields: Record<string, string> = {}): Promise<URL> {
  const answer = await world.fetch(`${base}/o/oauth2/v2/auth`, {
    method: "POST",
    body: new URLSearchParams({
      query: new URLSearchParams(asked).toString(),
      account: clara,
      scope,
      answer: "continue",
      ...fields,
    }),
  });
  return new URL(answer.headers.get("location") ?? "http://none.example/");
}

async function trade(world: GoogleWorld, fields: Record<string, string>): Promise<{ status: number; json: unknown }> {
  const answer = await world.fetch(`${base}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: demoClient.clientId,
      client_secret: demoClient.clientSecret,
      code_verifier: verifier,
      redirect_uri: asked["redirect_uri"] ?? "",
      ...fields,
    }),
  });
  return { status: answer.status, json: await answer.json() };
}

describe("the emulated sign-in", () => {
  test("shows a page, brings a code back with the state, and gives what was ticked", async () => {
    const world = makeWorld();
    const page = await (await world.fetch(`${base}/o/oauth2/v2/auth?${new URLSearchParams(asked)}`)).text();
    expect(page).toContain("View your email messages");
    expect(page).toContain(clara);
    const back = await consent(world);
    expect(back.searchParams.get("state")).toBe("s1");
    const { status, json } = await trade(world, { code: back.searchParams.get("code") ?? "" });
    expect(status).toBe(200);
    expect(json).toMatchObject({ token_type: "Bearer", expires_in: 3599, scope: `${scope} openid` });
  });

  test("takes a code once, from whoever asked for it, and only back on this machine", async () => {
    const world = makeWorld();
    const code = (await consent(world)).searchParams.get("code") ?? "";
    expect((await trade(world, { code, code_verifier: "w".repeat(43) })).status).toBe(400);
    expect((await trade(world, { code, redirect_uri: "http://127.0.0.1:1/" })).status).toBe(400);
    expect((await trade(world, { code, client_secret: "other" })).status).toBe(401);
    expect((await trade(world, { code })).status).toBe(200);
    expect((await trade(world, { code })).json).toMatchObject({ error: "invalid_grant" });
    const elsewhere = { ...asked, redirect_uri: "https://evil.example/" };
    expect((await world.fetch(`${base}/o/oauth2/v2/auth?${new URLSearchParams(elsewhere)}`)).status).toBe(400);
    const open = { ...asked, code_challenge: "" };
    expect((await world.fetch(`${base}/o/oauth2/v2/auth?${new URLSearchParams(open)}`)).status).toBe(400);
  });

  test("says no when the owner does", async () => {
    const back = await consent(makeWorld(), { answer: "cancel" });
    expect(back.searchParams.get("error")).toBe("access_denied");
    expect(back.searchParams.get("code")).toBeNull();
  });

  test("ends access after an hour, permission when revoked, and after seven days of Testing", async () => {
    const world = makeWorld();
    const token = await bearerOf(world, clara, ["openid", "email"]);
    const ask = async (): Promise<number> =>
      (await world.fetch(`${base}/v1/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await ask()).toBe(200);
    world.clock.advance(3_600_000);
    expect(await ask()).toBe(401);
    const [refreshToken = ""] = Object.keys(world.oauth().refreshTokens);
    const refresh = (): ReturnType<typeof trade> =>
      trade(world, { grant_type: "refresh_token", refresh_token: refreshToken });
    expect((await refresh()).status).toBe(200);
    world.settings.set("oauth.testing", 1);
    world.clock.advance(8 * 86_400_000);
    expect((await refresh()).json).toMatchObject({ error: "invalid_grant" });
    world.settings.delete("oauth.testing");
    expect((await refresh()).status).toBe(200);
    const revoke = { method: "POST", body: new URLSearchParams({ token: refreshToken }) };
    expect((await world.fetch(`${base}/revoke`, revoke)).status).toBe(200);
    expect((await world.fetch(`${base}/revoke`, revoke)).status).toBe(400);
    expect((await refresh()).status).toBe(400);
    expect(world.oauth().tokenRequests).toBe(5);
  });
});
