import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { StewardError, toStewardError } from "../../core/errors.ts";
import { parsePolicy } from "../../core/parse-policy.ts";
import { plural } from "../../core/plural.ts";
import type { PolicyRule } from "../../core/policy.ts";
import type { CommandContext } from "../command-context.ts";
import { editPolicy } from "../door/edit-policy.ts";
import { withDoor } from "../door/with-door.ts";
import { withHome } from "../open-home.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { wrap } from "../render/width.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[what]", "check: whether it can be read; edit: in your $EDITOR, shown as a difference before it counts")
    .argument("[file]", "with check: another file than the one in the home")
    .description(
      "What may happen without asking, what asks for more, and what never happens: policy.yaml, as it is in force.",
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
It counts from the next card on. While a line of it cannot be read, nothing at all is carried out.

Examples
  ${context.self} policy
  ${context.self} policy edit
  ${context.self} policy check ~/draft-policy.yaml`,
    )
    .action((what: string | undefined, file: string | undefined, flags: { json?: boolean }) => {
      if (file !== undefined && what !== "check") throw new StewardError("usage", `${what} takes no file.`);
      if (what === undefined) return show(context, flags.json === true);
      if (what === "check") return check(context, file);
      if (what === "edit") return edit(context);
      throw new StewardError("usage", `policy knows check and edit, not "${what}".`);
    });
}

async function actionNames(context: CommandContext): Promise<string[]> {
  return (await context.loadDoorConnectors()).flatMap(({ actions }) => actions.map(({ name }) => name));
}

async function check(context: CommandContext, file: string | undefined): Promise<void> {
  await withHome(context, { create: false }, async ({ paths }) => {
    const path = file === undefined ? paths.policy : resolve(file);
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      const named = toStewardError(error, `reading ${path}`);
      if (named.code !== "not_found" || file !== undefined) throw named;
      context.terminal.out(`${path} is not there: the defaults are in force.\n`);
      return;
    }
    const { rules } = parsePolicy(text, path, { actions: await actionNames(context) });
    context.terminal.out(`${path} can be read: ${rules.length === 0 ? "no rules" : plural(rules.length, "rule")}.\n`);
  });
}

/** Works while policy.yaml is broken, since that is when it is needed. */
async function edit(context: CommandContext): Promise<void> {
  if (!context.terminal.interactive) {
    throw new StewardError("usage", "Nobody can be asked here.", {
      cure: "Edit policy.yaml in the home, then: steward policy check",
    });
  }
  await withHome(context, { create: false, durability: "full" }, async (home) => {
    await editPolicy(context, home, await actionNames(context));
  });
}

async function show(context: CommandContext, json: boolean): Promise<void> {
  await withDoor(context, async ({ home, setup }) => {
    const inForce = await setup.policy();
    if (json) {
      context.terminal.out(`${jsonScreen(inForce)}\n`);
      return;
    }
    const { undo_seconds: undo, quiet_hours: quiet, caps, expiry_hours: expiry, attention, dictated, rules } = inForce;
    const lines = [
      existsSync(home.paths.policy) ? home.paths.policy : `${home.paths.policy} (not there: the defaults)`,
      `A yes to a message can be taken back for ${undo} s.`,
      quiet === null ? "No quiet hours." : `Quiet hours ${quiet.from} – ${quiet.to}: nothing is sent to others then.`,
      `A day: ${caps.send} messages, ${caps.change} changes, ${caps.critical} critical effects; ${caps.per_person_an_hour} an hour to one person.`,
      `A card waits ${plural(expiry.send, "hour")} for you, a critical one ${plural(expiry.critical, "hour")}.`,
      `At most ${attention.cards_a_day} interruptions a day.`,
      dictated === "send"
        ? "What you dictate goes out after the moment to take it back."
        : "What you dictate asks, too.",
      ...rules.map(ruleWords),
    ];
    context.terminal.out(`${lines.flatMap((line) => wrap(line, Math.min(context.terminal.columns, 78))).join("\n")}\n`);
  });
}

function ruleWords(rule: PolicyRule): string {
  const when = Object.entries(rule.when).map(([name, value]) => `${name.replaceAll("_", " ")} ${String(value)}`);
  const what = when.length === 0 ? "everything" : when.join(", ");
  const verb = rule.do === "ask" ? `ask (${rule.needs})` : rule.do;
  return `${verb}: ${what} (${rule.why})`;
}
