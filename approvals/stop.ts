import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { DecidedBy } from "../src/core/card.ts";
import { StewardError } from "../src/core/errors.ts";
import { changeCard, listCards } from "../src/store/cards.ts";
import { appendLedger } from "../src/store/ledger.ts";
import { liftStop, readStop, type StopLatch, setStop } from "../src/store/stop-latch.ts";
import type { DoorSetup } from "./door-setup.ts";

const everyCard = 1_000_000_000;

/** The file that stops everything, whoever makes it. */
export const stopFileName = "STOP";

/**
 * Whether something named STOP lies in the home: asked before every effect, from the disk. A link counts wherever it leads; a home
 * that cannot be looked into counts as stopped.
 */
export function isStopFileThere({ deps }: DoorSetup): boolean {
  try {
    return lstatSync(join(deps.homePath, stopFileName), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/**
 * Freezes everything: no effect begins from now on, and what was approved and has not begun needs a new yes. Stays until it is
 * lifted, restarts included. Stopping twice is stopping once.
 */
export async function stopAll(setup: DoorSetup, surface: string, why: string): Promise<void> {
  await setup.store.write(async (tx) => {
    if (!(await setStop(tx, surface, why))) return;
    const cards = await listCards(tx, ["approved", "prepared"], everyCard);
    for (const card of cards) {
      await changeCard(tx, card.id, ["approved", "prepared"], {
        state: "stopped",
        reason: "Stopped before it began. It needs a new yes: redraft it.",
        sendAt: null,
      });
    }
    await appendLedger(tx, { kind: "stopped", cardId: null, body: { surface, why, cards: cards.map(({ id }) => id) } });
  });
}

/** Lifts the stop. What was stopped stays so, each card until it is drawn up anew. Errors: `locked` while the file lies there. */
export async function resumeAll(setup: DoorSetup, decidedBy: DecidedBy): Promise<void> {
  if (isStopFileThere(setup)) {
    throw new StewardError("locked", `A file named ${stopFileName} lies in ${setup.deps.homePath}.`, {
      cure: "Remove it, then resume again.",
    });
  }
  await setup.store.write(async (tx) => {
    if (await liftStop(tx)) await appendLedger(tx, { kind: "resumed", cardId: null, body: { decidedBy } });
  });
}

/** Since when and why everything stands still; a file that was just made counts. Null when things may happen. */
export async function whatStops(setup: DoorSetup): Promise<StopLatch | null> {
  const latch = await readStop(setup.store);
  if (latch !== null || !isStopFileThere(setup)) return latch;
  await stopAll(setup, "file", `A file named ${stopFileName} was put into the home.`);
  return await readStop(setup.store);
}
