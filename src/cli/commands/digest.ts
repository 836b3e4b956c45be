import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { judgeWithModel } from "../judge-with-model.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { parseWhen } from "../parse-when.ts";
import { printDigest } from "../print-digest.ts";

interface DigestFlags {
  since?: string;
  limit: string;
  show?: string;
  json?: boolean;
  peek?: boolean;
  judge?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .description("What you missed since you last looked: what is urgent, what waits for you, what you forgot.")
    .option("--since <when>", "2d, 12h, yesterday, monday, 2026-11-01; default: since you last looked")
    .option("--limit <n>", "how many new entries", "12")
    .option("--show <what>", "ignored: list what was ignored, too")
    .option("--peek", "do not mark anything as read")
    .option("--judge", "have the model look first at what rules left open, for a minute at most")
    .option("--json", "print as JSON; never marks anything as read")
    .addHelpText(
      "after",
      `
The classes: URGENT cannot wait, REPLY somebody waits for you, EVENT the calendar is concerned, DOC one of your documents is
out of date, WAIT you wait for somebody, STALE you promised and did not, CARE looks like a trap.
Where a model is set up, steward inside asks it after reading; the digest shows what is known and never waits for it.
"Last looked" moves only when the digest is shown on a terminal; a pipe or a job never moves it.

Examples
  ${context.self} digest --since yesterday
  ${context.self} digest --show ignored --peek
  ${context.self} digest --json | jq '.newEntries[].line'`,
    )
    .action((flags: DigestFlags) => digest(context, flags));
}

async function digest(context: CommandContext, flags: DigestFlags): Promise<void> {
  if (flags.show !== undefined && flags.show !== "ignored") {
    throw new StewardError("usage", `--show knows "ignored" only, not "${flags.show}".`);
  }
  const limit = Number.parseInt(flags.limit, 10);
  if (!(limit > 0)) throw new StewardError("usage", `--limit needs a number above 0, not "${flags.limit}".`);
  await withHome(context, { create: false }, async (home) => {
    const { zone } = home.config;
    const nowMs = context.clock.now();
    const since = flags.since === undefined ? null : parseWhen(flags.since, { zone, nowMs, direction: "past" });
    if (flags.judge === true) await judgeFirst(context, home);
    await printDigest(context, home, {
      since: since === null ? null : new Date(since).toISOString(),
      limit,
      showIgnored: flags.show === "ignored",
      json: flags.json === true,
      peek: flags.peek === true,
    });
  });
}

const judgeForMs = 60_000;

async function judgeFirst(context: CommandContext, home: OpenHome): Promise<void> {
  const report = await judgeWithModel(context, home, {
    signal: AbortSignal.timeout(2 * judgeForMs),
    limitMs: judgeForMs,
  });
  if (report === null) {
    throw new StewardError("config", "There is no model to judge with.", {
      cure: `With a key: ${context.self} model key. With a server of your own: ${context.self} model use URL`,
    });
  }
}
