import { existsSync } from "node:fs";
import type { Command } from "commander";
import { plural } from "../../core/plural.ts";
import type { PolicyRule } from "../../core/policy.ts";
import type { CommandContext } from "../command-context.ts";
import { withDoor } from "../door/with-door.ts";
import { wrap } from "../render/width.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .description(
      "What may happen without asking, what asks for more, and what never happens: policy.yaml, as it is in force.",
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      "\nEdit policy.yaml in the home; it counts from the next card on. A line that cannot be read stops everything that acts.",
    )
    .action((flags: { json?: boolean }) => policy(context, flags.json === true));
}

async function policy(context: CommandContext, json: boolean): Promise<void> {
  await withDoor(context, async ({ home, setup }) => {
    const inForce = await setup.policy();
    if (json) {
      context.terminal.out(`${JSON.stringify(inForce, null, 2)}\n`);
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
