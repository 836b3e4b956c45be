import type { Command } from "commander";
import { forScreen } from "../../core/untrusted.ts";
import { lastReadAt } from "../../store/digests.ts";
import { countItems } from "../../store/items.ts";
import { databaseBytes, listProblems, listSources } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { withHome } from "../open-home.ts";
import { makePaint } from "../render/paint.ts";
import { bytes, count, plural } from "../render/plural.ts";
import { moment } from "../render/times.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("What is where, and how much.")
    .option("--json", "print as JSON")
    .action((flags: { json?: boolean }) => status(context, flags.json === true));
}

async function status(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const [counts, sources, problems, readAt, size] = await Promise.all([
      countItems(home.store),
      listSources(home.store),
      listProblems(home.store, null, 10_000),
      lastReadAt(home.store),
      databaseBytes(home.store.read),
    ]);
    if (json) {
      const facts = {
        home: home.paths.home,
        databaseBytes: size,
        ...counts,
        sources: sources.length,
        problems: problems.length,
        lastReadAt: readAt,
        owner: home.config.owner,
        zone: home.config.zone,
      };
      context.terminal.out(`${JSON.stringify(facts, null, 2)}\n`);
      return;
    }
    const paint = makePaint(context.terminal.colour);
    const nowMs = context.clock.now();
    const { owner, zone } = home.config;
    const who = [owner.names.join(" / "), owner.addresses.join(", ")].filter((text) => text !== "").join(" · ");
    const newest = sources
      .flatMap((source) => source.readAt ?? [])
      .sort()
      .at(-1);
    const rows: [string, string][] = [
      ["Home", home.paths.home],
      ["Owner", who === "" ? `not known yet; ${context.self} init` : forScreen(who)],
      ["Zone", zone],
      ["Database", `${bytes(size)}, ${count(counts.items)} items in ${plural(counts.threads, "thread")}`],
      [
        "Sources",
        sources.length === 0
          ? `none; ${context.self} begin`
          : `${count(sources.length)}, ${context.self} sources lists them`,
      ],
      ["Read", newest === undefined ? "never" : moment(newest, zone, nowMs)],
      ["You looked", readAt === null ? "never" : moment(readAt, zone, nowMs)],
      [
        "Problems",
        problems.length === 0
          ? "none"
          : `${plural(problems.length, "record")} could not be read, see ${home.paths.problems}`,
      ],
    ];
    for (const [name, value] of rows) context.terminal.out(`${paint.dim(name.padEnd(12))}${value}\n`);
  });
}
