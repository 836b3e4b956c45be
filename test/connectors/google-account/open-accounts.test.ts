import { gmail } from "@googleapis/gmail";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { GoogleAccount, GoogleAccountConfig } from "../../../connectors/google-account/account.ts";
import { AskAgain } from "../../../connectors/google-account/ask-again.ts";
import { type AccountsOptions, openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { googleError } from "../../../src/emulators/google/google-error.ts";
import { revoke } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { base, clara, configOf, type GmailSetup, readScope, setUpGmail } from "../gmail/gmail-fixture.ts";

const never = new AbortController().signal;
const gmailCost = { service: "gmail", units: 1 } as const;

async function openClara(setup: GmailSetup, options: AccountsOptions = {}): Promise<GoogleAccount> {
  return await openGoogleAccounts({ random: () => 0, ...options }).open(accountConfig(setup), setup.deps);
}

function accountConfig(setup: GmailSetup): GoogleAccountConfig {
  const { account, clientId, scopes, baseUrl } = configOf(setup);
  return { account, clientId, scopes, baseUrl };
}

/** One real call of the library. */
async function profile(account: GoogleAccount, signal = never): Promise<string | null | undefined> {
  const api = gmail({ version: "v1", auth: account.auth, ...account.rootUrl });
  const answer = await account.call(gmailCost, signal, (options) => api.users.getProfile({ userId: "me" }, options));
  return answer.emailAddress;
}

async function errorOf(work: Promise<unknown>): Promise<StewardError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof StewardError) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}

const asked = (setup: GmailSetup, path: string): number => setup.requests.filter((one) => one.includes(path)).length;
const profilePath = /\/profile$/;
const limitBody = (message: string) => googleError(429, message, "rateLimitExceeded");

describe("the access token", () => {
  test("is asked for once by many calls, and again when it is about to end", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(() => profile(account)))).toEqual(Array(6).fill(clara));
    expect(asked(setup, "/token")).toBe(1);
    setup.worldClock.advance(3_550_000);
    await profile(account);
    expect([asked(setup, "/token"), asked(setup, "/profile")]).toEqual([2, 7]);
  });

  test("is asked for once more when a service does not accept it, and then never again", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    await profile(account);
    setup.world.faults.add({ match: profilePath, nth: 1, when: "before", do: "status", status: 401 });
    expect(await profile(account)).toBe(clara);
    expect([asked(setup, "/token"), asked(setup, "/profile")]).toEqual([2, 3]);
    setup.world.faults.add({ match: profilePath, when: "before", do: "status", status: 401 });
    expect((await errorOf(profile(account))).code).toBe("needs_reauth");
    expect([asked(setup, "/token"), asked(setup, "/profile")]).toEqual([3, 5]);
    const soFar = setup.requests.length;
    expect((await errorOf(profile(account))).code).toBe("needs_reauth");
    expect(setup.requests.length).toBe(soFar);
  });

  test("G11: once refused for good, the token endpoint is never asked again", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    await profile(account);
    revoke(setup.world.oauth(), setup.secrets.get(googleSecretName(clara, "refresh_token")) ?? "");
    const errors = await Promise.all([1, 2, 3, 4, 5, 6].map(() => errorOf(profile(account))));
    expect(new Set(errors.map(({ code, cure }) => `${code} ${cure}`))).toEqual(
      new Set([`needs_reauth steward connect google --account ${clara}`]),
    );
    await errorOf(profile(account));
    expect(asked(setup, "/token")).toBe(2);
    expect(setup.slept).toEqual([]);
  });

  test("is asked for again after the owner has signed in again", async () => {
    const setup = setUpGmail();
    const accounts = openGoogleAccounts({ random: () => 0 });
    const first = await accounts.open(accountConfig(setup), setup.deps);
    expect(await accounts.open(accountConfig(setup), setup.deps)).toBe(first);
    revoke(setup.world.oauth(), setup.secrets.get(googleSecretName(clara, "refresh_token")) ?? "");
    await errorOf(profile(first));
    expect((await errorOf(profile(await accounts.open(accountConfig(setup), setup.deps)))).code).toBe("needs_reauth");
    expect(asked(setup, "/token")).toBe(1);
    const again = setUpGmail();
    for (const [name, value] of again.secrets) setup.secrets.set(name, `${value}x`);
    Object.assign(setup.world.oauth().refreshTokens, {
      [setup.secrets.get(googleSecretName(clara, "refresh_token")) ?? ""]: {
        account: clara,
        scopes: [readScope],
        clientId: accountConfig(setup).clientId,
        issuedAt: 0,
        revoked: false,
      },
    });
    setup.secrets.set(googleSecretName(clara, "client_secret"), again.world.oauth().clients[0]?.clientSecret ?? "");
    expect(await profile(await accounts.open(accountConfig(setup), setup.deps))).toBe(clara);
  });

  test("that cannot be had for the moment is asked for patiently, by one call at a time", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    setup.world.faults.add({ match: /POST \/token/, nth: [1, 2], when: "before", do: "status", status: 503 });
    setup.world.faults.add({ match: /POST \/token/, nth: 3, when: "before", do: "garbage" });
    expect(await Promise.all([1, 2, 3, 4].map(() => profile(account)))).toEqual(Array(4).fill(clara));
    expect(asked(setup, "/token")).toBeLessThanOrEqual(4);
    expect(Math.max(...setup.slept)).toBeGreaterThanOrEqual(1000);
  });

  test("is missing: the owner is told how to sign in", async () => {
    const setup = setUpGmail();
    setup.secrets.clear();
    const error = await errorOf(openClara(setup));
    expect([error.code, error.cure]).toEqual(["needs_reauth", `steward connect google --account ${clara}`]);
  });
});

