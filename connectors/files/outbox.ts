import { z } from "zod";
import type { Call, Outcome } from "../../src/core/action.ts";
import { sha256Hex } from "../../src/core/canonical.ts";
import { forScreen } from "../../src/core/untrusted.ts";
import type { HomeFolder } from "../home-folder/home-folder.ts";
import { refuseHomePath } from "../home-folder/home-path.ts";

/** Where files for the owner to open are written, in the steward home. */
export const outboxFolder = "outbox";

/** A file that was written for the owner. */
export const outboxResult = z.strictObject({ path: z.string(), sha256: z.string() });
export type OutboxResult = z.output<typeof outboxResult>;

/** The part of a file's name a person reads, as approved. */
export const fileTitle = z
  .string()
  .min(1)
  .max(80)
  .refine((name) => refuseHomePath(`${outboxFolder}/${name}.x.eml`) === null, "No file can be called so.");

/** `2026-11-21 Re Tuesday` of a day and any text. Contract: pure; always passes `fileTitle`. */
export function toFileTitle(day: string, text: string): string {
  const words = forScreen(text)
    .replace(/[\\/:*?"<>|.\ufffd]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  let short = "";
  for (const character of words) {
    if (Buffer.byteLength(short + character) > 60) break;
    short += character;
  }
  return `${day} ${short}`.trim();
}

/** The attempt's key is in the name: another card never has the same, and the same card has no other. */
export function outboxPath(title: string, ending: "eml" | "ics", call: Pick<Call, "idempotencyKey">): string {
  return `${outboxFolder}/${title}.${call.idempotencyKey.slice(0, 8)}.${ending}`;
}

/** Writes a file where none is. Errors: `moved` when one of that name is there with other contents: it is never overwritten. */
export async function putInOutbox(call: Call<HomeFolder>, path: string, bytes: Uint8Array): Promise<OutboxResult> {
  const result = { path, sha256: sha256Hex(bytes) };
  if ((await call.client.read(path))?.sha256 === result.sha256) return result;
  await call.client.write(path, bytes, { base: null, key: call.idempotencyKey });
  return result;
}

/** Whether the file is there. A write is whole or not at all, so one that differs was changed by the owner after it. */
export async function findInOutbox(call: Call<HomeFolder>, path: string): Promise<Outcome<OutboxResult>> {
  const found = await call.client.read(path);
  return found === null ? { kind: "not_done" } : { kind: "done", result: { path, sha256: found.sha256 } };
}

/** Takes the file away again, when the owner changed nothing in it. Errors: `moved`. */
export async function takeFromOutbox(call: Call<HomeFolder>, { path, sha256 }: OutboxResult): Promise<void> {
  await call.client.remove(path, { base: sha256 });
}
