import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { type ListedAction, listActions } from "../../store/action-list.ts";
import type { CommandContext } from "../command-context.ts";
import { proposeHere } from "../door/propose-here.ts";
import { withDoor } from "../door/with-door.ts";
import { makePaint } from "../render/paint.ts";
import { padEnd, wrap } from "../render/width.ts";

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
      `\nExamples\n  ${context.self} propose --list\n  ${context.self} propose home.note\n  ${context.self} propose home.note --json '{"text":"Plate is KL 2207"}'`,
    )
    .action((action: string | undefined, flags: ProposeFlags) => propose(context, action, flags));
}

async function propose(context: CommandContext, action: string | undefined, flags: ProposeFlags): Promise<void> {
  await withDoor(context, async (opened) => {
    const actions = await listActions(opened.home.store);
    if (action === undefined || flags.list === true) {
      context.terminal.out(`${actions.map(actionLine).join("\n")}\n`);
      return;
    }
    const listed = actions.find(({ name }) => name === action);
    if (listed === undefined) {
      throw new StewardError("not_found", `There is no action ${action}.`, { cure: `${context.self} propose --list` });
    }
    if (flags.json === undefined) {
      context.terminal.out(`${describe(context, listed).join("\n")}\n`);
      return;
    }
    const step = { action, account: flags.account ?? null, ask: parse(flags.json), after: null };
    await proposeHere(context, opened, [step], { words: textsIn(step.ask).join(" · ") });
  });
}

function actionLine({ name, tier, description }: ListedAction): string {
  return `${padEnd(name, 28)} ${padEnd(tier, 9)} ${description}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StewardError("usage", "--json is not valid JSON.", { cause: error });
  }
}

/** What the owner typed, without the names of the fields. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** What an action asks for, from its schema. */
function describe(context: CommandContext, { name, tier, description, askSchema }: ListedAction): string[] {
  const paint = makePaint(context.terminal.colour);
  const schema = asRecord(askSchema);
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"].map(String) : []);
  const fields = Object.entries(asRecord(schema["properties"])).flatMap(([key, value]) => {
    const field = asRecord(value);
    const kind = typeof field["type"] === "string" ? field["type"] : "value";
    const about = typeof field["description"] === "string" ? field["description"] : "";
    const need = required.has(key) ? "" : " (may be left out)";
    return wrap(`${padEnd(key, 14)} ${kind}${need} ${about}`.trimEnd(), 76).map((line) => `  ${line}`);
  });
  const example = `${context.self} propose ${name} --json '{${[...required].map((key) => `"${key}": …`).join(", ")}}'`;
  return [paint.bold(name), ...wrap(`${description} (${tier})`, 76), "", ...fields, "", paint.dim(example)];
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
