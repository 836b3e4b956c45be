import { readFileSync } from "node:fs";

/** The two ends of a connection as the accepting side sees it. */
export interface Ends {
  remotePort?: number | undefined;
  localPort?: number | undefined;
}

const tables = ["/proc/net/tcp", "/proc/net/tcp6"];

/**
 * Which user of this computer opened a loopback connection; null where the system does not say (only Linux does). A cookie of
 * `localhost` goes to every port of it, so that a server of another user may get to see it: they must not be able to use it.
 * Source: https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function peerUid(ends: Ends): number | null {
  for (const table of tables) {
    const uid = findUid(readTable(table), ends);
    if (uid !== null) return uid;
  }
  return null;
}

/** The user in the line of such a table that is the other end. Contract: pure. */
export function findUid(table: string, { remotePort, localPort }: Ends): number | null {
  if (remotePort === undefined || localPort === undefined) return null;
  for (const line of table.split("\n").slice(1)) {
    const [, local = "", remote = "", , , , , uid] = line.trim().split(/\s+/);
    const isOther = isLoopback(local, remotePort) && isLoopback(remote, localPort);
    if (isOther && uid !== undefined) return Number(uid);
  }
  return null;
}

/** 127.0.0.0/8, `::1`, and the former written as the latter: words of the machine's byte order in hexadecimal. */
const loopback = /^(?:(?:0{16}(?:FFFF0000|0000FFFF))?(?:[0-9A-F]{6}7F|7F[0-9A-F]{6})|0{24}(?:01000000|00000001))$/;

function isLoopback(end: string, port: number): boolean {
  const [address = "", hexPort = ""] = end.split(":");
  return Number.parseInt(hexPort, 16) === port && loopback.test(address);
}

function readTable(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
