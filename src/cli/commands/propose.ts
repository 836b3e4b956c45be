import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { type ListedAction, listActions } from "../../store/action-list.ts";
import type { CommandContext } from "../command-context.ts";
import { proposeHere } from "../door/propose-here.ts";
import { withDoor } from "../door/with-door.ts";
import { type AskHelpOptions, actionLines, askHelp } from "../render/ask-help.ts";
import { makePaint } from "../render/paint.ts";

interface ProposeFlags {
  json?: string;
  account?: string;
  list?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[action]", "such as calendar.create_event; alone it says what the action asks for")
    .argument("[file]", "a file with the values as JSON, as a script leaves them")
    .description("Propose any action, with its values as JSON. It becomes a card; nothing happens before your yes.")
    .option("--json <values>", "what the action asks for")
    .option("--account <address>", "which of your accounts does it")
    .option("--list", "every action there is")
    .addHelpText(
      "after",
      `
Examples
  ${context.self} propose --list
  ${context.self} propose home.note
  ${context.self} propose home.note --json '{"text":"Plate is KL 2207"}'
  ${context.self} propose home.note note.json`,
    )
    .action((action: string | undefined, file: string | undefined, flags: ProposeFlags) =>
      propose(context, action, file, flags),
    );
}

async function propose(
  context: CommandContext,
  action: string | undefined,
  file: string | undefined,
  flags: ProposeFlags,
): Promise<void> {
  if (file !== undefined && flags.json !== undefined)
    throw new StewardError("usage", "Give the values with --json or in a file, not both.");
  await withDoor(context, async (opened) => {
    const { terminal, self } = context;
    const actions = await listActions(opened.home.store);
    const options: AskHelpOptions = {
      paint: makePaint(terminal.colour),
      width: Math.min(terminal.columns, 78),
      self,
    };
    if (action === undefined || flags.list === true) {
      terminal.out(`${actionLines(actions, options).join("\n")}\n`);
      return;
    }
    const listed = actions.find(({ name }) => name === action);
    if (listed === undefined) throw noAction(action, actions, self);
    const ask = file === undefined ? flags.json : await read(file);
    if (ask === undefined) {
      terminal.out(`${askHelp(listed, options).join("\n")}\n`);
      return;
    }
    const step = { action, account: flags.account ?? null, ask: parse(ask, file ?? null), after: null };
    const cure = `What it asks for: ${self} propose ${action}`;
    // What a file holds was not typed here: it may come from anywhere.
    await proposeHere(context, opened, [step], { words: flags.json ?? null, cure });
  });
}

function noAction(action: string, actions: readonly ListedAction[], self: string): StewardError {
  const [service = ""] = action.split(".");
  const near = actions.filter(({ name }) => name.startsWith(`${service}.`)).map(({ name }) => name);
  return new StewardError("not_found", `There is no action ${action}.`, {
    cure: near.length === 0 ? `${self} propose --list` : `There: ${near.join(", ")}.`,
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw toStewardError(error, `reading ${file}`);
  }
}

function parse(text: string, file: string | null): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StewardError("usage", `${file ?? "--json"} is not valid JSON.`, {
      cure: file === null ? `In a shell it stands in single quotes: --json '{"text":"…"}'` : "Mend the file.",
      cause: error,
    });
  }
}
