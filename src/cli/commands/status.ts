import type { Command } from "commander";
import type { CardState } from "../../core/card.ts";
import { bytes, count, plural } from "../../core/plural.ts";
import { moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import { runningSince } from "../../daemon/hold-daemon-lease.ts";
import { countCards } from "../../store/cards.ts";
import { lastReadAt } from "../../store/digests.ts";
import { countItems } from "../../store/items.ts";
import { readPageAddress } from "../../store/page-address.ts";
import { listHealth } from "../../store/source-health.ts";
import { databaseBytes, listProblems, listSources } from "../../store/sources.ts";
import { readStop } from "../../store/stop-latch.ts";
import type { CommandContext } from "../command-context.ts";
import { isDoorRunning } from "../door/is-door-running.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { makePaint } from "../render/paint.ts";
import { percentOf, sourceLines } from "../render/source-lines.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("What is where, how much, and how every source is.")
    .option("--json", "print as JSON")
    .action((flags: { json?: boolean }) => status(context, flags.json === true));
}

async function status(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const facts = await gather(context, home);
    if (json) context.terminal.out(`${jsonScreen(toJson(home, facts))}\n`);
    else printFacts(context, home, facts);
  });
}

type Facts = Awaited<ReturnType<typeof gather>>;

async function gather(context: CommandContext, home: OpenHome) {
  const [counts, sources, problems, readAt, size, healths, running, door] = await Promise.all([
    countItems(home.store),
    listSources(home.store),
    listProblems(home.store, null, 10_000),
    lastReadAt(home.store),
    databaseBytes(home.store.read),
    listHealth(home.store),
    runningSince(home.store, context.clock),
    lookAtDoor(context, home),
  ]);
  const withHealth = sources.map((source) => ({ source, health: healths.get(source.id) ?? null }));
  return { counts, sources: withHealth, problems, readAt, size, running, door };
}

async function lookAtDoor(context: CommandContext, { store }: OpenHome) {
  const [running, cards, address, stop] = await Promise.all([
    isDoorRunning(context.home),
    countCards(store),
    readPageAddress(store),
    readStop(store),
  ]);
  const of = (state: CardState): number => cards.get(state) ?? 0;
  return {
    running,
    /** Where the page answers; null when nobody has it open. */
    page: running ? (address?.url ?? null) : null,
    stopped: stop,
    waiting: of("proposed"),
    underWay: of("approved") + of("prepared") + of("committing"),
    unknown: of("unknown"),
  };
}

function toJson(home: OpenHome, { counts, sources, problems, readAt, size, running, door }: Facts): unknown {
  return {
    home: home.paths.home,
    databaseBytes: size,
    ...counts,
    sources: sources.length,
    problems: problems.length,
    lastReadAt: readAt,
    owner: home.config.owner,
    zone: home.config.zone,
    /** Since when `steward start` runs; null when it does not. */
    runningSince: running,
    door,
    sourceHealth: sources.map(({ source, health }) => ({
      id: source.id,
      service: source.connector,
      label: source.label,
      state: health?.state ?? "ok",
      cure: health?.state === "needs_reauth" ? health.detail : null,
      reason: health?.state === "degraded" ? health.detail : null,
      since: health?.sinceAt ?? null,
      retryAt: health?.retryAt ?? null,
      percent: health?.state === "catching_up" && health.progress !== null ? percentOf(health.progress) : null,
      progress: health?.progress ?? null,
      readToItsEndAt: source.readAt,
      polledAt: health?.polledAt ?? null,
      nextPollAt: running === null ? null : (health?.nextPollAt ?? null),
      usage: health?.usage ?? {},
    })),
  };
}

function printFacts(context: CommandContext, home: OpenHome, facts: Facts): void {
  const { counts, sources, problems, readAt, size, running, door } = facts;
  const paint = makePaint(context.terminal.colour);
  const nowMs = context.clock.now();
  const width = Math.min(context.terminal.columns, 78);
  const { owner, zone } = home.config;
  const who = [owner.names.join(" / "), owner.addresses.join(", ")].filter((text) => text !== "").join(" · ");
  const stopped = `no; ${context.self} start keeps everything in step`;
  const unread = `${plural(problems.length, "record")} could not be read, see ${home.paths.problems}`;
  const rows: [string, string][] = [
    ["Home", home.paths.home],
    ["Owner", who === "" ? `not known yet; ${context.self} init` : forScreen(who)],
    ["Zone", zone],
    ["Database", `${bytes(size)}, ${count(counts.items)} items in ${plural(counts.threads, "thread")}`],
    ["Running", running === null ? stopped : `since ${moment(running, zone, nowMs)}`],
    ["Door", doorWords(door, context.self)],
    ["Cards", cardsWords(door, context.self)],
    ["You looked", readAt === null ? "never" : moment(readAt, zone, nowMs)],
    ["Problems", problems.length === 0 ? "none" : unread],
    ["Sources", sources.length === 0 ? `none; ${context.self} begin` : count(sources.length)],
  ];
  for (const [name, value] of rows) context.terminal.out(`${paint.dim(name.padEnd(12))}${value}\n`);
  for (const { source, health } of sources) {
    for (const line of sourceLines(source, health, { paint, width, zone, nowMs })) context.terminal.out(`${line}\n`);
  }
}

function doorWords({ running, page, stopped }: Facts["door"], self: string): string {
  const runs = running ? "running" : "not running; approve carries out by itself";
  const where = page === null ? "" : `, page at ${page} (${self} open)`;
  return stopped === null ? `${runs}${where}` : `STOPPED: ${forScreen(stopped.why)} Lift it: ${self} resume`;
}

function cardsWords({ waiting, underWay, unknown }: Facts["door"], self: string): string {
  const parts = [
    waiting === 0 ? "" : `${count(waiting)} waiting for your yes`,
    underWay === 0 ? "" : `${count(underWay)} under way`,
    unknown === 0 ? "" : `${count(unknown)} whose end nobody knows`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "none" : `${parts.join(", ")}; ${self} cards`;
}
