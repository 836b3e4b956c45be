import { join } from "node:path";

/** The file whose lock says who carries out what was approved on a home. */
export function doorLockPath(home: string): string {
  return join(home, "door.lock");
}
