import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { googleSecretName } from "../connectors/google-account/secret-names.ts";
import { loadTriageSetting } from "../src/cli/triage-setting.ts";
import { configSchema, toOwner } from "../src/core/config.ts";
import { uuidv7 } from "../src/core/ids.ts";
import { saveConfig } from "../src/daemon/home.ts";
import { openSecrets } from "../src/daemon/secrets/open-secrets.ts";
import { openStore, type Store } from "../src/store/open-store.ts";
import { registerSource } from "../src/store/sources.ts";
import { readDigest } from "../src/triage/read-digest.ts";
import { type BenchRow, median } from "./bench-row.ts";
import type { BenchGoogle } from "./google.ts";

const root = join(import.meta.dirname, "..");
const clock = { now: () => Date.now(), sleep: async () => undefined };
const arrivals = 5;

/** The real processes of `steward start` on a mailbox: what a poll costs, and how soon a mail is in the digest. */
export async function benchArrival(google: BenchGoogle, workFolder: string): Promise<BenchRow[]> {
  mkdirSync(workFolder, { recursive: true });
  const home = mkdtempSync(join(workFolder, "arrival-"));
  const store = await makeHome(home, google);
  const child = spawn(process.execPath, [join(root, "src", "main.ts"), "--home", home, "start"], {
    stdio: "ignore",
    env: { ...process.env, STEWARD_SECRETS: "file", HOME: home },
  });
  try {
    await waitFor(async () => store.read.number("SELECT 1 FROM sources WHERE read_at IS NOT NULL") !== null, 300_000);
    await sleep(16_000);
    const idle = await spentDuring(google, () => sleep(45_000));
    const delays: number[] = [];
    const before = await google.spent();
    for (let at = 0; at < arrivals; at += 1) {
      await sleep((at * 2900) % 13_000);
      delays.push(await sendAndWait(google, store, at));
    }
    const after = await google.spent();
    const burst = await spentDuring(google, () => sendMany(google, store, 100));
    const polls = (idle.requests / 45) * 15;
    return [
      {
        name: "Gmail: requests of a poll without news",
        value: polls,
        unit: "requests",
        note: "aim: the poll itself, 1",
      },
      {
        name: "Gmail: units a new message, 100 at once",
        value: burst.units / 100,
        unit: "units",
        note: `messages.get costs 20; ${(burst.requests / 100).toFixed(2)} requests a message, polls included (aim 1.2)`,
      },
      {
        name: "Gmail: requests while single mails came",
        value: (after.requests - before.requests) / arrivals,
        unit: "requests/mail",
        note: "polls included",
      },
      {
        name: "Gmail: from arriving to being in the digest",
        value: median(delays),
        unit: "s",
        note: `median of ${arrivals}, worst ${Math.max(...delays).toFixed(1)} s; polled every 15 s`,
      },
    ];
  } finally {
    child.kill("SIGTERM");
    await store.close();
  }
}

async function makeHome(home: string, google: BenchGoogle): Promise<Store> {
  const { account, clientId, clientSecret, refreshToken, scopes } = google.signedIn;
  await saveConfig(home, configSchema.parse({ owner: { names: ["Clara Weiss"], addresses: [account] } }));
  const secrets = openSecrets(home, {
    loadKeychain: null,
    passphrase: null,
    credentialsDirectory: null,
    askPassphrase: null,
  });
  await secrets.set(googleSecretName(account, "client_secret"), clientSecret);
  await secrets.set(googleSecretName(account, "refresh_token"), refreshToken);
  const store = await openStore(join(home, "steward.db"), { clock });
  const config = { account, clientId, scopes, baseUrl: google.url };
  const source = {
    id: uuidv7(Date.now()),
    connector: "gmail",
    kind: "gmail",
    location: account,
    label: "Gmail",
    config,
  };
  await store.write((tx) => registerSource(tx, source));
  return store;
}

async function sendAndWait(google: BenchGoogle, store: Store, at: number): Promise<number> {
  const subject = `Question number ${at} of ${Date.now()}`;
  const sentMs = Date.now();
  await google.deliver([mail(subject, "Could you send me the signed lease by tomorrow, please?")]);
  await waitFor(() => isInDigest(store, subject), 60_000);
  return (Date.now() - sentMs) / 1000;
}

async function isInDigest(store: Store, subject: string): Promise<boolean> {
  if (store.read.number("SELECT 1 FROM items WHERE subject = ?", subject) === null) return false;
  const owner = toOwner(configSchema.parse({ owner: { names: ["Clara Weiss"], addresses: ["clara@weiss.example"] } }));
  const reading = { setting: await loadTriageSetting(root, owner), nowMs: Date.now() };
  const options = { since: new Date(Date.now() - 3_600_000).toISOString(), limit: 999, showIgnored: false };
  const { digest } = await readDigest(store, reading, options);
  return digest.newEntries.some((entry) => JSON.stringify(entry).includes("signed lease"));
}

async function sendMany(google: BenchGoogle, store: Store, count: number): Promise<void> {
  const mark = `Burst ${Date.now()}`;
  await google.deliver(Array.from({ length: count }, (_, at) => mail(`${mark} ${at}`, "For your information.")));
  await waitFor(
    async () => store.read.number("SELECT count(*) FROM items WHERE subject LIKE ? || '%'", mark) === count,
    120_000,
  );
}

function mail(subject: string, text: string): { raw: string; labels: string[] } {
  const lines = [
    "From: Ana Ferreira <ana@ferreira.example>",
    "To: clara@weiss.example",
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${uuidv7(Date.now())}@ferreira.example>`,
    "Content-Type: text/plain; charset=utf-8",
    "",
    text,
  ];
  return { raw: Buffer.from(lines.join("\r\n")).toString("base64"), labels: ["INBOX", "UNREAD"] };
}

async function spentDuring(
  google: BenchGoogle,
  work: () => Promise<unknown>,
): Promise<{ requests: number; units: number }> {
  const before = await google.spent();
  await work();
  const after = await google.spent();
  return { requests: after.requests - before.requests, units: after.units - before.units };
}

async function waitFor(look: () => Promise<boolean>, limitMs: number): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(100)) if (await look()) return;
  throw new Error("It did not happen in time.");
}
