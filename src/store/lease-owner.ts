import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * The name under which this process leases a source: `<place>:<process id>:<id>`. The place is the machine and, on Linux, the
 * space its process numbers count in, because a container shares a disk with processes it cannot see.
 */
export function makeLeaseOwner(newId: () => string): string {
  return `${placeOfProcess()}:${process.pid}:${newId()}`;
}

/**
 * Whether the process that holds a lease is known to be gone, so that nobody needs to wait for its lease to end. Contract:
 * false whenever that is not certain (another machine, a container, a number that was given to another process since).
 */
export function isLeaseOwnerGone(owner: string): boolean {
  const [, place, pid] = /^(.{1,300}):(\d{1,10}):[^:]*$/.exec(owner) ?? [];
  if (place !== placeOfProcess() || pid === undefined) return false;
  return isProcessGone(Number(pid));
}

/** Whether no process has that number in this place. Contract: false whenever that is not certain. */
export function isProcessGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM says that it is there and somebody else's.
    return error instanceof Error && Reflect.get(error, "code") === "ESRCH";
  }
}

/** The machine and, on Linux, the space its process numbers count in. */
export function placeOfProcess(): string {
  try {
    return `${hostname()}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // Not Linux: the machine's name alone says where.
    return hostname();
  }
}
