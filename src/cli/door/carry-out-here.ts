import type { CardView } from "../../../approvals/door.ts";
import { movingStates } from "../../core/card.ts";
import { StewardError } from "../../core/errors.ts";
import { withFileLock } from "../../store/file-lock.ts";
import type { CommandContext } from "../command-context.ts";
import { stateWords } from "../render/card-state.ts";
import { makePaint } from "../render/paint.ts";
import { clip, wrap } from "../render/width.ts";
import { byTerminal } from "./by-terminal.ts";
import { doorLockPath } from "./door-lock-path.ts";
import type { HomeWithDoor } from "./with-door.ts";

const lookEveryMs = 200;
/** A service that does not say at once what it did is asked again by `steward start`, or the next time. */
const patienceMs = 90_000;

/**
 * Stays until the cards have come to rest, and says what became of them, as the ledger has it. Carries them out itself where no
 * `steward start` does. Where a person sits, Enter sends at once and u takes back; Ctrl-C leaves them as they are: whoever runs next
 * goes on.
 */
export async function carryOutHere(
  context: CommandContext,
  opened: HomeWithDoor,
  cardIds: readonly string[],
): Promise<void> {
  const leave = new AbortController();
  const signal = AbortSignal.any([context.takeInterrupts(), leave.signal]);
  const keys: string[] = [];
  const unwatch = context.terminal.interactive
    ? context.watchKeys((key) => (key === "ctrl-c" ? leave.abort() : keys.push(key)))
    : () => undefined;
  const watching: Watching = { context, opened, cardIds, signal, keys, turns: true };
  try {
    await withFileLock(doorLockPath(context.home), () => watch(watching), 0);
  } catch (error) {
    if (!(error instanceof StewardError) || error.code !== "database_busy") throw error;
    await watch({ ...watching, turns: false });
  } finally {
    unwatch();
  }
}

interface Watching {
  context: CommandContext;
  opened: HomeWithDoor;
  cardIds: readonly string[];
  signal: AbortSignal;
  /** Pressed and not yet heard. */
  keys: string[];
  /** Whether this process carries out; else another one does. */
  turns: boolean;
}

async function watch(watching: Watching): Promise<void> {
  const { context, opened, cardIds, signal, turns } = watching;
  const { clock, self } = context;
  const shown = new Map<string, string>();
  let restless = clock.now();
  while (!signal.aborted) {
    await hearKeys(watching);
    if (turns) await opened.door.turn(signal);
    const views = (await Promise.all(cardIds.map((id) => opened.door.card(id)))).filter((view) => view !== null);
    if (sayNews(watching, views, shown)) restless = clock.now();
    if (views.every((view) => !isUnderWay(view, views))) return;
    if (showCountdown(context, views)) restless = clock.now();
    if (clock.now() - restless > patienceMs) break;
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
  clearCountdown(context);
  const doing = turns ? `${self} start, or the next command that acts,` : "The running steward";
  say(context, `Left as it is. ${doing} goes on with it; what has not begun is taken back by ${self} undo.`);
}

/** Enter: no more waiting. u: not at all. Every other key is nothing. */
async function hearKeys({ context, opened, cardIds, keys }: Watching): Promise<void> {
  const key = keys.splice(0).find((one) => one === "enter" || one === "u");
  if (key === undefined) return;
  for (const id of cardIds) {
    const view = await opened.door.card(id);
    if (view === null || view.undoUntil === null) continue;
    if (key === "enter") await opened.door.sendNow(id, byTerminal("terminal"));
    else await opened.door.undo(id, byTerminal("terminal"));
    if (key === "u") clearCountdown(context);
  }
}

/** Says what is new about cards that do not merely wait for their moment. */
function sayNews({ context, opened }: Watching, views: readonly CardView[], shown: Map<string, string>): boolean {
  const reader = { zone: opened.home.config.zone, nowMs: context.clock.now() };
  let isNews = false;
  for (const view of views) {
    const words = stateWords(view, reader);
    // A person has the countdown; a pipe is told once.
    const isCounted = view.undoUntil !== null && (context.terminal.interactive || shown.has(view.card.id));
    if (isCounted || shown.get(view.card.id) === words) continue;
    clearCountdown(context);
    say(context, `Card ${view.card.number}: ${words}`);
    shown.set(view.card.id, words);
    isNews = true;
  }
  return isNews;
}

/** What waits for something outside (a cap, quiet hours, a step that did not come off) is not watched. */
function isUnderWay({ card }: CardView, views: readonly CardView[]): boolean {
  if (!movingStates.includes(card.state)) return false;
  if (card.reason !== "" && card.state !== "committing") return false;
  const before = views.find((one) => one.card.id === card.afterCardId);
  return before === undefined || before.card.state === "done" || isUnderWay(before, views);
}

function showCountdown({ terminal, clock }: CommandContext, views: readonly CardView[]): boolean {
  const waits = views.flatMap(({ undoUntil }) => (undoUntil === null ? [] : [Date.parse(undoUntil)]));
  if (waits.length === 0) return false;
  const seconds = Math.max(0, Math.ceil((Math.min(...waits) - clock.now()) / 1000));
  const words = `Goes out in ${seconds} s.  Enter = send now · u = take back · Ctrl-C = leave it`;
  if (terminal.isTTY && terminal.interactive) {
    terminal.out(`\r\u001b[K${makePaint(terminal.colour).dim(clip(words, terminal.columns - 1))}`);
  }
  return true;
}

function clearCountdown({ terminal }: CommandContext): void {
  if (terminal.isTTY && terminal.interactive) terminal.out("\r\u001b[K");
}

function say({ terminal }: CommandContext, text: string): void {
  terminal.out(`${wrap(text, Math.min(terminal.columns, 78)).join("\n")}\n`);
}
