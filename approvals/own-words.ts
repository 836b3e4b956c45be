import { sha256Hex } from "../src/core/canonical.ts";
import type { Origin } from "../src/core/card.ts";
import { toInstant } from "../src/core/clock.ts";
import { StewardError } from "../src/core/errors.ts";
import { appendLedger } from "../src/store/ledger.ts";
import { bindWords, getWords, insertWords, type OwnerWords } from "../src/store/owner-words.ts";
import type { DoorSetup } from "./door-setup.ts";

/** How long words stand for what their run proposes. */
const wordsLastMs = 86_400_000;
const mostCharacters = 20_000;

/**
 * Keeps what the owner typed at a surface of the door. Without `runId` the words belong to the first run that uses them; those that
 * somebody else wrote and the owner passed on (`forwarded`) are kept, and are never the owner's own. Returns the id under which a
 * run's proposals name them. Errors: `usage`.
 */
export async function hearWords(
  setup: DoorSetup,
  text: string,
  surface: Origin["surface"],
  runId: string | null = null,
  forwarded = false,
): Promise<string> {
  if (text.length > mostCharacters) {
    throw new StewardError("usage", `A request has ${mostCharacters} characters at most.`, {
      cure: "Give the long part as a file.",
    });
  }
  const id = setup.newId();
  await setup.store.write(async (tx) => {
    await insertWords(tx, { id, surface, text, forwarded, runId });
    const body = { words: id, surface, forwarded, sha256: sha256Hex(text) };
    await appendLedger(tx, { kind: "heard", cardId: null, body });
  });
  return id;
}

/**
 * The origin of a proposal with the words the door itself heard, and no others: what a row says the owner said is not believed. Null
 * instead of words when none were kept, when they are older than a day, were passed on, or were said to another run.
 */
export async function withKeptWords(setup: DoorSetup, origin: Origin): Promise<Origin> {
  const kept = await keptWords(setup, origin);
  return { ...origin, utterance: kept?.text ?? null, wordsId: kept?.id ?? null };
}

async function keptWords(setup: DoorSetup, { wordsId, runId }: Origin): Promise<OwnerWords | null> {
  if (wordsId == null || runId == null) return null;
  const words = await getWords(setup.store, wordsId);
  if (words === null || words.forwarded || words.text.trim() === "") return null;
  const nowMs = setup.clock.now();
  if (words.heardAt < toInstant(nowMs - wordsLastMs) || words.heardAt > toInstant(nowMs)) return null;
  return (await setup.store.write((tx) => bindWords(tx, wordsId, runId))) ? words : null;
}
