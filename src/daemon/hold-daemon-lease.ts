import { type Clock, toInstant } from "../core/clock.ts";
import { StewardError } from "../core/errors.ts";
import { leaseDaemon, readDaemonLease, releaseDaemon } from "../store/daemon-lease.ts";
import { isLeaseOwnerGone, makeLeaseOwner } from "../store/lease-owner.ts";
import type { Store } from "../store/open-store.ts";

const leaseMs = 60_000;
const renewMs = 15_000;

/** The lease of a running `steward start`. `lost` is aborted when another one took it over while this machine slept. */
export interface HeldDaemonLease {
  lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the one lease on running on this home, and renews it until it is released. One that its owner left behind by dying is
 * taken over at once, one of another machine when it has run out. Errors: `database_busy` when another one runs.
 */
export async function holdDaemonLease(store: Store, deps: { clock: Clock; newId(): string }): Promise<HeldDaemonLease> {
  const owner = makeLeaseOwner(deps.newId);
  const take = (): Promise<boolean> =>
    store.write((tx) => leaseDaemon(tx, owner, toInstant(deps.clock.now() + leaseMs), isLeaseOwnerGone));
  if (!(await take())) {
    throw new StewardError("database_busy", "Steward runs on this home already.", {
      cure: "`steward status` shows it. To restart it, stop that one first (Ctrl-C where it runs).",
    });
  }
  const lost = new AbortController();
  const renewing = setInterval(() => {
    take().then(
      (held) => {
        if (!held) lost.abort();
      },
      // The database is busy or the disk full: the next turn may do better, and the lease lasts for some.
      () => undefined,
    );
  }, renewMs);
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(renewing);
      await store.write((tx) => releaseDaemon(tx, owner));
    },
  };
}

/** Since when `steward start` runs on this home, UTC ISO-8601; null when it does not. */
export async function runningSince(store: Store, clock: Clock): Promise<string | null> {
  const lease = await readDaemonLease(store);
  if (lease === null || lease.untilAt <= toInstant(clock.now()) || isLeaseOwnerGone(lease.owner)) return null;
  return lease.startedAt;
}
