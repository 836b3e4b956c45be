import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { FileReader, ReadOptions } from "../../connectors/files/reader.ts";
import type { Page } from "../../src/core/connector.ts";
import type { RawRecord } from "../../src/core/record.ts";

export const readAll: ReadOptions = { recentSince: null, olderThan: null, zone: "UTC", region: "DE" };

/** A folder that is gone when the test ends. */
export function temporaryFolder(...inside: string[]): string {
  const root = mkdtempSync(join(tmpdir(), "steward-mail-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const name of inside) mkdirSync(join(root, name), { recursive: true });
  return root;
}

export interface Drained {
  records: RawRecord[];
  pages: Page[];
  cursor: unknown;
}

/** Pulls until done; every cursor goes through JSON, as it does in the store. */
export async function drain(
  reader: FileReader,
  path: string,
  cursor: unknown = null,
  options = readAll,
): Promise<Drained> {
  const pages: Page[] = [];
  let current = cursor;
  for (let round = 0; round < 10_000; round += 1) {
    const page = await reader.pull(path, current, options, new AbortController().signal);
    pages.push(page);
    current = JSON.parse(JSON.stringify(page.cursor));
    if (page.done) break;
  }
  return { records: pages.flatMap((page) => page.records), pages, cursor: current };
}

/** One small mail; `day` counts from 2024-01-01. */
export function letter(number: number, extra = "", day = number): string {
  const date = new Date(Date.UTC(2024, 0, 1 + day, 10)).toUTCString().replace("GMT", "+0000");
  const id = createHash("sha256").update(String(number)).digest("hex").slice(0, 12);
  return `From: Tom Reyes <tom@lumen.example>\nTo: clara@weiss.example\nSubject: Letter ${number}\nDate: ${date}\nMessage-ID: <${id}@lumen.example>\n${extra}\nHello, this is number ${number}.\n`;
}

/** The same with a From_ line and the empty line that ends it in a mailbox. */
export function mboxLetter(number: number, extra = "", day = number): string {
  const date = new Date(Date.UTC(2024, 0, 1 + day, 10));
  const [week, dayOfMonth, month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `From tom@lumen.example ${week} ${month} ${dayOfMonth} ${time} ${year}\n${letter(number, extra, day)}\n`;
}
