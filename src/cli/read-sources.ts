import { errorExitCodes, StewardError } from "../core/errors.ts";
import { createIntake, type ImportReport } from "../intake/intake.ts";
import type { Source } from "../store/sources.ts";
import type { CommandContext } from "./command-context.ts";
import { connectorDeps, loadGuardedConnectors } from "./connector-deps.ts";
import type { OpenHome } from "./open-home.ts";
import { problemFile } from "./problem-file.ts";
import { reportLines } from "./render/import-report.ts";
import { makeProgressBar } from "./render/progress-bar.ts";

export interface ReadSourcesOptions {
  signal: AbortSignal;
  /** Newest days first; null reads in the source's own order. */
  recentDays: number | null;
  recentOnly?: boolean;
  /** Nothing is printed on standard output: the caller writes JSON, or another screen. */
  quiet?: boolean;
}

/** What came of one source: a report, or why it could not be read at all. */
export interface SourceOutcome {
  source: Source;
  report: ImportReport | null;
  error: StewardError | null;
  /** Where the full list of what could not be read was written; null when there was none. */
  problemsPath: string | null;
}

/**
 * Reads sources one after the other with progress, and says after each what it took and what it could not read.
 *
 * Contract: one source that cannot be read does not keep the others from being read; Ctrl-C and a full disk end the row,
 * everything committed stays; sets the exit code.
 */
export async function readSources(
  context: CommandContext,
  home: OpenHome,
  sources: readonly Source[],
  options: ReadSourcesOptions,
): Promise<SourceOutcome[]> {
  const intake = createIntake({
    store: home.store,
    connectors: await loadGuardedConnectors(context),
    connectorDeps: connectorDeps(context),
    clock: context.clock,
    newId: context.newId,
    originalsDirectory: home.paths.originals,
    mirror: home.paths,
  });
  const bar = makeProgressBar(context.terminal, () => Date.now());
  const outcomes: SourceOutcome[] = [];
  try {
    for (const source of sources) {
      const outcome = await readOne(context, home, source, options, intake, bar);
      bar.clear();
      outcomes.push(outcome);
      if (options.quiet !== true) {
        for (const line of reportLines(outcome, context)) context.terminal.out(`${line}\n`);
      }
      if (outcome.report?.stopped === "interrupted" || outcome.report?.stopped === "disk_full") break;
    }
  } finally {
    bar.clear();
    await intake.close();
  }
  context.endWith(exitCodeOf(outcomes));
  return outcomes;
}

async function readOne(
  context: CommandContext,
  home: OpenHome,
  source: Source,
  options: ReadSourcesOptions,
  intake: ReturnType<typeof createIntake>,
  bar: ReturnType<typeof makeProgressBar>,
): Promise<SourceOutcome> {
  try {
    const report = await intake.importSource(source, {
      signal: options.signal,
      onProgress: (progress) => bar.show(progress),
      read: {
        zone: home.config.zone,
        region: home.config.region,
        recentDays: options.recentDays,
        ...(options.recentOnly === undefined ? {} : { recentOnly: options.recentOnly }),
      },
    });
    // What was taken is to be said even when there is no room left for the list of what was not.
    const problemsPath = await problemFile(home.paths, source, report.problems, context.clock.now()).catch(() => null);
    return { source, report, error: null, problemsPath };
  } catch (error) {
    if (!(error instanceof StewardError)) throw error;
    return { source, report: null, error, problemsPath: null };
  }
}

function exitCodeOf(outcomes: readonly SourceOutcome[]): number {
  for (const { report, error } of outcomes) {
    if (report?.stopped === "interrupted") return errorExitCodes.interrupted;
    if (report?.stopped === "disk_full") return errorExitCodes.disk_full;
    if (report?.stopped === "busy") return errorExitCodes.database_busy;
    const failure = error ?? report?.failure ?? null;
    if (failure !== null) return errorExitCodes[failure.code];
  }
  return 0;
}
