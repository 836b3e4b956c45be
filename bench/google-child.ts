import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeGmailConnector } from "../connectors/gmail/index.ts";
import { openGoogleAccounts } from "../connectors/google-account/open-accounts.ts";
import type { ConnectorDeps } from "../src/core/connector.ts";
import { uuidv7 } from "../src/core/ids.ts";
import { createIntake } from "../src/intake/intake.ts";
import { openStore } from "../src/store/open-store.ts";
import { registerSource } from "../src/store/sources.ts";

/**
 * One measurement of live reading in its own process: `google-child.ts TASK URL SIGN-IN FOLDER`. Tasks: calls (the connector's
 * pages, thrown away), steward (stored, indexed). SIGN-IN is JSON. Prints one line of JSON.
 */
const [task = "", url = "", signIn = "{}", folder = ""] = process.argv.slice(2);
const given: Record<string, unknown> = JSON.parse(signIn);
const text = (name: string): string => String(given[name] ?? "");
const scopes = ["https://www.googleapis.com/auth/gmail.readonly"];
const clock = {
  now: () => Date.now(),
  sleep: async (ms: number, signal?: AbortSignal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};
const newId = (): string => uuidv7(Date.now());
const deps: ConnectorDeps = {
  fetch,
  clock,
  newId,
  secret: async (name) => text(name.endsWith("client_secret") ? "clientSecret" : "refreshToken"),
  log: () => undefined,
};
const signal = new AbortController().signal;
const connector = makeGmailConnector(openGoogleAccounts({ unitsPerMinute: { gmail: null } }));
const config = { account: text("account"), clientId: text("clientId"), scopes, baseUrl: url };

async function calls(): Promise<number> {
  const client = await connector.connect(connector.config.parse(config), deps);
  let cursor: unknown = null;
  let messages = 0;
  for (let done = false; !done; ) {
    const page = await connector.pull(client, cursor, signal);
    messages += page.records.length;
    ({ cursor, done } = page);
  }
  return messages;
}

async function steward(): Promise<number> {
  const store = await openStore(join(folder, "steward.db"), { clock });
  const intake = createIntake({
    store,
    connectors: [connector],
    connectorDeps: deps,
    clock,
    newId,
    originalsDirectory: join(folder, "originals"),
  });
  const source = await store.write((tx) =>
    registerSource(tx, {
      id: newId(),
      connector: "gmail",
      kind: "gmail",
      location: config.account,
      label: "Gmail",
      config,
    }),
  );
  const report = await intake.importSource(source, {
    signal,
    onProgress: () => undefined,
    read: { zone: "UTC", region: "US", recentDays: null },
  });
  await intake.close();
  await store.close();
  return report.added + report.known;
}

const started = performance.now();
const messages = await (task === "calls" ? calls() : steward());
const ms = performance.now() - started;
const bytes = task === "calls" ? 0 : statSync(join(folder, "steward.db")).size;
console.log(JSON.stringify({ messages, ms, bytes, peakMb: process.resourceUsage().maxRSS / 1024 }));
