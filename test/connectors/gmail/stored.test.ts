import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { deliverMail } from "../../../src/emulators/google/gmail/deliver-mail.ts";
import { changeLabels } from "../../../src/emulators/google/gmail/routes-messages.ts";
import { listen } from "../../../src/emulators/google/listen.ts";
import { rows } from "../../store/store-fixture.ts";
import { damageOf, dumpHome } from "../../support/dump-home.ts";
import {
  base,
  ben,
  clara,
  configOf,
  fillMailbox,
  type GmailSetup,
  mailboxOf,
  readScope,
  setUpGmail,
} from "./gmail-fixture.ts";
import { openStoredMailbox, type StoredMailbox } from "./stored-mailbox.ts";

const folders: string[] = [];
const open: StoredMailbox[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function openHome(setup: GmailSetup): Promise<StoredMailbox> {
  const { clientId } = configOf(setup);
  const home = await openStoredMailbox({ deps: setup.deps, clientId, scopes: [readScope], baseUrl: base });
  open.push(home);
  return home;
}

const mail = (headers: string[], text: string): Uint8Array =>
  Buffer.from([...headers, "Content-Type: text/plain; charset=utf-8", "", text, ""].join("\r\n"));

test("two accounts that hold the same conversation give one thread, each mail once", async () => {
  const setup = setUpGmail();
  const home = await openHome(setup);
  const ask = [
    "Message-ID: <ask@weiss.example>",
    "Date: Fri, 13 Nov 2026 09:00:00 +0000",
    `From: Clara <${clara}>`,
    `To: Ben <${ben}>`,
    "Subject: Keys",
  ];
  const answer = [
    "Message-ID: <answer@weiss.example>",
    "Date: Fri, 13 Nov 2026 10:00:00 +0000",
    `From: Ben <${ben}>`,
    `To: Clara <${clara}>`,
    "Subject: Re: Keys",
    "In-Reply-To: <ask@weiss.example>",
    "References: <ask@weiss.example>",
  ];
  const put = (account: string, headers: string[], text: string, labelIds: string[]) => {
    setup.worldClock.advance(1000);
    return deliverMail(setup.world, mailboxOf(setup, account), account, { raw: mail(headers, text), labelIds });
  };
  put(clara, ask, "Do you have my keys?", ["SENT"]);
  put(ben, ask, "Do you have my keys?", ["INBOX"]);
  put(ben, answer, "Yes, on the shelf.", ["SENT"]);
  put(clara, answer, "Yes, on the shelf.", ["INBOX", "UNREAD"]);
  await home.read(clara);
  await home.read(ben);
  expect(rows(home.store, "SELECT title, item_count FROM threads")).toEqual([{ title: "Keys", item_count: 2 }]);
  expect(rows(home.store, "SELECT count(*) AS n FROM sightings")).toEqual([{ n: 4 }]);
  expect(damageOf(home.path)).toEqual([]);
});

test("what is read lies in the store as in an export: thread, labels, place, and Sent only from the mailbox itself", async () => {
  const setup = setUpGmail();
  const home = await openHome(setup);
  const state = mailboxOf(setup);
  const forged = [
    "Message-ID: <f@evil.example>",
    "Date: Fri, 13 Nov 2026 09:00:00 +0000",
    "From: Mallory <m@evil.example>",
    "To: Anna <anna@elsewhere.example>",
    "Subject: Hello",
    "X-Gmail-Labels: Sent",
    "X-GM-THRID: 4711",
  ];
  const received = deliverMail(setup.world, state, clara, {
    raw: mail(forged, "Hello."),
    labelIds: ["INBOX", "UNREAD"],
  });
  await home.read(clara);
  expect(rows(home.store, "SELECT labels, sent_evidence, from_owner FROM items")).toEqual([
    { labels: '["Inbox","Unread"]', sent_evidence: 0, from_owner: 0 },
  ]);
  expect(rows(home.store, "SELECT key FROM item_keys WHERE key LIKE 'p:%'")).toEqual([
    { key: `p:gmail:${BigInt(`0x${received.id}`)}` },
  ]);
  expect(rows(home.store, "SELECT key FROM thread_keys WHERE key LIKE 'gm:%'")).toEqual([
    { key: `gm:${BigInt(`0x${received.threadId}`)}` },
  ]);
  expect(String(rows(home.store, "SELECT path FROM sightings")[0]?.["path"])).toContain("https://mail.google.com/");
  expect(rows(home.store, "SELECT value FROM identities WHERE written_count > 0")).toEqual([]);
});

test("a mail that was read and then opened says so, and the account's secrets are nowhere in the home", async () => {
  const setup = setUpGmail();
  const home = await openHome(setup);
  const state = mailboxOf(setup);
  const ids = fillMailbox(state, 30);
  await home.read(clara);
  const first = state.messages.get(ids[0] ?? "");
  if (first === undefined) throw new Error("not there");
  changeLabels(state, first, { add: [], remove: ["UNREAD"] }, { shared: setup.world });
  expect(await home.read(clara)).toMatchObject({ added: 0, relabelled: 1, stopped: null });
  expect(rows(home.store, "SELECT labels FROM items WHERE message_id = 'm0@elsewhere.example'")).toEqual([
    { labels: '["Inbox","Important","Opened"]' },
  ]);
  setup.world.settings.set("oauth.refuse", 1);
  setup.worldClock.advance(4_000_000);
  expect(await home.read(clara)).toMatchObject({ stopped: "needs_reauth" });
  const secrets = [...setup.secrets.values(), ...Object.keys(setup.world.oauth().accessTokens)];
  const kept = [home.path, `${home.path}-wal`].map((path) => readFileSync(path).toString("latin1")).join("");
  expect(secrets.filter((secret) => kept.includes(secret) || setup.logged.join("\n").includes(secret))).toEqual([]);
});

test("a first read that is killed at every page loses nothing and doubles nothing", { timeout: 60_000 }, async () => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 170);
  const listening = await listen(setup.world);
  try {
    const folder = mkdtempSync(join(tmpdir(), "steward-kill-"));
    folders.push(folder);
    const given = {
      folder,
      baseUrl: listening.url,
      account: clara,
      clientId: configOf(setup).clientId,
      scopes: [readScope],
      secrets: [...setup.secrets],
    };
    let kills = 0;
    for (let pages = 1; ; ) {
      const { signal, code } = await run({ ...given, pages });
      if (signal === "SIGKILL") kills += 1;
      else {
        expect(code).toBe(0);
        break;
      }
      expect(damageOf(join(folder, "steward.db"))).toEqual([]);
      if (kills > 12) pages = 0;
    }
    const calm = await openHome(setup);
    await calm.read(clara);
    const [killed, wanted] = [dumpHome(join(folder, "steward.db")), dumpHome(calm.path)];
    expect(kills).toBeGreaterThanOrEqual(4);
    expect(wanted.items).toHaveLength(170);
    for (const part of ["items", "threads", "parties", "identities", "sightings", "problems"] as const) {
      expect(killed[part]).toEqual(wanted[part]);
    }
  } finally {
    await listening.close();
  }
});

async function run(given: unknown): Promise<{ signal: string | null; code: number | null }> {
  const script = join(import.meta.dirname, "read-and-die.ts");
  const child = spawn(process.execPath, [script, JSON.stringify(given)], { stdio: ["ignore", "ignore", "inherit"] });
  const [code, signal]: unknown[] = await once(child, "exit");
  return { code: typeof code === "number" ? code : null, signal: typeof signal === "string" ? signal : null };
}
