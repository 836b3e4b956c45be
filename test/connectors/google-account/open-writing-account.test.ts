import { describe, expect, it } from "vitest";
import { z } from "zod";
import { isReadingPost } from "../../../connectors/google-account/is-reading-post.ts";
import { openWritingAccount } from "../../../connectors/google-account/open-writing-account.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import {
  missingWriteScopes,
  scopesToAsk,
  writableServices,
  writeScopes,
} from "../../../connectors/google-account/write-scopes.ts";
import { readJson } from "../../../connectors/google-account/writing-account.ts";
import { isDefinitive, StewardError } from "../../../src/core/errors.ts";
import type { Fault } from "../../../src/emulators/google/faults.ts";
import { grantDirectly } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { clara, configOf, type GmailSetup, setUpGmail } from "../gmail/gmail-fixture.ts";

const drafts = "https://gmail.googleapis.com/gmail/v1/users/me/drafts";
const never = new AbortController().signal;
const modify = "https://www.googleapis.com/auth/gmail.modify";

function setUp(scopes: string[] = [modify]): GmailSetup {
  const setup = setUpGmail();
  const grant = grantDirectly(setup.world.oauth(), { account: clara, scopes }, setup.worldClock.now());
  setup.secrets.set(googleSecretName(clara, "write_refresh_token"), grant.refreshToken);
  return setup;
}

const draft = {
  service: "gmail" as const,
  method: "POST" as const,
  url: drafts,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ message: { raw: Buffer.from("To: a@b.example\r\n\r\nHello").toString("base64url") } }),
  signal: never,
};

async function failing(setup: GmailSetup, ...faults: Fault[]): Promise<{ error: StewardError; posts: number }> {
  setup.world.faults.add(...faults);
  const account = await openWritingAccount(configOf(setup), setup.deps);
  const error = await account.send(draft).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StewardError)) throw new Error(`No error of ours: ${error}`);
  return { error, posts: setup.requests.filter((one) => one.startsWith("POST /gmail")).length };
}

describe("the account the door writes with", () => {
  it("sends with the write token and reads the answer", async () => {
    const setup = setUp();
    const account = await openWritingAccount(configOf(setup), setup.deps);
    const { id } = readJson(await account.send(draft), z.object({ id: z.string() }));
    expect(setup.world.state("gmail", clara).drafts.has(id)).toBe(true);
    await account.send({ service: "gmail", method: "GET", url: `${drafts}/${id}`, signal: never });
    expect(setup.requests.filter((one) => one.endsWith("/token"))).toHaveLength(1);
  });

  it("never uses the token of the reading side", async () => {
    const setup = setUpGmail({ scopes: [modify] });
    await expect(openWritingAccount(configOf(setup), setup.deps)).rejects.toMatchObject({
      code: "needs_reauth",
      cure: `steward connect google --write --account ${clara}`,
    });
  });

  it("tries once, whatever comes", async () => {
    for (const fault of ["drop", "status", "garbage", "truncate"] as const) {
      for (const when of ["before", "after"] as const) {
        const setup = setUp();
        setup.world.faults.add({ match: /POST \/gmail/, when, do: fault, status: 503 });
        const account = await openWritingAccount(configOf(setup), setup.deps);
        const failed = account.send(draft).then((answer) => readJson(answer, z.object({ id: z.string() })));
        await expect(failed, `${when} ${fault}`).rejects.toMatchObject({ code: "unavailable" });
        expect(setup.requests.filter((one) => one.startsWith("POST /gmail"))).toHaveLength(1);
        expect(setup.world.state("gmail", clara).drafts.size, `${when} ${fault}`).toBe(when === "after" ? 1 : 0);
      }
    }
  });

  it("tells what surely did nothing from what nobody knows", async () => {
    const answers: [number, string, boolean][] = [
      [400, "usage", true],
      [401, "needs_reauth", true],
      [403, "no_permission", true],
      [404, "not_found", true],
      [409, "moved", true],
      [410, "gone", true],
      [412, "moved", true],
      [413, "usage", true],
      [429, "rate_limited", true],
      [500, "unavailable", false],
      [502, "unavailable", false],
    ];
    for (const [status, code, definitive] of answers) {
      const { error, posts } = await failing(setUp(), {
        match: /POST \/gmail/,
        when: "before",
        do: "status",
        status,
        body: {},
      });
      expect([error.code, isDefinitive(error.code), posts], String(status)).toEqual([code, definitive, 1]);
    }
  });

  it("does not send twice after 403 userRateLimitExceeded and 429 with an instant (G10)", async () => {
    for (const [status, body] of [
      [403, { error: { errors: [{ reason: "userRateLimitExceeded" }], message: "User Rate Limit Exceeded" } }],
      [429, { error: { message: "User-rate limit exceeded.  Retry after 2026-11-14T08:20:00.000Z" } }],
    ] as const) {
      const setup = setUp();
      const { error, posts } = await failing(setup, {
        match: /POST \/gmail/,
        nth: 1,
        when: "before",
        do: "status",
        status,
        body,
      });
      expect([error.code, posts]).toEqual(["rate_limited", 1]);
      if (status === 429) expect(error.retryAfterMs).toBe(8 * 60_000);
    }
  });

  it("names the right that was not granted, and how to give it (G15)", async () => {
    const setup = setUp(["https://www.googleapis.com/auth/calendar.events"]);
    const { error, posts } = await failing(setup);
    expect([error.code, error.cure, posts]).toEqual([
      "no_permission",
      `steward connect google --write gmail --account ${clara}`,
      1,
    ]);
  });

  it("says so, without asking again and again, when Google ended the right", async () => {
    const setup = setUp();
    setup.world.settings.set("oauth.refuse", 1);
    const { error } = await failing(setup);
    expect([error.code, error.cure]).toEqual(["needs_reauth", `steward connect google --write --account ${clara}`]);
    expect(setup.requests).toHaveLength(1);
  });

  it("is not known to have done nothing when no token can be got", async () => {
    const { error } = await failing(setUp(), { match: /\/token/, when: "before", do: "drop" });
    expect(error.code).toBe("unavailable");
  });

  it("puts no token and no secret into an error", async () => {
    const setup = setUp();
    for (const match of [/\/token/, /POST \/gmail/]) {
      setup.world.faults.clear();
      const { error } = await failing(setup, { match, when: "after", do: "drop" });
      const words = `${error.message} ${error.stack} ${JSON.stringify(error.cause)}`;
      for (const secret of setup.secrets.values()) expect(words).not.toContain(secret);
    }
  });

  it("asks nobody but Google, or the emulator that stands for it", async () => {
    const setup = setUp();
    const account = await openWritingAccount(configOf(setup), setup.deps);
    await account.send(draft);
    const asked = account.send({ ...draft, url: "https://evil.example/gmail/v1/users/me/drafts" });
    await expect(asked).rejects.toMatchObject({ code: "no_permission" });
    expect(setup.requests.filter((one) => one.startsWith("POST /gmail"))).toHaveLength(1);
  });

  it("stops when it is told to", async () => {
    const setup = setUp();
    const account = await openWritingAccount(configOf(setup), setup.deps);
    const asked = account.send({ ...draft, signal: AbortSignal.abort() });
    await expect(asked).rejects.toMatchObject({ code: "interrupted" });
    expect(setup.world.state("gmail", clara).drafts.size).toBe(0);
  });
});

