import type { Command } from "commander";
import { bytes, count, plural } from "../../core/plural.ts";
import { moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import { runningSince } from "../../daemon/hold-daemon-lease.ts";
import { lastReadAt } from "../../store/digests.ts";
import { countItems } from "../../store/items.ts";
import { listHealth } from "../../store/source-health.ts";
import { databaseBytes, listProblems, listSources } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
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
    if (json) context.terminal.out(`${JSON.stringify(toJson(home, facts), null, 2)}\n`);
    else printFacts(context, home, facts);
  });
}

type Facts = Awaited<ReturnType<typeof gather>>;

async function gather(context: CommandContext, home: OpenHome) {
  const [counts, sources, problems, readAt, size, healths, running] = await Promise.all([
    countItems(home.store),
    listSources(home.store),
    listProblems(home.store, null, 10_000),
    lastReadAt(home.store),
    databaseBytes(home.store.read),
    listHealth(home.store),
    runningSince(home.store, context.clock),
  ]);
  const withHealth = sources.map((source) => ({ source, health: healths.get(source.id) ?? null }));
  return { counts, sources: withHealth, problems, readAt, size, running };
}

function toJson(home: OpenHome, { counts, sources, problems, readAt, size, running }: Facts): unknown {
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
  const { counts, sources, problems, readAt, size, running } = facts;
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
    ["You looked", readAt === null ? "never" : moment(readAt, zone, nowMs)],
    ["Problems", problems.length === 0 ? "none" : unread],
    ["Sources", sources.length === 0 ? `none; ${context.self} begin` : count(sources.length)],
  ];
  for (const [name, value] of rows) context.terminal.out(`${paint.dim(name.padEnd(12))}${value}\n`);
  for (const { source, health } of sources) {
    for (const line of sourceLines(source, health, { paint, width, zone, nowMs })) context.terminal.out(`${line}\n`);
  }
}
