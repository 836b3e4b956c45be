import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";

/** One file per command: adds arguments, options, help and the action to the command it is given. */
export interface CommandModule {
  define(command: Command, context: CommandContext): void;
}

export interface CatalogEntry {
  name: string;
  /** How the arguments look in the list of commands. */
  usage: string;
  summary: string;
  load(): Promise<CommandModule>;
}

export interface CatalogGroup {
  heading: string;
  commands: readonly CatalogEntry[];
}

/** Every command of the terminal, in the order of the help. Only the one that is called is loaded. */
export const catalog: readonly CatalogGroup[] = [
  {
    heading: "What did I miss?",
    commands: [
      {
        name: "digest",
        usage: "",
        summary: "what you missed; also without any command",
        load: () => import("./commands/digest.ts"),
      },
      {
        name: "show",
        usage: "N",
        summary: "read an entry, a thread or a search hit",
        load: () => import("./commands/show.ts"),
      },
      { name: "why", usage: "N", summary: "why an entry is where it is", load: () => import("./commands/why.ts") },
      {
        name: "done",
        usage: "N...",
        summary: "dealt with; something new brings it back",
        load: () => import("./commands/done.ts"),
      },
      { name: "snooze", usage: "N WHEN", summary: "hide it until then", load: () => import("./commands/snooze.ts") },
      {
        name: "mute",
        usage: "N...",
        summary: "never show this thread again",
        load: () => import("./commands/mute.ts"),
      },
      {
        name: "open",
        usage: "[N...]",
        summary: "the page; with N: undo done, snooze or mute",
        load: () => import("./commands/open.ts"),
      },
      {
        name: "wrong",
        usage: "N --is CLASS",
        summary: "say that it is something else",
        load: () => import("./commands/wrong.ts"),
      },
      {
        name: "commitments",
        usage: "",
        summary: "promises: yours, and to you",
        load: () => import("./commands/commitments.ts"),
      },
      {
        name: "week",
        usage: "",
        summary: "the week in one screen, without names",
        load: () => import("./commands/week.ts"),
      },
    ],
  },
  {
    heading: "What should happen?",
    commands: [
      {
        name: "ask",
        usage: "WORDS...",
        summary: "ask for anything; it is answered or becomes cards",
        load: () => import("./commands/ask.ts"),
      },
      {
        name: "runs",
        usage: "[show ID]",
        summary: "what you asked for, what it did and cost",
        load: () => import("./commands/runs.ts"),
      },
      {
        name: "cards",
        usage: "[N]",
        summary: "what waits for your yes; N shows all of it",
        load: () => import("./commands/cards.ts"),
      },
      { name: "approve", usage: "N", summary: "do it", load: () => import("./commands/approve.ts") },
      {
        name: "edit",
        usage: "N",
        summary: "change its words in your editor",
        load: () => import("./commands/edit.ts"),
      },
      {
        name: "exclude",
        usage: "N LINE...",
        summary: "leave lines out of a bulk card",
        load: () => import("./commands/exclude.ts"),
      },
      { name: "reject", usage: "N [WHY]", summary: "no, for good", load: () => import("./commands/reject.ts") },
      { name: "later", usage: "N [WHEN]", summary: "not now", load: () => import("./commands/later.ts") },
      {
        name: "undo",
        usage: "N",
        summary: "take a yes back, or undo a change",
        load: () => import("./commands/undo.ts"),
      },
      { name: "redraft", usage: "N", summary: "draw it up again", load: () => import("./commands/redraft.ts") },
      {
        name: "reply",
        usage: "N",
        summary: "answer a mail or a chat; it becomes a card",
        load: () => import("./commands/reply.ts"),
      },
      {
        name: "draft",
        usage: "N",
        summary: "have the model draft an answer; it becomes a card",
        load: () => import("./commands/draft.ts"),
      },
      {
        name: "compose",
        usage: "TO...",
        summary: "write a mail; it becomes a card",
        load: () => import("./commands/compose.ts"),
      },
      {
        name: "propose",
        usage: "[ACTION [FILE]]",
        summary: "any action, as a card",
        load: () => import("./commands/propose.ts"),
      },
      {
        name: "mcp",
        usage: "",
        summary: "let your own agent read and propose",
        load: () => import("./commands/mcp.ts"),
      },
      { name: "remind", usage: "TEXT WHEN", summary: "be reminded", load: () => import("./commands/remind.ts") },
      { name: "settle", usage: "N", summary: "say what became of it", load: () => import("./commands/settle.ts") },
      {
        name: "allow-more",
        usage: "CAP [N]",
        summary: "lift a cap for today",
        load: () => import("./commands/allow-more.ts"),
      },
      { name: "stop", usage: "[WHY]", summary: "stop everything that acts", load: () => import("./commands/stop.ts") },
      { name: "resume", usage: "", summary: "let it act again", load: () => import("./commands/resume.ts") },
      {
        name: "ledger",
        usage: "[N|verify]",
        summary: "what was decided and done",
        load: () => import("./commands/ledger.ts"),
      },
      {
        name: "policy",
        usage: "[edit]",
        summary: "what may happen without asking",
        load: () => import("./commands/policy.ts"),
      },
    ],
  },
  {
    heading: "Find",
    commands: [
      {
        name: "search",
        usage: "WORDS...",
        summary: "mail, chats, events, documents, people",
        load: () => import("./commands/search.ts"),
      },
      {
        name: "triage",
        usage: "--json",
        summary: "every thread with class and score, for programs",
        load: () => import("./commands/triage.ts"),
      },
    ],
  },
  {
    heading: "People",
    commands: [
      {
        name: "people",
        usage: "[NAME]",
        summary: "who is who; same, different, questions, suggest",
        load: () => import("./commands/people.ts"),
      },
      {
        name: "contacts",
        usage: "[take]",
        summary: "contacts.csv beside its Google Sheet; take its changes",
        load: () => import("./commands/contacts.ts"),
      },
    ],
  },
  {
    heading: "How it works for you",
    commands: [
      {
        name: "skills",
        usage: "[use NAME]",
        summary: "how recurring jobs are done; show, use",
        load: () => import("./commands/skills.ts"),
      },
      {
        name: "memory",
        usage: "",
        summary: "what it remembers; show, accept, forget, search",
        load: () => import("./commands/memory.ts"),
      },
      {
        name: "teach",
        usage: "WORDS...",
        summary: "a line for your rules, tried on past drafts",
        load: () => import("./commands/teach.ts"),
      },
    ],
  },
  {
    heading: "Sources",
    commands: [
      {
        name: "begin",
        usage: "",
        summary: "see what is on this computer, read what you tick",
        load: () => import("./commands/begin.ts"),
      },
      {
        name: "import",
        usage: "PATH...",
        summary: "read a mailbox, chat, calendar, contacts, folder",
        load: () => import("./commands/import.ts"),
      },
      {
        name: "connect",
        usage: "google",
        summary: "read Gmail, Calendar, Drive, contacts live",
        load: () => import("./commands/connect.ts"),
      },
      {
        name: "disconnect",
        usage: "google",
        summary: "take the permission back; what was read stays",
        load: () => import("./commands/disconnect.ts"),
      },
      {
        name: "start",
        usage: "",
        summary: "keep everything in step until Ctrl-C",
        load: () => import("./commands/start.ts"),
      },
      {
        name: "sync",
        usage: "[ID...]",
        summary: "read the registered sources again",
        load: () => import("./commands/sync.ts"),
      },
      {
        name: "sources",
        usage: "",
        summary: "what is read, up to when, and what is not",
        load: () => import("./commands/sources.ts"),
      },
      {
        name: "drive",
        usage: "[diff PATH]",
        summary: "the mirrored Drive folder; what you edited, conflicts",
        load: () => import("./commands/drive.ts"),
      },
    ],
  },
  {
    heading: "Upkeep",
    commands: [
      { name: "init", usage: "", summary: "set up a steward home", load: () => import("./commands/init.ts") },
      { name: "status", usage: "", summary: "what is where, and how much", load: () => import("./commands/status.ts") },
      {
        name: "doctor",
        usage: "",
        summary: "check permissions, disk and database",
        load: () => import("./commands/doctor.ts"),
      },
      {
        name: "model",
        usage: "[key|use|probe]",
        summary: "which models judge and write, and where",
        load: () => import("./commands/model.ts"),
      },
      {
        name: "budget",
        usage: "[allow USD]",
        summary: "what models cost, and what they may",
        load: () => import("./commands/budget.ts"),
      },
      {
        name: "secrets",
        usage: "",
        summary: "where the keys are; list, rotate, wipe",
        load: () => import("./commands/secrets.ts"),
      },
      {
        name: "backup",
        usage: "FOLDER",
        summary: "copy everything into one new folder",
        load: () => import("./commands/backup.ts"),
      },
      {
        name: "restore",
        usage: "FOLDER",
        summary: "make a backup the home again",
        load: () => import("./commands/restore.ts"),
      },
      {
        name: "eval",
        usage: "",
        summary: "measure rules and model on the demo life",
        load: () => import("./commands/eval.ts"),
      },
      {
        name: "demo",
        usage: "",
        summary: "an invented life, to try everything on",
        load: () => import("./commands/demo.ts"),
      },
    ],
  },
];

/** Commands that no person calls: parts of steward that run as processes of their own. */
export const hiddenCommands: readonly CatalogEntry[] = [
  {
    name: "inside",
    usage: "",
    summary: "the reading side of start",
    load: () => import("./commands/inside.ts"),
  },
  {
    name: "door",
    usage: "",
    summary: "the acting side of start",
    load: () => import("./commands/door.ts"),
  },
];

export function findEntry(name: string): CatalogEntry | null {
  const shown = catalog.flatMap((group) => group.commands);
  return [...shown, ...hiddenCommands].find((entry) => entry.name === name) ?? null;
}
