import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { DraftItem } from "../../../src/core/item.ts";
import { parseMail } from "../../../src/formats/mail/parse-mail.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { readTar } from "../../support/tar.ts";

/** Mail of real mailboxes, spread over each: so many of a work mailbox, of ham, of newsletters and of a mailing list. */
export function ordinaryMailBytes(each: number): { kind: string; bytes: Uint8Array }[] | null {
  const folder = dataFolder("ordinary mail");
  if (folder === null || !existsSync(join(folder, "mail"))) return null;
  const enron = readTar(join(folder, "mail/enron/badeer-r.tar.gz")).map(({ bytes }) => bytes);
  const assassin = readTar(join(folder, "mail/spamassassin.tar.gz"));
  const list = gunzipSync(readFileSync(join(folder, "mail/persona/mtk/history.mbox.gz")))
    .toString("latin1")
    .split(/\n(?=From \S+ .{20,30}\n)/)
    .map((text) => Buffer.from(text.replace(/^From .*\n/, ""), "latin1"));
  const kinds: [string, Buffer[]][] = [
    ["work", enron],
    ["ham", assassin.filter(({ name }) => name.startsWith("ham_list")).map(({ bytes }) => bytes)],
    ["newsletter", assassin.filter(({ name }) => name.startsWith("ham_news")).map(({ bytes }) => bytes)],
    ["list", list],
  ];
  return kinds.flatMap(([kind, all]) => spread(all, each).map((bytes) => ({ kind, bytes })));
}

function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, at) => all[Math.floor(at * step)]).filter(
    (one) => one !== undefined,
  );
}

/** One mail as the store would hold it; null when it could not be read. */
export async function parseOne(bytes: Uint8Array): Promise<DraftItem | null> {
  const parsed = await parseMail({
    externalId: "x",
    format: "mail",
    bytes,
    locator: { path: "x", offset: null },
    hints: {},
  });
  return parsed.items[0] ?? null;
}
