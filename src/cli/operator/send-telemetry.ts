import { readTrace } from "../../agent/runs/read-trace.ts";
import { traceSpans } from "../../agent/runs/trace-spans.ts";
import { allTools } from "../../agent/tools/all-tools.ts";
import type { Config } from "../../core/config.ts";
import type { Store } from "../../store/open-store.ts";

const withinMs = 3000;
const here: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Sends names and numbers of a run that ended, with those beneath it, to the owner's collector. Contract: does nothing where none is
 * configured; to another computer only where the owner said so; never throws, because no answer depends on it.
 */
export async function sendTelemetry(
  given: { store: Store; fetch: typeof fetch; telemetry: Config["telemetry"]; log(line: string): void },
  runId: string,
): Promise<void> {
  const { store, telemetry, log } = given;
  if (telemetry.otlp === null) return;
  if (!telemetry.elsewhere && !here.has(new URL(telemetry.otlp).hostname)) {
    log("telemetry: the collector is on another computer, and config.json does not say elsewhere: true");
    return;
  }
  try {
    const trace = await readTrace(store, runId);
    const names = new Set(allTools.map(({ name }) => name));
    for (const one of trace === null ? [] : [trace, ...trace.beneath]) {
      const response = await given.fetch(telemetry.otlp, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(traceSpans(one, names)),
        redirect: "error",
        signal: AbortSignal.timeout(withinMs),
      });
      if (!response.ok) log(`telemetry: the collector answered ${response.status}`);
    }
  } catch (error) {
    log(`telemetry: the collector could not be reached (${error instanceof Error ? error.name : "unknown"})`);
  }
}
