import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { scanText } from "../../agent/memory/scan-text.ts";
import { parseSkill } from "../../agent/skills/parse-skill.ts";
import { pastDrafts } from "../../agent/skills/past-drafts.ts";
import { type Replay, replayLine, type TaughtLine, teachLine, withLine } from "../../agent/skills/teach-line.ts";
import { sha256Hex } from "../../core/canonical.ts";
import { StewardError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { forScreen } from "../../core/untrusted.ts";
import { writePrivateFile } from "../../daemon/home.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { acceptSkill, listAcceptedSkills } from "../../store/memory.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { ownerYes } from "../operator/owner-yes.ts";
import { differenceScreen } from "../render/difference-screen.ts";
import { wrap } from "../render/width.ts";

const draftsTried = 60;
const longestLine = 400;

export function define(command: Command, context: CommandContext): void {
  command
    .argument("<words...>", "the rule, in your words")
    .description(
      "Teach steward a line: it is shown where it would stand, tried on past drafts, and kept after your yes.",
    )
    .option("--skill <name>", "into that skill instead of rules.md")
    .option("--yes", "keep it without a question")
    .addHelpText(
      "after",
      `
rules.md is guidance for the model. What must never happen belongs into policy.yaml, which code holds to.
Words in quotes are held to by code, too: a draft that uses them is not proposed.

Examples
  ${context.self} teach "never suggest calls"
  ${context.self} teach 'never write "circle back"'
  ${context.self} teach --skill inbox-zero "leave mails of my mother where they are"`,
    )
    .action((words: string[], flags: { skill?: string; yes?: boolean }) => teach(context, words.join(" "), flags));
}

/** A file of the owner's and what it says now. */
interface Place {
  path: string;
  shown: string;
  text: string;
  skill: string | null;
}

async function teach(context: CommandContext, words: string, flags: { skill?: string; yes?: boolean }): Promise<void> {
  const taught = teachLine(words);
  refuse(words, taught);
  await withHome(context, { create: false }, async (home) => {
    const place = flags.skill === undefined ? await rulesPlace(home) : await skillPlace(context, home, flags.skill);
    const after = withLine(place.text, taught.line);
    if (after === null) {
      context.terminal.out(`${place.shown} says that already.\n`);
      return;
    }
    const replay = replayLine(taught, await pastDrafts(home.store, draftsTried));
    const width = Math.min(context.terminal.columns, 78);
    const lines = [
      `${place.shown} would say:`,
      ...differenceScreen(context.terminal, place.text, after),
      "",
      ...replayWords(replay).flatMap((line) => wrap(line, width)),
    ];
    context.terminal.out(`${lines.join("\n")}\n\n`);
    const cure = `the same with --yes`;
    if (!(await ownerYes(context, { yes: flags.yes === true, question: "Keep the line?", cure }))) return;
    await keep(home, place, after);
    context.terminal.out(`Kept in ${place.shown}. It counts from the next request on.\n`);
  });
}

function refuse(words: string, { line }: TaughtLine): void {
  if (line.length > longestLine || line.length < 5)
    throw new StewardError("usage", `A line has 3 to ${longestLine} characters.`);
  const finding = scanText(words.trim());
  if (finding?.kind === "permission")
    throw new StewardError("usage", "A rule gives no permissions: the model only reads it.", {
      cure: "What may happen without asking stands in policy.yaml: steward policy edit",
    });
  if (finding?.kind === "hidden" || finding?.kind === "secret")
    throw new StewardError("usage", `That is not kept: ${finding.why}.`);
}

function replayWords({ checked, of, changed }: Replay): string[] {
  if (of === 0) return ["There are no past drafts to try it on."];
  if (!checked)
    return [
      `Code cannot tell which of the last ${plural(of, "draft")} it would have changed: it is about more than words.`,
    ];
  const names = changed.slice(0, 8).map(({ name, phrases }) => `${name} (${phrases.join(", ").replaceAll("*", "…")})`);
  const list = names.length === 0 ? "." : `: ${names.join(", ")}${changed.length > names.length ? ", …" : "."}`;
  return [`By its words it would have changed ${changed.length} of ${plural(of, "draft")}${list}`];
}

async function rulesPlace({ paths }: OpenHome): Promise<Place> {
  const text = existsSync(paths.rules) ? await readFile(paths.rules, "utf8") : "# My rules\n";
  return { path: paths.rules, shown: "rules.md", text, skill: null };
}

/** The owner's copy of a skill, or the shipped one, of which the yes makes a copy. An unaccepted copy has to be decided on first. */
async function skillPlace(context: CommandContext, { paths, store }: OpenHome, name: string): Promise<Place> {
  const path = join(paths.home, "skills", name, "SKILL.md");
  const shipped = join(context.checkout, "skills", name, "SKILL.md");
  const source = /^[a-z0-9-]{1,40}$/.test(name) ? [path, shipped].find((one) => existsSync(one)) : undefined;
  if (source === undefined)
    throw new StewardError("not_found", `There is no skill called ${forScreen(name)}.`, {
      cure: `See which there are: ${context.self} skills`,
    });
  const text = await readFile(source, "utf8");
  const accepted = (await listAcceptedSkills(store)).find((one) => one.name === name);
  if (source === path && accepted?.sha256 !== sha256Hex(text))
    throw new StewardError("usage", `Your copy of ${name} was changed and is not accepted yet.`, {
      cure: `First: ${context.self} skills use ${name}`,
    });
  return { path, shown: `skills/${name}/SKILL.md`, text, skill: name };
}

async function keep({ store }: OpenHome, { path, skill }: Place, after: string): Promise<void> {
  if (skill !== null) {
    const parsed = parseSkill(after);
    if (parsed.kind === "refused")
      throw new StewardError("usage", `With that line the skill cannot be read: ${parsed.why}.`);
    await makeFolder(join(path, ".."));
  }
  await writePrivateFile(path, after);
  if (skill !== null)
    await store.write((tx) => acceptSkill(tx, { name: skill, content: after, sha256: sha256Hex(after) }));
}
