import { openStates } from "../core/card.ts";
import { toInstant } from "../core/clock.ts";
import type { Digest, DigestEntry } from "../core/digest.ts";
import { type Card, listCards } from "../store/cards.ts";
import { lastReadAt, saveDigest } from "../store/digests.ts";
import { countItems } from "../store/items.ts";
import { listSources } from "../store/sources.ts";
import { readDigest } from "../triage/read-digest.ts";
import type { CommandContext } from "./command-context.ts";
import type { OpenHome } from "./open-home.ts";
import { prepareTriage } from "./refresh-judgement.ts";
import { digestScreen } from "./render/digest-screen.ts";
import { jsonScreen } from "./render/json-screen.ts";
import { makePaint } from "./render/paint.ts";

export interface DigestRequest {
  /** UTC ISO-8601; null means since the owner last looked. */
  since: string | null;
  limit: number;
  showIgnored: boolean;
  json: boolean;
  /** Look without moving "last read". */
  peek: boolean;
}

/**
 * Prints the digest and keeps which number is which thread. "Last read" moves only when a person looked: on an interactive
 * screen, not with `peek`, and not when a later `since` left out what came before it.
 */
export async function printDigest(context: CommandContext, home: OpenHome, request: DigestRequest): Promise<void> {
  const { terminal, clock } = context;
  if ((await listSources(home.store)).length === 0 && (await countItems(home.store)).items === 0) {
    terminal.out(
      `Nothing is read yet, so nothing can be missed.\nStart with: ${context.self} begin, or ${context.self} import PATH\n`,
    );
    return;
  }
  const startedMs = performance.now();
  const readAt = await lastReadAt(home.store);
  const read = await readDigest(home.store, await prepareTriage(context, home), request);
  const cards = await waitingCards(context, home);
  const found = { digest: withCards(read.digest, cards), ignored: read.ignored.map((entry) => withCard(entry, cards)) };
  const digest = { ...found.digest, tookMs: Math.round(performance.now() - startedMs) };
  if (request.json) {
    const document: Digest = request.showIgnored ? { ...digest, ignored: found.ignored } : digest;
    terminal.out(`${jsonScreen(document)}\n`);
    return;
  }
  const entries = [...digest.newEntries, ...digest.openEntries, ...found.ignored];
  const shown = entries.flatMap(({ number, threadId, alsoThreadIds }) =>
    [threadId, ...alsoThreadIds].map((id) => ({ number, threadId: id })),
  );
  const complete = readAt === null || digest.since <= readAt;
  const looked = terminal.interactive && !request.peek && complete;
  await home.store.write((tx) =>
    saveDigest(tx, { sinceAt: digest.since, untilAt: toInstant(clock.now()), looked, entries: shown }),
  );
  terminal.out(
    digestScreen(digest, {
      paint: makePaint(terminal.colour),
      width: terminal.columns,
      zone: home.config.zone,
      nowMs: clock.now(),
      ignored: found.ignored,
      cards: cards.map(({ number }) => number),
    }),
  );
}

/** Cards that wait for a yes and were not put off, the first of each request before its other steps. */
async function waitingCards({ clock }: CommandContext, { store }: OpenHome): Promise<Card[]> {
  const nowAt = toInstant(clock.now());
  const open = await listCards(store, openStates);
  return open.filter(({ laterUntil, expiresAt }) => (laterUntil === null || laterUntil <= nowAt) && expiresAt > nowAt);
}

function withCards(digest: Digest, cards: readonly Card[]): Digest {
  return {
    ...digest,
    newEntries: digest.newEntries.map((entry) => withCard(entry, cards)),
    openEntries: digest.openEntries.map((entry) => withCard(entry, cards)),
  };
}

function withCard(entry: DigestEntry, cards: readonly Card[]): DigestEntry {
  const threads = [entry.threadId, ...entry.alsoThreadIds];
  const card = cards.find(({ threadId }) => threadId !== null && threads.includes(threadId));
  return { ...entry, proposal: card === undefined ? null : { card: card.number } };
}