describe("a call", () => {
  test("waits longer each time, at least a second, and gives up", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup, { random: () => 0.25 });
    setup.world.faults.add({ match: profilePath, when: "before", do: "status", status: 503 });
    const error = await errorOf(profile(account));
    expect(error.code).toBe("unavailable");
    expect(asked(setup, "/profile")).toBe(8);
    expect(setup.slept).toEqual([1250, 2250, 4250, 8250, 16_250, 32_250, 64_000]);
  });

  test.each(["drop", "garbage", "truncate"] as const)("is asked again after %s", async (kind) => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    setup.world.faults.add({ match: profilePath, nth: [1, 2], when: "after", do: kind });
    expect(await profile(account)).toBe(clara);
    expect(asked(setup, "/profile")).toBe(3);
  });

  test("is asked again when its answer cannot be understood", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    let sent = 0;
    const answer = await account.call(gmailCost, never, async () => {
      sent += 1;
      if (sent === 1) throw new AskAgain("is not ready");
      if (sent === 2) z.string().parse(7);
      if (sent === 3) throw new StewardError("unavailable", "Not now.");
      return { data: sent };
    });
    expect(answer).toBe(4);
  });

  test.each([
    ["seconds", "7", 7000],
    ["a date", new Date(Date.parse("2026-11-14T08:12:40Z")).toUTCString(), 40_000],
    ["nonsense", "soon", 1000],
    ["a date that has passed", "Sat, 14 Nov 2026 08:00:00 GMT", 1000],
  ])("honours Retry-After in %s", async (_, value, waitMs) => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    setup.world.faults.add({
      match: profilePath,
      nth: 1,
      when: "before",
      do: "status",
      status: 503,
      headers: { "retry-after": value },
    });
    await profile(account);
    expect(setup.slept).toEqual([waitMs]);
  });

  test("G10: what asks for fewer calls is left alone by all of them, then asked by one", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    await profile(account);
    const until = new Date(setup.worldClock.now() + 60_000).toISOString();
    const limited = googleError(403, "User Rate Limit Exceeded", "userRateLimitExceeded");
    setup.world.faults.add({ match: profilePath, nth: 1, when: "before", do: "status", status: 403, body: limited });
    setup.world.faults.add({
      match: profilePath,
      nth: 2,
      when: "before",
      do: "status",
      status: 429,
      body: limitBody(`User-rate limit exceeded.  Retry after ${until}`),
    });
    await profile(account);
    expect(setup.slept[0]).toBe(1000);
    expect(setup.worldClock.now()).toBeGreaterThanOrEqual(Date.parse(until));
    expect([asked(setup, "/token"), asked(setup, "/profile")]).toEqual([1, 4]);
  });

  test("pauses for the others of the service, and for nobody else", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    const order: string[] = [];
    let refusals = 0;
    const send = (name: string) => async () => {
      order.push(`${name} ${setup.worldClock.now()}`);
      if (name === "a" && refusals++ === 0) throw new AskAgain("slow", { limited: true, waitMs: 30_000 });
      return { data: null };
    };
    const began = setup.worldClock.now();
    const first = account.call(gmailCost, never, send("a"));
    await Promise.resolve();
    await account.call({ service: "calendar", units: 1 }, never, send("c"));
    await Promise.all([first, account.call(gmailCost, never, send("b"))]);
    const at = Object.fromEntries(order.map((one) => one.split(" ")).map(([name, ms]) => [name, Number(ms) - began]));
    expect(at["c"]).toBe(0);
    expect(at["b"]).toBeGreaterThanOrEqual(30_000);
  });

  test("does not sit out a long pause: it says until when, and asks nobody before", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    const until = new Date(setup.worldClock.now() + 15 * 60_000).toISOString();
    const body = limitBody(`User-rate limit exceeded.  Retry after ${until}`);
    setup.world.faults.add({ match: profilePath, nth: 1, when: "before", do: "status", status: 429, body });
    const error = await errorOf(profile(account));
    expect([error.code, error.retryAfterMs]).toEqual(["rate_limited", 15 * 60_000]);
    expect((await errorOf(profile(account))).code).toBe("rate_limited");
    expect(asked(setup, "/profile")).toBe(1);
    setup.worldClock.advance(15 * 60_000);
    expect(await profile(account)).toBe(clara);
  });

  test("does not believe an instant that is far ahead", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    const body = limitBody("User-rate limit exceeded.  Retry after 2031-01-01T00:00:00.000Z");
    setup.world.faults.add({ match: profilePath, nth: 1, when: "before", do: "status", status: 429, body });
    expect((await errorOf(profile(account))).retryAfterMs).toBe(20 * 60_000);
    // Nor does a clock that is set back make the pause longer.
    setup.worldClock.advance(-86_400_000);
    expect((await errorOf(profile(account))).retryAfterMs).toBe(20 * 60_000);
  });

  test("G15: what was not granted is no matter of trying again, and says what stays out", async () => {
    const setup = setUpGmail({ scopes: ["https://www.googleapis.com/auth/drive.readonly"] });
    const account = await openClara(setup);
    const error = await errorOf(profile(account));
    expect(error.code).toBe("no_permission");
    expect(error.message).toContain("Gmail");
    expect(error.cure).toContain("steward connect google");
    expect([asked(setup, "/profile"), asked(setup, "/token")]).toEqual([1, 1]);
  });

  test.each([
    [403, "dailyLimitExceeded", "rate_limited"],
    [403, "accessNotConfigured", "no_permission"],
    [403, "domainPolicy", "no_permission"],
    [404, "notFound", "not_found"],
    [410, "fullSyncRequired", "gone"],
    [400, "invalidArgument", "unavailable"],
  ])("is not repeated after %i %s", async (status, reason, code) => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    const body = googleError(status, "No.", reason);
    setup.world.faults.add({ match: profilePath, when: "before", do: "status", status, body });
    expect((await errorOf(profile(account))).code).toBe(code);
    expect(asked(setup, "/profile")).toBe(1);
  });

  test("stops at once when it is told to, also while it waits", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    const stop = new AbortController();
    setup.deps.clock.sleep = async () => stop.abort();
    setup.world.faults.add({ match: profilePath, when: "before", do: "status", status: 503 });
    expect((await errorOf(profile(account, stop.signal))).code).toBe("interrupted");
    expect(asked(setup, "/profile")).toBe(1);
  });

  test("has at most three others beside it", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    let inFlight = 0;
    let most = 0;
    const send = async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return { data: null };
    };
    await Promise.all(Array.from({ length: 30 }, () => account.call(gmailCost, never, send)));
    expect(most).toBe(4);
  });

  test("spends no more units a minute than it may", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup);
    const sentAt: number[] = [];
    const send = async () => {
      sentAt.push(setup.worldClock.now());
      return { data: null };
    };
    for (let n = 0; n < 60; n += 1) await account.call({ service: "gmail", units: 500 }, never, send);
    for (const from of sentAt) {
      const inMinute = sentAt.filter((at) => at >= from && at < from + 60_000).length;
      expect(inMinute * 500).toBeLessThanOrEqual(6000);
    }
    const tookMs = (sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0);
    expect(tookMs).toBeGreaterThan(6 * 60_000);
    expect(tookMs).toBeLessThan(7 * 60_000);
    expect(account.usage().gmail).toEqual({ requests: 60, units: 30_000 });
  });

  test("may be without a limit", async () => {
    const setup = setUpGmail();
    const account = await openClara(setup, { unitsPerMinute: { gmail: null } });
    for (let n = 0; n < 60; n += 1) {
      await account.call({ service: "gmail", units: 500 }, never, async () => ({ data: n }));
    }
    expect(setup.slept).toEqual([]);
  });
});

