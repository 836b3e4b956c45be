import { readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { z } from "zod";
import type { Page } from "../../src/core/connector.ts";
import { toStewardError } from "../../src/core/errors.ts";
import type { RecordHints } from "../../src/core/record.ts";
import { isSentName } from "../../src/formats/mail/sent-names.ts";
import { maildirFolder } from "./maildir.ts";
import { mailHints } from "./mbox.ts";
import { pullMbox } from "./mbox-pull.ts";
import type { MboxMessage } from "./mbox-split.ts";
import { ListingMemo, pullMessageFiles } from "./message-files.ts";
import type { Candidate, FileReader, ReadOptions, Recognised } from "./reader.ts";

const deletedStatus = 0x0008;
const depthLimit = 10;
const cursorSchema = z.object({ stores: z.record(z.string(), z.object({ cursor: z.unknown(), isDone: z.boolean() })) });

/** A Thunderbird profile (or its Mail or ImapMail folder): mailbox files beside their .msf, and Maildir stores. */
export const thunderbirdReader: FileReader = createThunderbirdReader();

function createThunderbirdReader(): FileReader {
  const memo = new ListingMemo();
  return {
    kind: "thunderbird",

    async recognise(candidate: Candidate): Promise<Recognised | null> {
      if (!candidate.isFolder) return null;
      const names = new Set(candidate.entries);
      const isProfile = names.has("prefs.js") && (names.has("Mail") || names.has("ImapMail"));
      const isAccount = candidate.entries.some((name) => name.endsWith(".msf"));
      if (!isProfile && !isAccount) return null;
      return {
        kind: "thunderbird",
        label: isProfile ? "Thunderbird" : basename(candidate.path),
        sizeBytes: candidate.sizeBytes,
      };
    },

    async pull(path: string, cursor: unknown, options: ReadOptions, signal: AbortSignal): Promise<Page> {
      const known = cursorSchema.safeParse(cursor);
      const stores = known.success ? { ...known.data.stores } : {};
      return await pullStores({ path, options, signal, memo }, stores);
    },
  };
}

interface Store {
  path: string;
  isMaildir: boolean;
  sizeBytes: number;
}

interface StorePull {
  path: string;
  options: ReadOptions;
  signal: AbortSignal;
  memo: ListingMemo;
}

type StoreCursors = Record<string, { cursor: unknown; isDone: boolean }>;

/** Takes one page from the first store that has something; a store with nothing new costs one stat. */
async function pullStores(pull: StorePull, cursors: StoreCursors): Promise<Page> {
  const stores = await findStores(pull.path);
  const total = stores.reduce((sum, store) => sum + store.sizeBytes, 0);
  let done = 0;
  const failed: Page["failed"] = [];
  for (const store of stores) {
    // The dot keeps a mailbox called __proto__ a key like any other.
    const key = `./${relative(pull.path, store.path).replaceAll("\\", "/")}`;
    const page = await pullStore(pull, store, cursors[key]?.cursor ?? null).catch((error: unknown) => {
      if (pull.signal.aborted) throw error;
      failed.push({
        locator: { path: store.path, offset: null },
        reason: toStewardError(error, `reading ${store.path}`).message,
      });
      return null;
    });
    if (page !== null) {
      cursors[key] = { cursor: page.cursor, isDone: page.done };
      failed.push(...page.failed);
    }
    if (page !== null && (page.records.length > 0 || page.gone.length > 0 || !page.done)) {
      const isLast = page.done && store === stores.at(-1);
      const progress = {
        done: done + (page.progress.unit === "bytes" ? page.progress.done : 0),
        total,
        unit: "bytes",
      } as const;
      return { ...page, failed, cursor: { stores: cursors }, done: isLast, progress };
    }
    done += store.sizeBytes;
  }
  const progress = { done: total, total, unit: "bytes" } as const;
  return { records: [], gone: [], failed, cursor: { stores: cursors }, done: true, coverage: null, progress };
}

async function pullStore(pull: StorePull, store: Store, cursor: unknown): Promise<Page> {
  const { options, signal, memo } = pull;
  const name = basename(store.path).normalize("NFC");
  if (store.isMaildir) {
    return await pullMessageFiles(
      { path: store.path, options, signal, folder: maildirFolder(store.path), memo },
      cursor,
    );
  }
  const isSent = isSentName(name);
  return await pullMbox(
    { path: store.path, options, signal, adapt: (message) => adapt(message, options, name, isSent) },
    cursor,
  );
}

/** Null for a message that was deleted and waits for the mailbox to be compacted. */
function adapt(message: MboxMessage, options: ReadOptions, name: string, isSent: boolean): RecordHints | null {
  const head = message.bytes.toString("latin1", 0, Math.min(message.bytes.length, 8_192)).split(/\r?\n\r?\n/)[0] ?? "";
  const status = /^x-mozilla-status:\s{0,3}([0-9a-f]{4})/im.exec(head)?.[1] ?? "0";
  if ((Number.parseInt(status, 16) & deletedStatus) !== 0) return null;
  const keys = /^x-mozilla-keys:[ \t]*([^\r\n]{1,500})/im.exec(head)?.[1] ?? "";
  const labels = [name, ...keys.split(/\s+/).filter((key) => key !== "")];
  return { ...mailHints(message, options, isSent), labels };
}

/** The mailbox files and Maildirs of a profile, those changed last first. */
async function findStores(root: string): Promise<Store[]> {
  const found: (Store & { mtimeMs: number })[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (depth === 0) throw toStewardError(error, `reading ${folder}`);
      return [];
    });
    const names = new Set(entries.map((entry) => entry.name));
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isFile() && (names.has(`${entry.name}.msf`) || isBareMailbox(folder, entry.name))) {
        const info = await stat(path).catch(() => null);
        if (info !== null && info.size > 0)
          found.push({ path, isMaildir: false, sizeBytes: info.size, mtimeMs: info.mtimeMs });
      } else if (entry.isDirectory() && depth < depthLimit) {
        const inner: string[] = await readdir(path).catch(() => []);
        if (inner.includes("cur")) found.push({ path, isMaildir: true, sizeBytes: 0, mtimeMs: 0 });
        else await visit(path, depth + 1);
      }
    }
  };
  await visit(root, 0);
  return found
    .sort((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, isMaildir, sizeBytes }) => ({ path, isMaildir, sizeBytes }));
}

/** A mailbox whose .msf is gone: Thunderbird makes the index again, and so must nothing depend on it. */
function isBareMailbox(folder: string, name: string): boolean {
  return (
    /[/\\](?:Imap)?Mail[/\\]|\.sbd$/.test(`${folder}/`) &&
    /^(?:Inbox|Sent|Drafts|Archives?|Templates|\d{4})$/i.test(name)
  );
}
