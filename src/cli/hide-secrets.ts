import type { Secrets } from "../daemon/secrets/open-secrets.ts";
import type { Machine } from "./command-context.ts";

/** Shorter than this a value could be a word of an ordinary sentence. */
const shortest = 8;
const stands = "[hidden]";

/**
 * The same machine, with a screen that shows no secret: every value that was read from the store or put into it is replaced
 * wherever it would be printed. Nothing prints one on purpose; the text of an unexpected error, a service's or a library's,
 * may hold one all the same.
 */
export function hideSecrets(machine: Machine): Machine {
  const values = new Set<string>();
  const note = (value: string | null): void => {
    if (value !== null && value.length >= shortest) values.add(value);
  };
  const hide = (text: string): string => {
    let hidden = text;
    for (const value of values) hidden = hidden.replaceAll(value, stands);
    return hidden;
  };
  return {
    ...machine,
    terminal: {
      ...machine.terminal,
      out: (text) => machine.terminal.out(typeof text === "string" ? hide(text) : text),
      err: (text) => machine.terminal.err(hide(text)),
    },
    openSecrets: async (home) => watch(await machine.openSecrets(home), note),
  };
}

function watch(secrets: Secrets, note: (value: string | null) => void): Secrets {
  return {
    ...secrets,
    get: async (name) => {
      const value = await secrets.get(name);
      note(value);
      return value;
    },
    set: async (name, value) => {
      note(value);
      await secrets.set(name, value);
    },
  };
}
