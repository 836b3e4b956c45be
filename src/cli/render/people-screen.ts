import { channelName } from "../../core/channel-name.ts";
import { count, plural } from "../../core/plural.ts";
import { age, dayOf } from "../../core/times.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { PersonProfile } from "../../store/person-profiles.ts";
import type { SamePersonQuestion } from "../../store/person-questions.ts";
import type { IdentitySummary, PersonSummary } from "../../store/person-summaries.ts";
import type { CommandContext } from "../command-context.ts";
import { makePaint } from "./paint.ts";
import { clip, padEnd, padStart, wrap } from "./width.ts";

const widest = 78;

/** One line a person: name, how they are reached, how often. */
export function peopleLines(people: readonly PersonSummary[], context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, widest);
  const nowMs = context.clock.now();
  const nameWidth = Math.max(10, Math.min(24, Math.floor(width * 0.3)));
  const factWidth = 22;
  return people.map((person) => {
    const name = padEnd(forScreen(person.name), nameWidth);
    const [main] = [...person.identities].sort((a, b) => rank(b) - rank(a));
    const address = padEnd(forScreen(shortValue(main?.value ?? "")), Math.max(8, width - nameWidth - factWidth - 4));
    const wrote =
      person.writtenCount > 0 ? `you wrote ${count(person.writtenCount)}` : `${count(person.seenCount)} from them`;
    const last = person.seenAt === null ? "" : age(person.seenAt, nowMs);
    const facts = padEnd(wrote, factWidth - 7) + padStart(last, 7);
    return `${person.known ? paint.bold(name) : name}  ${address}  ${paint.dim(facts)}`.trimEnd();
  });
}

/** Everything about one person on one screen. */
export function personLines(person: PersonProfile, context: CommandContext, zone: string): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, widest);
  const nowMs = context.clock.now();
  const row = person.contactRow;
  const about = [row?.role ?? "", person.organisation, person.relation]
    .map((text) => forScreen(text))
    .filter((text) => text !== "");
  const lines = [paint.bold(clip(forScreen(person.name), width))];
  if (about.length > 0) lines.push(...wrap([...new Set(about)].join(" · "), width));
  lines.push(paint.dim(clip(forScreen(person.why), width)));
  if (row !== null && row.notes !== "") lines.push(...wrap(forScreen(row.notes), width));
  lines.push(
    "",
    ...person.identities.flatMap((one) =>
      identityLines(one, width, zone, nowMs).map((line, at) => (at === 0 ? line : paint.dim(line))),
    ),
  );
  const threads = [...person.recentThreads.slice(0, 8), ...person.sharedChats.slice(0, 4)];
  if (threads.length > 0) {
    lines.push("", paint.bold("Lately"));
    for (const thread of threads) {
      const title = forScreen(thread.title) || "No subject";
      const place = thread.channel === "mail" ? "" : `, ${channelName(thread.channel)}`;
      const when = padStart(age(thread.lastAt, nowMs), 6);
      lines.push(`  ${padEnd(`t${thread.threadId}`, 6)} ${padEnd(`${title}${place}`, width - 16)} ${paint.dim(when)}`);
    }
  }
  const open = person.commitments.filter(({ state }) => state === "open" || state === "overdue");
  if (open.length > 0) {
    lines.push("", paint.bold("Promises"));
    for (const one of open) {
      const who = one.by === "me" ? "You: " : "They: ";
      const due = one.dueAt === null ? "" : ` (by ${dayOf(one.dueAt, zone, nowMs)})`;
      lines.push(...wrap(`${who}“${forScreen(one.what)}”${due}`, width - 2).map((line) => `  ${line}`));
    }
  }
  if (person.questions.length > 0) lines.push("", ...questionLines(person.questions, context));
  return lines;
}

function identityLines(one: IdentitySummary, width: number, zone: string, nowMs: number): string[] {
  const facts = [
    one.writtenCount > 0 ? `you wrote ${plural(one.writtenCount, "time")}` : "you never wrote there",
    one.seenCount > 0 ? `seen ${plural(one.seenCount, "time")}` : "",
    one.seenAt === null ? "" : `last ${dayOf(one.seenAt, zone, nowMs)}`,
  ].filter((fact) => fact !== "");
  return [
    `  ${clip(forScreen(one.value), width - 2)}`,
    ...wrap(facts.join(", "), width - 4).map((line) => `    ${line}`),
  ];
}

/** "Is this the same person?", with what speaks for it and the two commands that answer. */
export function questionLines(found: readonly SamePersonQuestion[], context: CommandContext): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, widest);
  if (found.length === 0) return ["No open questions: nobody outside contacts.csv goes by a name that is in it."];
  return found.flatMap((one, index) => {
    const value = forScreen(one.value);
    const title = `Is ${value} (“${forScreen(one.name)}”) the ${forScreen(one.contactName)} of your contacts?`;
    const evidence = one.evidence
      .slice(0, 3)
      .flatMap((text) => wrap(forScreen(text), width - 4).map((line) => `    ${line}`));
    const contact = JSON.stringify(forScreen(one.contactName));
    return [
      ...(index === 0 ? [] : [""]),
      ...wrap(title, width).map(paint.bold),
      ...evidence,
      paint.dim(`    yes: ${context.self} people same "${value}" ${contact}`),
      paint.dim(`    no:  ${context.self} people different "${value}" ${contact}`),
    ];
  });
}

function rank(one: IdentitySummary): number {
  return one.writtenCount * 2 + one.seenCount + (one.kind === "email" ? 0.5 : 0);
}

function shortValue(value: string): string {
  return value
    .replace(/^whatsapp:/, "WhatsApp ")
    .replace(/^telegram:/, "Telegram ")
    .replace(/^imessage:/, "Messages ");
}
