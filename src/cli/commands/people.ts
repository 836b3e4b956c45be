import type { Command } from "commander";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import { differentPeople, samePerson } from "../../store/person-decisions.ts";
import { getPerson } from "../../store/person-profiles.ts";
import { listSamePersonQuestions } from "../../store/person-questions.ts";
import { listPeople, searchPeople } from "../../store/person-search.ts";
import { loadSummaries, type PersonSummary } from "../../store/person-summaries.ts";
import type { CommandContext } from "../command-context.ts";
import { type OpenHome, withHome } from "../open-home.ts";
import { jsonScreen } from "../render/json-screen.ts";
import { peopleLines, personLines, questionLines } from "../render/people-screen.ts";
import { syncPeople } from "../sync-people.ts";

interface ListFlags {
  limit: string;
  json?: boolean;
}

export function define(command: Command, context: CommandContext): void {
  command
    .argument("[name...]", "a name, an address, a number; without one: those you know and those who write most")
    .description("Who is who. contacts.csv in the home is the authority; people are joined by exact addresses only.")
    .option("--limit <n>", "how many", "25")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      `
Examples
  ${context.self} people marie
  ${context.self} people show marie@talent.example
  ${context.self} people questions
  ${context.self} people same "WhatsApp Marie" marie@talent.example`,
    )
    .action((words: string[], flags: ListFlags) => list(context, words.join(" "), flags));
  command
    .command("show")
    .argument("<name...>", "a name, an address or a number")
    .option("--json", "print as JSON")
    .description("Everything about one person: addresses, threads, promises, open questions.")
    .action((words: string[], flags: { json?: boolean }) => show(context, words.join(" "), flags.json === true));
  command
    .command("same")
    .argument("<a>")
    .argument("<b>")
    .description("Say that two are one person.")
    .action((a: string, b: string) => decide(context, a, b, "same"));
  command
    .command("different")
    .argument("<a>")
    .argument("<b>")
    .description("Say that two are different people; it is not asked again.")
    .action((a: string, b: string) => decide(context, a, b, "different"));
  command
    .command("questions")
    .option("--json", "print as JSON")
    .description("“Is this the same person?”, where the answer matters.")
    .action((flags: { json?: boolean }) => questions(context, flags.json === true));
  command
    .command("suggest")
    .option("--print", "print the proposed rows instead of opening $EDITOR")
    .description("Propose rows for contacts.csv from people you wrote to; you accept them in your editor.")
    .action(async (flags: { print?: boolean }) => {
      const { suggestPeople } = await import("../people/suggest-people.ts");
      await suggestPeople(context, flags.print === true);
    });
}

async function list(context: CommandContext, query: string, flags: ListFlags): Promise<void> {
  await withPeople(context, async (home) => {
    const limit = Math.max(1, Number.parseInt(flags.limit, 10) || 25);
    const { region } = home.config;
    const people = await listPeople(home.store, { query: query === "" ? null : query, limit, region });
    if (flags.json === true) context.terminal.out(`${jsonScreen(people)}\n`);
    else if (people.length === 0)
      context.terminal.out(query === "" ? nobody(context) : `Nobody fits “${forScreen(query)}”.\n`);
    else context.terminal.out(`${peopleLines(people, context).join("\n")}\n`);
  });
}

async function show(context: CommandContext, query: string, json: boolean): Promise<void> {
  await withPeople(context, async (home) => {
    const found = await getPerson(home.store, query, { region: home.config.region });
    const [first, ...others] = found;
    if (first === undefined) throw nobodyFits(query);
    if (json) {
      context.terminal.out(`${jsonScreen(first)}\n`);
      return;
    }
    const lines = personLines(first, context, home.config.zone);
    if (others.length > 0)
      lines.push("", `Also: ${others.map((one) => forScreen(one.identities[0]?.value ?? one.name)).join(", ")}`);
    context.terminal.out(`${lines.join("\n")}\n`);
  });
}

async function decide(context: CommandContext, a: string, b: string, word: "same" | "different"): Promise<void> {
  await withPeople(context, async (home) => {
    const left = await pickPerson(home, a);
    // Both may go by one name: that is what the question is about.
    const right = await pickPerson(home, b, left.id);
    const decideNow = word === "same" ? samePerson : differentPeople;
    const outcome = await decideNow(home.store, identityOf(left, a), identityOf(right, b));
    const names = `${forScreen(left.name)} and ${forScreen(right.name)}`;
    switch (outcome.outcome) {
      case "done":
        context.terminal.out(
          word === "same" ? `Noted: ${names} are one person.\n` : `Noted: ${names} are different people.\n`,
        );
        return;
      case "kept":
        context.terminal.out(`Kept, but not in force: ${forScreen(outcome.reason)}\n`);
        return;
      case "refused":
        throw new StewardError("usage", forScreen(outcome.reason));
    }
  });
}

async function questions(context: CommandContext, json: boolean): Promise<void> {
  await withPeople(context, async (home) => {
    const found = await listSamePersonQuestions(home.store, { limit: 50 });
    if (json) context.terminal.out(`${jsonScreen(found)}\n`);
    else context.terminal.out(`${questionLines(found, context).join("\n")}\n`);
  });
}

async function withPeople(context: CommandContext, work: (home: OpenHome) => Promise<void>): Promise<void> {
  await withHome(context, { create: false }, async (home) => {
    await syncPeople(home);
    await work(home);
  });
}

async function pickPerson(home: OpenHome, query: string, except: number | null = null): Promise<PersonSummary> {
  const ids = await searchPeople(home.store, query, 3, home.config.region);
  const found = await loadSummaries(home.store, ids);
  const others = found.filter(({ id }) => id !== except);
  const [first, second] = others.length > 0 ? others : found;
  if (first === undefined) throw nobodyFits(query);
  const exact = first.identities.some((one) => one.value === query.trim().toLowerCase());
  if (second !== undefined && !exact && first.name === second.name) {
    const addresses = [first, second].map((one) => one.identities[0]?.value ?? one.name).join(" and ");
    throw new StewardError("usage", `“${query}” may be several people: ${forScreen(addresses)}.`, {
      cure: "Name an address, a number or a handle.",
    });
  }
  return first;
}

/** The identity that was typed, when it was one; else the person. */
function identityOf(person: PersonSummary, typed: string): { identityId: number } | { personId: number } {
  const identity = person.identities.find(
    (one) => one.value === typed.trim().toLowerCase() || one.value === typed.trim(),
  );
  return identity === undefined ? { personId: person.id } : { identityId: identity.id };
}

function nobodyFits(query: string): StewardError {
  return new StewardError("not_found", `Nobody fits “${query}”.`, {
    cure: "Try part of a name, an address or a number; `steward people` lists who is there.",
  });
}

function nobody(context: CommandContext): string {
  return `Nobody yet. People come from what you import: ${context.self} import PATH\n`;
}
