import type { Command } from "commander";
import { toStewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { dayOf, moment } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import { listCoverage, listProblems, listSources, removeSource, type Source } from "../../store/sources.ts";
import type { CommandContext } from "../command-context.ts";
import { connectorDeps, loadGuardedConnectors } from "../connector-deps.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { makePaint } from "../render/paint.ts";
import { clip, wrap } from "../render/width.ts";
import { pickSource } from "./sync.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description("What is read, which time it covers, and what could not be read.")
    .option("--json", "print as JSON")
    .addHelpText("after", `\nExamples\n  ${context.self} sources\n  ${context.self} sources remove 3`)
    .action((flags: { json?: boolean }) => listAll(context, flags.json === true));
  command
    .command("remove")
    .argument("<id>", "number or id of the source")
    .description("Forget a source. What was read from it stays; the files are never touched.")
    .action((id: string) => remove(context, id));
}

interface SourceFacts {
  source: Source;
  coverage: { from: string; to: string }[];
  problems: number;
  health: string;
}

async function listAll(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const sources = await listSources(home.store);
    const facts = await Promise.all(sources.map((source) => gather(context, home, source)));
    if (json) {
      const plain = facts.map(({ source: { cursors: _cursors, ...source }, coverage, problems, health }) => ({
        ...source,
        coverage,
        problems,
        health,
      }));
      context.terminal.out(`${jsonScreen(plain)}\n`);
      return;
    }
    if (facts.length === 0) {
      context.terminal.out(`Nothing is read yet. Start with: ${context.self} begin, or ${context.self} import PATH\n`);
      return;
    }
    const lines = facts.flatMap((one, index) => sourceLines(context, home, one, index + 1));
    context.terminal.out(`${lines.join("\n")}\n`);
  });
}

async function gather(context: CommandContext, home: OpenHome, source: Source): Promise<SourceFacts> {
  const coverage = await listCoverage(home.store, source.id);
  const problems = (await listProblems(home.store, source.id, 10_000)).length;
  return { source, coverage, problems, health: await healthOf(context, source) };
}

async function healthOf(context: CommandContext, source: Source): Promise<string> {
  const connector = (await loadGuardedConnectors(context)).find((one) => one.name === source.connector);
  if (connector === undefined) return "its connector is not installed";
  const config = connector.config.safeParse(source.config);
  if (!config.success) return "what is stored about it is damaged; register it again";
  try {
    const client = await connector.connect(config.data, connectorDeps(context));
    const health = await connector.check(client, AbortSignal.timeout(5000));
    switch (health.state) {
      case "ok":
        return source.readAt === null ? "not read to its end yet" : "ok";
      case "needs_reauth":
        return `sign in again: ${health.cure}`;
      case "degraded":
        return health.reason;
    }
  } catch (error) {
    // One source that cannot be asked is a line of the list, not the end of it.
    const named = toStewardError(error, "asking the source");
    return named.cure === null ? named.message : `${named.message} ${named.cure}`;
  }
}

function sourceLines(context: CommandContext, home: OpenHome, facts: SourceFacts, number: number): string[] {
  const paint = makePaint(context.terminal.colour);
  const { source, coverage, problems, health } = facts;
  const { zone } = home.config;
  const nowMs = context.clock.now();
  const width = Math.min(context.terminal.columns, 78);
  const read = source.readAt === null ? "never to its end" : `read ${moment(source.readAt, zone, nowMs)}`;
  const spans = coverage.slice(-3).map(({ from, to }) => `${dayOf(from, zone, nowMs)} – ${dayOf(to, zone, nowMs)}`);
  const more = coverage.length > 3 ? `${coverage.length - 3} earlier ranges, ` : "";
  const lines = [
    `${paint.bold(String(number).padStart(2))}  ${clip(forScreen(source.label), width - 4)}`,
    ...wrap(`${source.kind} · ${plural(source.itemCount, "item")} · ${read}`, width - 4),
    ...(spans.length === 0 ? [] : wrap(`covers ${more}${spans.join(", ")}`, width - 4)),
    ...wrap(forScreen(source.location), width - 4),
  ];
  if (health !== "ok") lines.push(paint.yellow(`! ${forScreen(health)}`));
  if (problems > 0) lines.push(paint.yellow(`! ${plural(problems, "record")} could not be read`));
  return lines.map((line, index) => (index === 0 ? line : `    ${index < 4 ? paint.dim(line) : line}`));
}

async function remove(context: CommandContext, reference: string): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const source = pickSource(await listSources(home.store), reference);
    await home.store.write((tx) => removeSource(tx, source.id));
    context.terminal.out(
      `Forgot ${forScreen(source.label)}. What was read from it stays; ${source.location} is untouched.\n`,
    );
  });
}
