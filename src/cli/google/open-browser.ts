import { spawn } from "node:child_process";

/** What of the environment a browser needs; the rest, such as a passphrase, is none of its business. */
const wanted =
  /^(HOME|PATH|USER|LOGNAME|LANG|LC_\w+|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|BROWSER|SystemRoot|APPDATA|LOCALAPPDATA|USERPROFILE|TEMP|TMP)$/;

const startedWithinMs = 1500;

/**
 * Opens a page in the person's browser. False when there is none: a server, a session over SSH, no `xdg-open`.
 *
 * Contract: the address is one argument of a fixed program, never part of a command line; only http(s) addresses; waits at
 * most a second and a half.
 */
export async function openBrowser(
  url: string,
  machine: { platform: string; env: Readonly<Record<string, string | undefined>> },
): Promise<boolean> {
  const { env, platform } = machine;
  const opener = browserCommand(platform, env);
  if (opener === null || !/^https?:$/.test(new URL(url).protocol)) return false;
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => wanted.test(name)));
  const child = spawn(opener.program, [...opener.arguments, new URL(url).href], {
    stdio: "ignore",
    detached: true,
    shell: false,
    env: kept,
  });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.once("error", () => resolve(false));
  child.once("exit", (code) => resolve(code === 0));
  // A program that runs on is the browser itself.
  const timer = setTimeout(() => resolve(true), startedWithinMs);
  const opened = await promise;
  clearTimeout(timer);
  child.unref();
  return opened;
}

/** The program that opens pages on this system, null where nobody would see them. Contract: pure. */
export function browserCommand(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): { program: string; arguments: string[] } | null {
  const isSet = (name: string): boolean => (env[name] ?? "") !== "";
  if (isSet("SSH_CONNECTION") && !isSet("DISPLAY")) return null;
  // `start` is a word of the Windows shell; this is what it calls.
  if (platform === "win32") return { program: "rundll32", arguments: ["url.dll,FileProtocolHandler"] };
  if (platform === "darwin") return { program: "open", arguments: [] };
  return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") ? { program: "xdg-open", arguments: [] } : null;
}
