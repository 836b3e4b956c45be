import type { CardView } from "../../../approvals/door.ts";
import { movingStates } from "../../core/card.ts";
import { StewardError } from "../../core/errors.ts";
import { withFileLock } from "../../store/file-lock.ts";
import type { CommandContext } from "../command-context.ts";
import { stateWords } from "../render/card-screen.ts";
import { makePaint } from "../render/paint.ts";
import { doorLockPath } from "./run-door.ts";
import type { HomeWithDoor } from "./with-door.ts";

const lookEveryMs = 200;
/** A service that does not say at once what it did is asked again by `steward start`, or the next time. */
const patienceMs = 90_000;

/**
 * Stays until the cards have come to rest, and says what became of them. Carries them out itself where no `steward start` does.
 * Ctrl-C leaves them as they are: whoever runs next goes on.
 */
export async function carryOutHere(
  context: CommandContext,
  opened: HomeWithDoor,
  cardIds: readonly string[],
): Promise<void> {
  const signal = context.takeInterrupts();
  try {
    await withFileLock(doorLockPath(context.home), () => watch(context, opened, cardIds, signal, true), 0);
  } catch (error) {
    if (!(error instanceof StewardError) || error.code !== "database_busy") throw error;
    await watch(context, opened, cardIds, signal, false);
  }
}

async function watch(
  context: CommandContext,
  opened: HomeWithDoor,
  cardIds: readonly string[],
  signal: AbortSignal,
  turns: boolean,
): Promise<void> {
  const { terminal, clock } = context;
  const shown = new Map<string, string>();
  let restless = clock.now();
  while (!signal.aborted) {
    if (turns) await opened.door.turn(signal);
    const views = await Promise.all(cardIds.map((id) => opened.door.card(id)));
    const present = views.filter((view) => view !== null);
    const zone = opened.home.config.zone;
    for (const view of present) {
      const words = stateWords(view, { zone, nowMs: clock.now() });
      if (view.undoUntil === null && shown.get(view.card.id) !== words) {
        clearCountdown(context);
        terminal.out(`Card ${view.card.number}: ${words}\n`);
        shown.set(view.card.id, words);
        restless = clock.now();
      }
    }
    countdown(context, present);
    const waiting = present.filter(({ undoUntil }) => undoUntil !== null);
    if (waiting.length > 0) restless = clock.now();
    if (present.every(({ card }) => !isUnderWay(card.state, card.reason))) return;
    if (clock.now() - restless > patienceMs) return;
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
  clearCountdown(context);
  terminal.out(`Left as it is: ${context.self} start goes on with it, ${context.self} undo takes it back.\n`);
}

/** A card that waits for something outside (a cap, quiet hours, a service) is not watched. */
function isUnderWay(state: CardView["card"]["state"], reason: string): boolean {
  return movingStates.includes(state) && (reason === "" || state === "committing");
}

function countdown({ terminal, clock, self }: CommandContext, views: readonly CardView[]): void {
  if (!terminal.isTTY) return;
  const [next] = views.filter(({ undoUntil }) => undoUntil !== null);
  if (next?.undoUntil == null) return;
  const seconds = Math.max(0, Math.ceil((Date.parse(next.undoUntil) - clock.now()) / 1000));
  const paint = makePaint(terminal.colour);
  terminal.out(
    `\r\u001b[K${paint.dim(`Goes out in ${seconds} s. Elsewhere: ${self} undo ${next.card.number}. Ctrl-C leaves it to steward start.`)}`,
  );
}

function clearCountdown({ terminal }: CommandContext): void {
  if (terminal.isTTY) terminal.out("\r\u001b[K");
}
