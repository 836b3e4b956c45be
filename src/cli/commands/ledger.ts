import type { Command } from "commander";
import { z } from "zod";
import { verifyLedger } from "../../../approvals/verify-ledger.ts";
import { toInstant } from "../../core/clock.ts";
import { count } from "../../core/plural.ts";
import { moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import { type LedgerEntry, listLedger } from "../../store/ledger.ts";
import type { CommandContext } from "../command-context.ts";
import { findCard } from "../door/find-card.ts";
import { withDoor } from "../door/with-door.ts";
import { withHome } from "../open-home.ts";
import { parseWhen } from "../parse-when.ts";
import { makePaint } from "../render/paint.ts";
import { clip, padEnd, padStart } from "../render/width.ts";

interface LedgerFlags {
  since?: string;
  limit: string;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[card]", "a card's number; or verify, to check the whole chain")
    .description("What was proposed, decided and done, as it was written down; newest last.")
    .option("--since <when>", "only from then on: yesterday, 3d, 2026-11-01")
    .option("--limit <n>", "the newest entries", "40")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `\nExamples\n  ${context.self} ledger\n  ${context.self} ledger 3\n  ${context.self} ledger verify`,
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
      context.terminal.out(
        `The ledger is whole: ${count(verdict.entries)} entries, head ${verdict.head.slice(0, 16)}.\n`,
      );
    } else context.terminal.out(`The ledger is broken at entry ${verdict.brokenAt}: ${verdict.why}.\n`);
    if (!verdict.ok) context.endWith(1);
  });
}

async function list(context: CommandContext, what: string | undefined, flags: LedgerFlags): Promise<void> {
  await withDoor(context, async ({ home, door }) => {
    const { zone } = home.config;
    const nowMs = context.clock.now();
    const card = what === undefined ? null : (await findCard(door, what)).card;
    const entries = await listLedger(home.store, {
      limit: Math.max(1, Number.parseInt(flags.limit, 10) || 40),
      ...(card === null ? {} : { cardId: card.id }),
      ...(flags.since === undefined
        ? {}
        : { sinceAt: toInstant(parseWhen(flags.since, { zone, nowMs, direction: "past" })) }),
    });
    const ordered = entries.toReversed();
    if (flags.json === true) context.terminal.out(`${JSON.stringify(ordered, null, 2)}\n`);
    else if (ordered.length === 0) context.terminal.out("Nothing was ever proposed or done.\n");
    else context.terminal.out(`${ordered.map((entry) => line(context, entry, zone, nowMs)).join("\n")}\n`);
  });
}

const words = z.looseObject({
  number: z.number().optional(),
  title: z.string().optional(),
  receipt: z.string().optional(),
  kind: z.string().optional(),
  why: z.string().optional(),
  refusal: z.string().optional(),
  reason: z.string().optional(),
});

function line(context: CommandContext, entry: LedgerEntry, zone: string, nowMs: number): string {
  const paint = makePaint(context.terminal.colour);
  const said = words.safeParse(entry.body).data ?? {};
  const text =
    said.receipt ??
    said.title ??
    said.why ??
    said.refusal ??
    [said.kind, said.reason].filter((one) => one !== undefined && one !== "").join(": ");
  const seq = padStart(`${entry.seq}`, 5);
  const head = `${seq}  ${padEnd(moment(entry.at, zone, nowMs), 16)} ${padEnd(entry.kind.replaceAll("_", " "), 17)}`;
  return `${paint.dim(head)} ${clip(forScreen(text), Math.max(20, context.terminal.columns - head.length - 1))}`;
}
