import { existsSync } from "node:fs";
import { StewardError } from "../../core/errors.ts";
import { withFileLock } from "../../store/file-lock.ts";
import { doorLockPath } from "./door-lock-path.ts";

/** Whether some process carries out what is approved on this home at this moment: by the operating system's lock, not by memory. */
export async function isDoorRunning(home: string): Promise<boolean> {
  const path = doorLockPath(home);
  if (!existsSync(path)) return false;
  try {
    return await withFileLock(path, async () => false, 0);
  } catch (error) {
    if (error instanceof StewardError && error.code === "database_busy") return true;
    throw error;
  }
}
