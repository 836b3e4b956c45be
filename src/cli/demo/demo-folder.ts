import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StewardError, toStewardError } from "../../core/errors.ts";

const lockName = ".running";

/** Takes the demo folder for this process and empties it. A process that died does not keep it. */
export async function claimFolder(folder: string): Promise<void> {
  const lock = join(folder, lockName);
  const holder = Number((await readFile(lock, "utf8").catch(() => "")).trim());
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new StewardError("database_busy", "Another demo is running in this checkout.", {
      cure: `End it with Ctrl-C where it runs (process ${holder}), and try again.`,
    });
  }
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(lock, `${process.pid}\n`, { flag: "wx" });
  } catch (error) {
    throw toStewardError(error, `making ${folder}`);
  }
}

export async function releaseFolder(folder: string): Promise<void> {
  await rm(join(folder, lockName), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
