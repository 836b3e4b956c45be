import { join } from "node:path";
import { gmail, type gmail_v1 } from "@googleapis/gmail";
import { OAuth2Client } from "google-auth-library";
import { createGoogleWorld, type GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { createWorldClock } from "../../../src/emulators/google/world-clock.ts";
import { loadWorld } from "../../../src/emulators/world/load.ts";

export const nowMs = Date.parse("2026-11-14T08:12:00Z");
export const clara = "clara@weiss.example";
export const ben = "ben@weiss.example";
export const base = "http://127.0.0.1:1";
const root = join(import.meta.dirname, "..", "..", "..");

export const everyScope = [
  "https://mail.google.com/",
  "https://www.googleapis.com/auth/drive",
  "https://www.googleapis.com/auth/spreadsheets",
  "https://www.googleapis.com/auth/calendar",
];

/** A world that stands still at one instant: Clara's mailbox (the demo life when `seeded`) and Ben's empty one. */
export function makeWorld(options: { seeded?: boolean } = {}): GoogleWorld {
  return createGoogleWorld({
    accounts: [
      { address: clara, name: "Clara Weiss" },
      { address: ben, name: "Ben Weiss" },
    ],
    clock: createWorldClock(Date.now, nowMs),
    sleep: async () => undefined,
    ...(options.seeded === true ? { world: loadWorld(join(root, "data", "demo")) } : {}),
  });
}

/** A bearer token for an account, as if it had signed in. */
export async function bearerOf(world: GoogleWorld, account = clara, scopes = everyScope): Promise<string> {
  const { clientId, clientSecret, refreshToken } = grantDirectly(world.oauth(), { account, scopes }, world.clock.now());
  const answer = await world.fetch(`${base}/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    }),
  });
  const json: unknown = await answer.json();
  return String(typeof json === "object" && json !== null ? Reflect.get(json, "access_token") : "");
}

/** Credentials for the real Google clients whose requests end in the world. */
export async function authOf(world: GoogleWorld, account = clara, scopes = everyScope): Promise<OAuth2Client> {
  const auth = new OAuth2Client({ transporterOptions: { fetchImplementation: world.fetch, retry: false } });
  auth.setCredentials({ access_token: await bearerOf(world, account, scopes), expiry_date: Number.MAX_SAFE_INTEGER });
  return auth;
}

export async function gmailOf(world: GoogleWorld, account = clara, scopes = everyScope): Promise<gmail_v1.Gmail> {
  return gmail({ version: "v1", auth: await authOf(world, account, scopes), rootUrl: `${base}/`, retry: false });
}

/** Lets a mail arrive. */
export async function arrive(world: GoogleWorld, mail: Record<string, unknown>): Promise<string> {
  const answer = await world.fetch(`${base}/_world/mail`, { method: "POST", body: JSON.stringify(mail) });
  const json: unknown = await answer.json();
  const ids: unknown = typeof json === "object" && json !== null ? Reflect.get(json, "ids") : [];
  return Array.isArray(ids) ? String(ids[0]) : "";
}

/** The status of the error that a Google client throws. */
export async function statusOf(work: Promise<unknown>): Promise<number> {
  try {
    await work;
    return 200;
  } catch (error) {
    return Number(typeof error === "object" && error !== null ? Reflect.get(error, "status") : 0);
  }
}

export function rawMail(headers: Record<string, string>, text = "Hello."): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${text}\r\n`).toString("base64url");
}
