import { setImmediate as turn } from "node:timers/promises";
import { type GmailConfig, gmailConfig, makeGmailConnector } from "../../../connectors/gmail/index.ts";
import { type AccountsOptions, openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import type { Clock } from "../../../src/core/clock.ts";
import type { ConnectorDeps, Page } from "../../../src/core/connector.ts";
import { type GmailState, putMessage } from "../../../src/emulators/google/gmail/gmail-state.ts";
import { createGoogleWorld, type GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { createWorldClock, type WorldClock } from "../../../src/emulators/google/world-clock.ts";

export const nowMs = Date.parse("2026-11-14T08:12:00Z");
export const clara = "clara@weiss.example";
export const ben = "ben@weiss.example";
export const base = "http://127.0.0.1:1";
export const readScope = "https://www.googleapis.com/auth/gmail.readonly";

/** The world's clock for a connector: whoever sleeps moves it on, as far as others who sleep at the same time allow. */
export function sleepingClock(world: WorldClock, slept: number[] = []): Clock {
  return {
    now: () => world.now(),
    sleep: async (ms, signal) => {
      slept.push(ms);
      const until = world.now() + ms;
      await turn();
      if (signal?.aborted === true) throw new Error("aborted");
      if (world.now() < until) world.advance(until - world.now());
    },
  };
}

export interface GmailSetup {
  world: GoogleWorld;
  worldClock: WorldClock;
  slept: number[];
  logged: string[];
  /** `METHOD path?query` of every request that left the connector. */
  requests: string[];
  deps: ConnectorDeps;
  secrets: Map<string, string>;
}

/** A world of two empty mailboxes that stands still but for sleeping, and what a connector is given in it. */
export function setUpGmail(options: { seed?: number; scopes?: string[] } = {}): GmailSetup {
  const worldClock = createWorldClock(Date.now, nowMs);
  const world = createGoogleWorld({
    accounts: [
      { address: clara, name: "Clara Weiss" },
      { address: ben, name: "Ben Weiss" },
    ],
    clock: worldClock,
    sleep: async () => undefined,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const slept: number[] = [];
  const logged: string[] = [];
  const requests: string[] = [];
  const secrets = new Map<string, string>();
  const scopes = options.scopes ?? [readScope];
  for (const account of [clara, ben]) {
    const grant = grantDirectly(world.oauth(), { account, scopes }, worldClock.now());
    secrets.set(googleSecretName(account, "refresh_token"), grant.refreshToken);
    secrets.set(googleSecretName(account, "client_secret"), grant.clientSecret);
  }
  const deps: ConnectorDeps = {
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      requests.push(`${init?.method ?? "GET"} ${url.pathname}${url.search}`);
      return await world.fetch(input, init);
    },
    clock: sleepingClock(worldClock, slept),
    newId: () => "id",
    secret: async (name) => secrets.get(name) ?? null,
    log: (message) => logged.push(message),
  };
  return { world, worldClock, slept, logged, requests, deps, secrets };
}

export function configOf(setup: GmailSetup, more: Partial<GmailConfig> = {}): GmailConfig {
  const clientId = setup.world.oauth().clients[0]?.clientId ?? "";
  return gmailConfig.parse({ account: clara, clientId, scopes: [readScope], baseUrl: base, ...more });
}

/** A connected mailbox; a new one knows nothing but what a cursor says. */
export async function connectGmail(
  setup: GmailSetup,
  more: Partial<GmailConfig> = {},
  options: AccountsOptions = {},
): Promise<{
  pull(cursor: unknown, signal?: AbortSignal): Promise<Page>;
  check(): ReturnType<ReturnType<typeof makeGmailConnector>["check"]>;
}> {
  const connector = makeGmailConnector(openGoogleAccounts({ random: () => 0.5, ...options }));
  const client = await connector.connect(configOf(setup, more), setup.deps);
  const never = new AbortController().signal;
  return {
    pull: (cursor, signal = never) => connector.pull(client, cursor, signal),
    check: () => connector.check(client, never),
  };
}

export function mailboxOf(setup: GmailSetup, account = clara): GmailState {
  return setup.world.state("gmail", account);
}

/** Puts old mail into a mailbox: one every `stepMs`, the last one `newestAgoMs` ago. Returns their ids, oldest first. */
export function fillMailbox(
  state: GmailState,
  count: number,
  options: { stepMs?: number; newestAgoMs?: number; bytes?: number; first?: number } = {},
): string[] {
  const { stepMs = 3_600_000, newestAgoMs = 3_600_000, bytes = 0, first = 0 } = options;
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const atMs = nowMs - newestAgoMs - (count - 1 - n) * stepMs;
    const number = first + n;
    const id = (0x1900000000000000n + BigInt(number) * 4099n).toString(16);
    const labelIds = ["INBOX", ...(number % 3 === 0 ? ["UNREAD"] : []), ...(number % 5 === 0 ? ["IMPORTANT"] : [])];
    const raw = Buffer.from(mailText(number, atMs, bytes));
    putMessage(
      state,
      { id, threadId: id, labelIds, internalDate: atMs, historyId: state.historyId, raw, arrivedAt: atMs },
      `<m${number}@elsewhere.example>`,
    );
    ids.push(id);
  }
  return ids;
}

export function mailText(number: number, atMs: number, bytes = 0): string {
  const lines = [
    `Message-ID: <m${number}@elsewhere.example>`,
    `Date: ${new Date(atMs).toUTCString().replace("GMT", "+0000")}`,
    `From: Sender ${number % 40} <sender${number % 40}@elsewhere.example>`,
    `To: Clara Weiss <${clara}>`,
    `Subject: Letter ${number}`,
    "Content-Type: text/plain; charset=utf-8",
    "",
    `This is letter ${number}.`,
    "x".repeat(bytes).replace(/.{70}/g, "$&\r\n"),
  ];
  return lines.join("\r\n");
}

/** What a reader that applies pages as intake does has of a mailbox: labels by id, sorted. */
export class Mirror {
  readonly mails = new Map<string, string[]>();
  readonly texts = new Map<string, string>();
  records = 0;
  problems: string[] = [];
  cursor: unknown = null;
  pages: Page[] = [];

  take(page: Page): void {
    this.pages.push(page);
    for (const record of page.records) {
      this.records += 1;
      this.mails.set(record.externalId, [...(record.hints.labels ?? [])].sort());
      this.texts.set(record.externalId, Buffer.from(record.bytes).toString("latin1"));
    }
    for (const { externalId, labels } of page.relabelled ?? []) {
      if (this.mails.has(externalId)) this.mails.set(externalId, [...labels].sort());
    }
    for (const id of page.gone) this.mails.delete(id);
    if (page.whole !== undefined) {
      const all = new Set(page.whole.externalIds);
      for (const id of this.mails.keys()) if (!all.has(id)) this.mails.delete(id);
    }
    this.problems.push(...page.failed.map(({ reason }) => reason));
    this.cursor = structuredClone(page.cursor);
  }

  /** Pulls until the source has nothing more to say. `between` runs after each page. */
  async readOn(
    client: { pull(cursor: unknown): Promise<Page> },
    between: (page: Page) => void | Promise<void> = () => undefined,
  ): Promise<this> {
    for (let pages = 0; pages < 2000; pages += 1) {
      const page = await client.pull(this.cursor);
      this.take(page);
      await between(page);
      if (page.done) return this;
    }
    throw new Error("The source does not end.");
  }
}

const words: Record<string, string> = {
  INBOX: "Inbox",
  SENT: "Sent",
  UNREAD: "Unread",
  STARRED: "Starred",
  IMPORTANT: "Important",
  SPAM: "Spam",
  TRASH: "Trash",
};

/** What the mailbox really holds, in the words of a mirror; spam and trash are only there when they were read before. */
export function truthOf(state: GmailState, hiddenToo: ReadonlySet<string> = new Set()): Map<string, string[]> {
  const truth = new Map<string, string[]>();
  for (const { id, labelIds } of state.messages.values()) {
    if (labelIds.includes("DRAFT")) continue;
    if ((labelIds.includes("SPAM") || labelIds.includes("TRASH")) && !hiddenToo.has(id)) continue;
    const names = labelIds.map((label) => words[label] ?? state.ownLabels.get(label) ?? label);
    truth.set(id, [...new Set(labelIds.includes("UNREAD") ? names : [...names, "Opened"])].sort());
  }
  return truth;
}

/** What a mirror has and the mailbox has not, or the reverse; the first twenty of it. */
export function differencesOf(mirror: Mirror, state: GmailState, hiddenToo: ReadonlySet<string> = new Set()): string[] {
  const truth = truthOf(state, hiddenToo);
  const tell = (what: string, from: ReadonlyMap<string, string[]>, to: ReadonlyMap<string, string[]>): string[] =>
    [...from].flatMap(([id, labels]) => {
      const other = to.get(id);
      if (other === undefined) return [`${what} ${id}`];
      return String(other) === String(labels) ? [] : [`labels of ${id}: ${what} ${labels}`];
    });
  return [...tell("too much", mirror.mails, truth), ...tell("lost", truth, mirror.mails)].slice(0, 20);
}