describe("the rights to write", () => {
  it("are these and no more", () => {
    expect(writeScopes.map(({ scope, service }) => `${service} ${scope}`)).toEqual([
      `gmail ${modify}`,
      "calendar https://www.googleapis.com/auth/calendar.events",
      "drive https://www.googleapis.com/auth/drive",
      "sheets https://www.googleapis.com/auth/spreadsheets",
    ]);
  });

  it("are asked for by service, with who signs in", () => {
    expect(scopesToAsk(["gmail"]).map(({ scope }) => scope)).toEqual([
      modify,
      "openid",
      "https://www.googleapis.com/auth/userinfo.email",
    ]);
    expect(writableServices([modify, "openid"])).toEqual(["gmail"]);
  });

  it("are missing without a token, by what was ticked with one, and never when that was not noted", async () => {
    const secrets = new Map<string, string>();
    const missing = async (): Promise<string[]> => {
      const found = await missingWriteScopes(
        { account: clara },
        ["gmail", "sheets"],
        async (name) => secrets.get(name) ?? null,
      );
      return found.map(({ service }) => service);
    };
    expect(await missing()).toEqual(["gmail", "sheets"]);
    secrets.set(googleSecretName(clara, "write_refresh_token"), "t");
    expect(await missing()).toEqual([]);
    secrets.set(googleSecretName(clara, "write_scopes"), `${modify} openid`);
    expect(await missing()).toEqual(["sheets"]);
  });
});

describe("a POST that only reads", () => {
  const post = (path: string, text: string, contentType = "application/x-www-form-urlencoded") =>
    isReadingPost({
      method: "POST",
      path,
      query: new URLSearchParams(),
      contentType,
      body: new TextEncoder().encode(text),
    });

  it("asks for an access token or for busy times, and is nothing else", () => {
    expect(post("/token", "grant_type=refresh_token&refresh_token=x")).toBe(true);
    expect(post("/calendar/v3/freeBusy", "{}", "application/json")).toBe(true);
    expect(post("/token", "grant_type=authorization_code&code=x")).toBe(false);
    expect(post("/token", '{"grant_type":"refresh_token"}', "application/json")).toBe(false);
    expect(post("/revoke", "token=x")).toBe(false);
    expect(post("/gmail/v1/users/me/drafts/send", "{}", "application/json")).toBe(false);
    expect(post("/batch/gmail/v1", "")).toBe(false);
  });
});
