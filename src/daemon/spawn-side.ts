import { spawn } from "node:child_process";
import type { SideProcess } from "./supervisor.ts";

/**
 * Starts this program again with other arguments, on the same screen. A channel connects the two: when it closes, because
 * the supervisor asks to stop or was killed, that side ends (`main.ts` listens).
 */
export function spawnSide(main: string, argv: readonly string[]): SideProcess {
  const child = spawn(process.execPath, [...process.execArgv, "--disable-warning=ExperimentalWarning", main, ...argv], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", (error: NodeJS.ErrnoException) => resolve({ code: 70, signal: error.code ?? null }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    stop: () => {
      if (child.connected) child.disconnect();
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}
