import { isAbsolute, join, resolve } from "node:path";
import { StewardError } from "../core/errors.ts";

export interface Globals {
  home: string | null;
  demo: boolean;
  noColour: boolean;
  /** The moment that counts as now, as typed; null for the real one. */
  now: string | null;
  /** What is left for the command. */
  rest: string[];
}

/** Takes the options that every command knows out of the arguments, wherever they stand before `--`. Errors: `usage`. */
export function takeGlobals(argv: readonly string[], userHome: string): Globals {
  const globals: Globals = { home: null, demo: false, noColour: false, now: null, rest: [] };
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? "";
    if (argument === "--") {
      globals.rest.push(...argv.slice(at));
      break;
    }
    const [name, inline] = splitOption(argument);
    const value = (): string => {
      if (inline === undefined) at += 1;
      const found = inline ?? argv[at];
      if (found === undefined || found === "") throw new StewardError("usage", `${name} needs a value.`);
      return found;
    };
    if (name === "--home") globals.home = toPath(value(), userHome);
    else if (name === "--now") globals.now = value();
    else if (argument === "--demo") globals.demo = true;
    else if (argument === "--no-color" || argument === "--no-colour") globals.noColour = true;
    else globals.rest.push(argument);
  }
  return globals;
}

function splitOption(argument: string): [string, string | undefined] {
  const equals = argument.indexOf("=");
  return argument.startsWith("--") && equals > 0
    ? [argument.slice(0, equals), argument.slice(equals + 1)]
    : [argument, undefined];
}

function toPath(text: string, userHome: string): string {
  if (text === "~" || text.startsWith("~/")) return join(userHome, text.slice(1));
  return isAbsolute(text) ? text : resolve(text);
}
