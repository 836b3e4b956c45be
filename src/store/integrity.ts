import { existsSync } from "node:fs";
import { z } from "zod";
import { StewardError, toStewardError } from "../core/errors.ts";
import { Connection } from "./connection.ts";
import type { Store } from "./open-store.ts";

const checkRow = z.object({ integrity_check: z.string() });

/** SQLite's own check of every page and index; null when all is well, else the first thing that is wrong. */
export async function checkIntegrity(store: Store): Promise<string | null> {
  const found = store.read.get(checkRow, "PRAGMA integrity_check(1)")?.integrity_check ?? "no answer";
  return found === "ok" ? null : found;
}

/**
 * Copies the database as of its last commit into a new file, while others may go on writing. Errors: `wrong_kind` when the
 * target exists, `disk_full`, `no_permission`.
 */
export async function copyDatabase(store: Store, target: string): Promise<void> {
  if (existsSync(target)) throw new StewardError("wrong_kind", `${target} exists already.`);
  const reader = new Connection(store.path, { readOnly: true, busyTimeoutMs: 10_000 });
  try {
    reader.run("VACUUM INTO ?", target);
  } catch (error) {
    throw toStewardError(error, `copying the database to ${target}`);
  } finally {
    reader.close();
  }
}
