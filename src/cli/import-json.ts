import type { StewardError } from "../core/errors.ts";
import type { Problem } from "../core/record.ts";
import type { SourceOutcome } from "./read-sources.ts";

/** The JSON of `import` and `sync`: one object per source, and what was not recognised at all. */
export function toImportJson(outcomes: readonly SourceOutcome[], unrecognised: readonly Problem[]): unknown {
  return {
    sources: outcomes.map(({ source, report, error, problemsPath }) => ({
      id: source.id,
      kind: source.kind,
      label: source.label,
      path: source.location,
      ...(report === null
        ? { error: toErrorJson(error) }
        : {
            error: toErrorJson(report.failure),
            added: report.added,
            known: report.known,
            changed: report.changed,
            relabelled: report.relabelled,
            gone: report.gone,
            partial: report.partial,
            tookMs: report.tookMs,
            stopped: report.stopped,
            problems: report.problems.map(({ locator, reason }) => ({ ...locator, reason })),
            problemsPath,
          }),
    })),
    unrecognised: unrecognised.map(({ locator, reason }) => ({ path: locator.path, reason })),
  };
}

function toErrorJson(error: StewardError | null): unknown {
  return error === null ? null : { code: error.code, message: error.message, cure: error.cure };
}
