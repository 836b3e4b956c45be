import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { StewardError, toStewardError } from "../core/errors.ts";
import { makeFolder } from "./make-folder.ts";

const askAgainMs = 20;
const waitMs = 15_000;

/**
 * Does `work` while no other process (and nobody else in this one) holds the lock file at `path`, which is made where it is
 * missing. The lock is the operating system's, through SQLite: it ends with the process, however that ends, so there is no
 * stale lock to judge.
 *
 * Contract: `work` must not take the same lock again. Errors: `database_busy` after `patienceMs` (15 seconds), and those of `work`.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, patienceMs = waitMs): Promise<T> {
  const lock = await openLock(path);
  try {
    const giveUpAt = performance.now() + patienceMs;
    while (!take(lock)) {
      if (performance.now() > giveUpAt) {
        throw new StewardError("database_busy", `Another steward has held ${path} for too long.`, {
          cure: "Wait for it to finish, or stop it, and try again.",
        });
      }
      await sleep(askAgainMs);
    }
    return await work();
  } finally {
    lock.close();
  }
}

async function openLock(path: string): Promise<DatabaseSync> {
  try {
    await makeFolder(dirname(path));
    // SQLite would make it readable by others.
    await (await open(path, "a", 0o600)).close();
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw toStewardError(error, `opening ${path}`);
  }
}

function take(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && /database is locked/.test(error.message)) return false;
    throw toStewardError(error, "taking a lock");
  }
}
