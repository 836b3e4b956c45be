import { join } from "node:path";
import type { Command } from "commander";
import { loadSkills, type SkillReport, type Skills } from "../../agent/skills/load-skills.ts";
import { sha256Hex } from "../../core/canonical.ts";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import { acceptSkill } from "../../store/memory.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { ownerYes } from "../operator/owner-yes.ts";
import { differenceCount, differenceScreen } from "../render/difference-screen.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { showText } from "../render/visible-text.ts";
import { wrap } from "../render/width.ts";

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[what]", "show: read one; use: accept your own one as it is now")
    .argument("[name]", "which one")
    .description("How recurring jobs are done: the procedures that come with steward, and your own in skills/.")
    .option("--yes", "with use: accept without a question")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
A skill of your own is a folder in skills/ of the steward home with one file, SKILL.md; one of the same
name stands in for the one that comes with steward. It counts once you accepted exactly that text.

Examples
  ${context.self} skills
  ${context.self} skills show inbox-zero
  ${context.self} skills use inbox-zero`,
    )
    .action((what: string | undefined, name: string | undefined, flags: { yes?: boolean; json?: boolean }) => {
      if (what === undefined) return list(context, flags.json === true);
      if (name === undefined) throw new StewardError("usage", `skills ${forScreen(what)} needs the name of a skill.`);
      if (what === "show") return show(context, name);
      if (what === "use") return use(context, name, flags.yes === true);
      throw new StewardError("usage", `skills knows show and use, not "${forScreen(what)}".`);
    });
}

const load = (context: CommandContext, { store, paths }: OpenHome): Promise<Skills> =>
  loadSkills(store, { homePath: paths.home, shippedSkillsPath: join(context.checkout, "skills") });

async function list(context: CommandContext, json: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { skills, reports } = await load(context, home);
    if (json) {
      const shown = skills.map(({ name, description, from }) => ({ name, description, from }));
      const waiting = reports.map(({ name, kind, why }) => ({ name, kind, why }));
      context.terminal.out(`${jsonScreen({ skills: shown, notLoaded: waiting })}\n`);
      return;
    }
    const width = Math.min(context.terminal.columns, 78);
    const widest = Math.max(...skills.map(({ name }) => name.length), 0);
    const lines = skills.flatMap(({ name, description, from }) => {
      const text = `${description}${from === "owner" ? " (yours)" : ""}`;
      return wrap(text, width - widest - 2).map((part, at) => `${(at === 0 ? name : "").padEnd(widest)}  ${part}`);
    });
    const notes = reports.flatMap((report) => wrap(reportWords(context, report), width));
    context.terminal.out(`${[...lines, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n")}\n`);
  });
}

/** The one line that says what waits: `inbox-zero: +1 line. Use it? steward skills use inbox-zero`. */
function reportWords(context: CommandContext, { name, kind, why, before, text }: SkillReport): string {
  const called = forScreen(name);
  if (kind === "refused") return `${called}: not loaded, ${forScreen(why)}.`;
  const what = before === "" ? "new" : differenceCount(before, text);
  return `${called}: ${what}. Use it? ${context.self} skills use ${called}`;
}

async function show(context: CommandContext, name: string): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { skills, reports } = await load(context, home);
    const found = skills.find((skill) => skill.name === name);
    const report = reports.find((one) => one.name === name);
    if (found === undefined && report === undefined) throw noSkill(context, name);
    const lines = found === undefined ? [] : [found.description, "", ...showText(found.body)];
    const note = report === undefined ? [] : ["", reportWords(context, report)];
    context.terminal.out(`${[...lines, ...note].join("\n").trim()}\n`);
  });
}

async function use(context: CommandContext, name: string, yes: boolean): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    const { skills, reports } = await load(context, home);
    const report = reports.find((one) => one.name === name);
    if (report === undefined) {
      if (!skills.some((skill) => skill.name === name)) throw noSkill(context, name);
      context.terminal.out(`${name} is in use as it is.\n`);
      return;
    }
    if (report.kind === "refused")
      throw new StewardError("config", `${forScreen(name)} cannot be loaded: ${forScreen(report.why)}.`);
    const lines = differenceScreen(context.terminal, report.before, report.text);
    context.terminal.out(`${lines.join("\n")}\n\n`);
    const cure = `${context.self} skills use ${name} --yes`;
    if (!(await ownerYes(context, { yes, question: `Use ${name} like this?`, cure }))) return;
    const { text } = report;
    await home.store.write((tx) => acceptSkill(tx, { name, content: text, sha256: sha256Hex(text) }));
    context.terminal.out(`${name} is used like this from the next request on.\n`);
  });
}

function noSkill(context: CommandContext, name: string): StewardError {
  return new StewardError("not_found", `There is no skill called ${forScreen(name)}.`, {
    cure: `See which there are: ${context.self} skills`,
  });
}
