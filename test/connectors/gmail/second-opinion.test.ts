import { createHash } from "node:crypto";
import { createEmulator, type Emulator } from "emulate";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GmailCursor } from "../../../connectors/gmail/gmail-cursor.ts";
import { type GmailConfig, gmailConfig, makeGmailConnector } from "../../../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { exchangeCode, readAddress } from "../../../connectors/google-account/sign-in-token.ts";
import type { ConnectorDeps } from "../../../src/core/connector.ts";
import { clara, Mirror, nowMs, readScope } from "./gmail-fixture.ts";

/** The same code against an emulator of Google that others wrote. What it lacks is skipped by name, below. */
let emulator: Emulator;
let secrets: Map<string, string>;
const client = { clientId: "cid", clientSecret: "sec" };
const redirectUri = "http://127.0.0.1/";
const letter = (id: string, subject: string, labels: string[]) => ({
  id,
  user_email: clara,
  from: "Ana <ana@elsewhere.example>",
  to: clara,
  subject,
  body_text: `${subject}.`,
  label_ids: labels,
  date: "2026-11-10T10:00:00Z",
});

/** Its token endpoint lies where Google's lay before. */
const reach: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.pathname === "/token") url.pathname = "/oauth2/token";
  if (url.pathname === "/v1/userinfo") url.pathname = "/oauth2/v2/userinfo";
  return await fetch(url, init);
};
const deps: ConnectorDeps = {
  fetch: reach,
  clock: { now: () => nowMs, sleep: async () => undefined },
  newId: () => "id",
  secret: async (name) => secrets.get(name) ?? null,
  log: () => undefined,
};

beforeAll(async () => {
  emulator = await createEmulator({
    service: "google",
    port: 0,
    seed: {
      google: {
        users: [{ email: clara, name: "Clara Weiss" }],
        oauth_clients: [
          {
            client_id: client.clientId,
            client_secret: client.clientSecret,
            redirect_uris: [redirectUri],
            name: "steward",
          },
        ],
        messages: [
          letter("18c0000000000001", "Lease", ["INBOX", "UNREAD"]),
          letter("18c0000000000002", "Keys", ["INBOX", "STARRED"]),
        ],
      },
    },
  });
  const { refreshToken } = await signIn();
  secrets = new Map([
    [googleSecretName(clara, "refresh_token"), refreshToken],
    [googleSecretName(clara, "client_secret"), client.clientSecret],
  ]);
});
afterAll(() => emulator.close());

async function signIn(): Promise<{ refreshToken: string; accessToken: string; scopes: string[] }> {
  const verifier = "v".repeat(60);
  const asked = ["openid", "https://www.googleapis.com/auth/userinfo.email", readScope];
  const form = new URLSearchParams({
    email: clara,
    redirect_uri: redirectUri,
    scope: asked.join(" "),
    state: "s",
    nonce: "",
    client_id: client.clientId,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const answer = await fetch(`${emulator.url}/o/oauth2/v2/auth/callback`, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const net = { fetch: reach, baseUrl: emulator.url, signal: new AbortController().signal };
  return await exchangeCode(net, client, code, { verifier, redirectUri, asked });
}

async function connect(more: Partial<GmailConfig> = {}) {
  const connector = makeGmailConnector(openGoogleAccounts());
  const config = gmailConfig.parse({
    account: clara,
    clientId: client.clientId,
    scopes: [readScope],
    baseUrl: emulator.url,
    ...more,
  });
  const opened = await connector.connect(config, deps);
  return { pull: (cursor: unknown) => connector.pull(opened, cursor, new AbortController().signal) };
}

async function ask(path: string, body?: unknown): Promise<unknown> {
  const { accessToken } = await signIn();
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
  return await (await fetch(`${emulator.url}/gmail/v1/users/me${path}`, { ...init, headers })).json();
}

/** A cursor as `getProfile` would have begun it. */
async function beginning(): Promise<GmailCursor> {
  const latest = await ask("/history?startHistoryId=1");
  const id = String(typeof latest === "object" && latest !== null ? Reflect.get(latest, "historyId") : "");
  const crawl = { pageToken: null, last: [], oldestMs: null, startedMs: nowMs, done: 0, total: 2 };
  return { version: 1, crawl, resync: null, history: { id, pageToken: null, polledMs: nowMs, newestMs: null } };
}

test("sign-in: a code with PKCE is traded for tokens, and says whose they are", async () => {
  const { accessToken, scopes } = await signIn();
  const net = { fetch: reach, baseUrl: emulator.url, signal: new AbortController().signal };
  expect(scopes).toContain(readScope);
  expect(await readAddress(net, accessToken)).toBe(clara);
});

test("list and get: a first read takes what is there", async () => {
  const mirror = new Mirror();
  mirror.cursor = await beginning();
  await mirror.readOn(await connect());
  expect([...mirror.mails]).toEqual(
    expect.arrayContaining([
      ["18c0000000000001", ["Inbox", "Unread"]],
      ["18c0000000000002", ["Inbox", "Opened", "Starred"]],
    ]),
  );
  expect(mirror.texts.get("18c0000000000001")).toContain("Subject: Lease");
});

test("history: new mail, labels and deletions are followed", async () => {
  const mirror = new Mirror();
  mirror.cursor = await beginning();
  const gmail = await connect();
  await mirror.readOn(gmail);
  const raw = Buffer.from(`From: Ben <ben@elsewhere.example>\r\nTo: ${clara}\r\nSubject: News\r\n\r\nNews.`).toString(
    "base64url",
  );
  await ask("/messages", { raw, labelIds: ["INBOX", "UNREAD"] });
  await ask("/messages/18c0000000000002/modify", { addLabelIds: ["UNREAD"], removeLabelIds: ["STARRED"] });
  await mirror.readOn(gmail);
  expect(mirror.mails.get("18c0000000000002")).toEqual(["Inbox", "Unread"]);
  expect([...mirror.texts.values()].some((text) => text.includes("Subject: News"))).toBe(true);
  await ask("/messages/18c0000000000001/trash", {});
  await mirror.readOn(gmail);
  expect(mirror.mails.get("18c0000000000001")).toContain("Trash");
});

test("get: messages on demand", async () => {
  const page = await (await connect({ wanted: ["18c0000000000002", "18c00000000000ff"] })).pull(null);
  expect(page.records.map(({ externalId }) => externalId)).toEqual(["18c0000000000002"]);
  expect(page.gone).toEqual(["18c00000000000ff"]);
});

test.skip("getProfile, by which a first read begins: emulate has no such route", () => undefined);
test.skip("the batch endpoint: emulate has no such route", () => undefined);
test.skip("404 for an old history id: emulate never forgets", () => undefined);
test.skip("401 for an unknown token: emulate takes any", () => undefined);