test("no secret is in what is thrown or logged", async () => {
  const setup = setUpGmail();
  const account = await openClara(setup, { mostTries: 2 });
  const faults = [
    { do: "status", status: 401 },
    { do: "status", status: 403 },
    { do: "status", status: 500 },
    { do: "drop" },
    { do: "garbage" },
  ] as const;
  const told: string[] = [];
  for (const fault of faults) {
    for (const match of [profilePath, /POST \/token/]) {
      setup.world.faults.clear();
      setup.world.faults.add({ match, when: "after", ...fault });
      setup.worldClock.advance(4_000_000);
      const error = await errorOf(profile(account).then(() => Promise.reject(new StewardError("usage", "none"))));
      expect(error.cause).toBeUndefined();
      told.push(JSON.stringify(error), error.message, error.stack ?? "", String(error.cure));
    }
  }
  const all = [...told, ...setup.logged].join("\n");
  const secret = [...setup.secrets.values(), ...Object.keys(setup.world.oauth().accessTokens)];
  expect(secret.length).toBeGreaterThan(4);
  expect(secret.filter((one) => all.includes(one))).toEqual([]);
});

test("an account of the real Google asks no other host, its token least of all", async () => {
  const setup = setUpGmail();
  const sent: string[] = [];
  setup.deps.fetch = async (input) => {
    sent.push(input instanceof Request ? input.url : String(input));
    return Response.json({ access_token: "ya29.of-nobody", expires_in: 3600 });
  };
  const account = await openGoogleAccounts().open({ ...accountConfig(setup), baseUrl: null }, setup.deps);
  const error = await errorOf(account.call(gmailCost, never, () => account.auth.request({ url: `${base}/anything` })));
  expect(error.code).toBe("no_permission");
  expect(sent).toEqual(["https://oauth2.googleapis.com/token"]);
});
