import type { Command } from "commander";
import { verifyLedger } from "../../../approvals/verify-ledger.ts";
import { toInstant } from "../../core/clock.ts";
import { StewardError } from "../../core/errors.ts";
import { count } from "../../core/plural.ts";
import { getCard } from "../../store/cards.ts";
import { type LedgerEntry, listLedger } from "../../store/ledger.ts";
import type { CommandContext } from "../command-context.ts";
import { findCard } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { parseWhen } from "../parse-when.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { ledgerLines } from "../render/ledger-screen.ts";
import { makePaint } from "../render/paint.ts";

interface LedgerFlags {
  since?: string;
  limit: string;
  full?: boolean;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[card]", "a card's number; or verify, to check the whole chain")
    .description("What was proposed, decided and done, as it was written down; newest last.")
    .option("--since <when>", "only from then on: yesterday, 3d, 2026-11-01")
    .option("--limit <n>", "the newest entries", "40")
    .option("--full", "with what each entry holds, and its hash")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
verify ends with 1 where an entry was changed, left out, put in or cut off, and names the first one.

Examples
  ${context.self} ledger
  ${context.self} ledger 3
  ${context.self} ledger --since yesterday --json | jq '.[].body.receipt'
  ${context.self} ledger verify`,
    )
    .action((what: string | undefined, flags: LedgerFlags) =>
      what === "verify" ? verify(context, flags.json === true) : list(context, what, flags),
    );
}

async function verify(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async ({ store }) => {
    const verdict = await verifyLedger(store, context.home);
    if (json) context.terminal.out(`${JSON.stringify(verdict)}\n`);
    else if (verdict.ok) {
      const head = verdict.entries === 0 ? "nothing was written yet" : `head ${verdict.head.slice(0, 16)}`;
      context.terminal.out(`The ledger is whole: ${count(verdict.entries)} entries, ${head}.\n`);
    } else {
      context.terminal.out(`The ledger is broken at entry ${count(verdict.brokenAt)}: ${verdict.why}.\n`);
      context.terminal.err(`  The ${count(verdict.entries)} entries before it are whole. A backup has the rest.\n`);
    }
    if (!verdict.ok) context.endWith(1);
  });
}

async function list(context: CommandContext, what: string | undefined, flags: LedgerFlags): Promise<void> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000) {
    throw new StewardError("usage", `--limit needs a number from 1 to 100,000, not "${flags.limit}".`);
  }
  await withDoor(
    context,
    async ({ home, door }) => {
      const { zone } = home.config;
      const nowMs = context.clock.now();
      const card = what === undefined ? null : (await findCard(door, what)).card;
      const since = flags.since === undefined ? null : parseWhen(flags.since, { zone, nowMs, direction: "past" });
      const newest = await listLedger(home.store, {
        limit: limit + 1,
        ...(card === null ? {} : { cardId: card.id }),
        ...(since === null ? {} : { sinceAt: toInstant(since) }),
      });
      const entries = newest.slice(0, limit).toReversed();
      if (flags.json === true) {
        context.terminal.out(`${jsonScreen(entries)}\n`);
        return;
      }
      if (entries.length === 0) {
        const narrowed = card !== null || since !== null;
        context.terminal.out(narrowed ? "Nothing in it.\n" : "Nothing was ever proposed or done.\n");
        return;
      }
      const lines = ledgerLines(entries, {
        paint: makePaint(context.terminal.colour),
        width: Math.min(context.terminal.columns, 78),
        zone,
        nowMs,
        numbers: await numbersOf(home, entries),
        full: flags.full === true,
      });
      if (newest.length > limit) lines.unshift(`Older entries are not shown: --limit ${limit * 10}`, "");
      context.terminal.out(`${lines.join("\n")}\n`);
    },
    { policy: "unread" },
  );
}

async function numbersOf({ store }: OpenHome, entries: readonly LedgerEntry[]): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (const id of new Set(entries.flatMap(({ cardId }) => cardId ?? []))) {
    const card = await getCard(store, id);
    if (card !== null) numbers.set(id, card.number);
  }
  return numbers;
}
