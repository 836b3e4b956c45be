import { spawn } from "node:child_process";
import { join } from "node:path";
import type { SearchRequest } from "../../../connectors/web/web-client.ts";
import { configSchema } from "../../core/config.ts";
import { StewardError } from "../../core/errors.ts";
import { loadConfig } from "../../daemon/home.ts";

const mostBytes = 2_000_000;

/** Where this home's searches go: the model's server, and the model that writes. */
export async function readSearchTarget(home: string): Promise<{ baseUrl: string; model: string }> {
  const { model } = (await loadConfig(home)) ?? configSchema.parse({});
  return { baseUrl: model.baseUrl, model: model.roles.write };
}

/**
 * Starts the child that searches. Contract: it gets `environment` and nothing else of this process; the request goes to its input, never
 * to its arguments; it is killed when the signal says so. Errors: `interrupted`, `unavailable`.
 */
export function spawnSearch(environment: Readonly<Record<string, string>>) {
  return async (request: SearchRequest, signal: AbortSignal): Promise<unknown> => {
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "search-child.ts")],
      { env: environment, stdio: ["pipe", "pipe", "ignore"], signal, killSignal: "SIGKILL" },
    );
    const said = await new Promise<string>((resolve, reject) => {
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        out += chunk;
        if (out.length > mostBytes) child.kill("SIGKILL");
      });
      child.once("error", reject);
      child.once("close", () => resolve(out));
      child.stdin.on("error", () => undefined);
      child.stdin.end(JSON.stringify(request));
    }).catch((cause: unknown) => {
      const code = signal.aborted ? "interrupted" : "unavailable";
      throw new StewardError(code, "The search could not be made.", { cause });
    });
    try {
      return JSON.parse(said);
    } catch (cause) {
      throw new StewardError("unavailable", "The search gave no answer that can be read.", { cause });
    }
  };
}
