import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
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
    .argument("[action]", "such as calendar.create_event; without --json it says what the action asks for")
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
  ${context.self} propose home.note --json '{"text":"Plate is KL 2207"}'`,
    )
    .action((action: string | undefined, flags: ProposeFlags) => propose(context, action, flags));
}

async function propose(context: CommandContext, action: string | undefined, flags: ProposeFlags): Promise<void> {
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
    if (flags.json === undefined) {
      terminal.out(`${askHelp(listed, options).join("\n")}\n`);
      return;
    }
    const step = { action, account: flags.account ?? null, ask: parse(flags.json), after: null };
    const cure = `What it asks for: ${self} propose ${action}`;
    await proposeHere(context, opened, [step], { words: flags.json, cure });
  });
}

function noAction(action: string, actions: readonly ListedAction[], self: string): StewardError {
  const [service = ""] = action.split(".");
  const near = actions.filter(({ name }) => name.startsWith(`${service}.`)).map(({ name }) => name);
  return new StewardError("not_found", `There is no action ${action}.`, {
    cure: near.length === 0 ? `${self} propose --list` : `There: ${near.join(", ")}.`,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StewardError("usage", "--json is not valid JSON.", {
      cure: `In a shell it stands in single quotes: --json '{"text":"…"}'`,
      cause: error,
    });
  }
}
