import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ItemView, Owner, PartyView, ThreadView } from "../src/core/thread.ts";
import { untrusted } from "../src/core/untrusted.ts";
import { type BenchMail, parseBenchMail, readRawMessages } from "./load-mailbox.ts";

const personaSchema = z.object({
  owner_addresses: z.array(z.string()),
  owner_names: z.array(z.string()),
  cut: z.number(),
});
const labelSchema = z.object({
  message_id: z.string(),
  date: z.number(),
  addressed: z.enum(["to", "cc", "list"]),
  replied: z.boolean(),
});

/** One labelled message in its thread, as of its arrival. */
export interface Case {
  view: ThreadView;
  item: ItemView;
  nowMs: number;
  addressed: "to" | "cc" | "list";
  replied: boolean;
}

export interface Persona {
  name: string;
  owner: Owner;
  /** The eval messages with the owner's real answers as labels. */
  cases: Case[];
  /** Messages of the history with the owner's answers, for training on more than the eval part. */
  past: Case[];
}

interface Counts {
  writtenTo: Map<string, number>;
  received: Map<string, number>;
  answered: Map<string, number>;
}

/** Whether the data folder holds this persona. */
export function hasPersona(folder: string, name: string): boolean {
  return existsSync(join(folder, "mail/persona", name, "persona.json"));
}

/**
 * Loads a persona of the data folder and replays its mail in order of time. Known and exchange counts come from what the owner
 * had sent by then; the eval part holds no mail of the owner, so the counts stand still at the cut and nothing leaks back.
 */
export async function loadPersona(folder: string, name: string): Promise<Persona> {
  const path = join(folder, "mail/persona", name);
  const files = readdirSync(path);
  const persona = personaSchema.parse(JSON.parse(readFileSync(join(path, "persona.json"), "utf8")));
  const labels = new Map(
    readFileSync(join(path, "eval_labels.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => labelSchema.parse(JSON.parse(line)))
      .map((label) => [label.message_id.replace(/[<>\s]/g, ""), label]),
  );
  const load = async (prefix: string) => {
    const file = files.find((one) => one.startsWith(prefix)) ?? "";
    const mails = await Promise.all(readRawMessages(join(path, file)).map(parseBenchMail));
    return mails.filter((mail) => mail !== null).sort((a, b) => a.sentAt.localeCompare(b.sentAt));
  };
  const owner: Owner = {
    names: persona.owner_names,
    identities: persona.owner_addresses,
    zone: "UTC",
    region: "US",
    languages: ["en"],
  };
  const replay = createReplay(owner);
  const history = (await load("history")).filter((mail) => !labels.has(mail.id));
  const answeredIds = new Set(
    history.filter((mail) => owner.identities.includes(mail.from.address)).map((mail) => mail.facts.inReplyTo),
  );
  const past: Case[] = [];
  for (const mail of history) {
    const item = replay.add(mail, true);
    if (!item.fromOwner) past.push(toCase(replay, mail, item, answeredIds.has(mail.id)));
  }
  const cases: Case[] = [];
  for (const mail of await load("eval.")) {
    const label = labels.get(mail.id);
    const item = replay.add(mail, false);
    if (label !== undefined) cases.push({ ...toCase(replay, mail, item, label.replied), addressed: label.addressed });
  }
  return { name, owner, cases, past };
}

interface Replay {
  owner: Owner;
  add(mail: BenchMail, counting: boolean): ItemView;
  threadOf(mail: BenchMail): ThreadView;
}

function toCase(replay: Replay, mail: BenchMail, item: ItemView, replied: boolean): Case {
  const view = replay.threadOf(mail);
  const role = item.parties.find((party) => party.isOwner && party.role !== "from")?.role;
  return {
    view,
    item,
    nowMs: Date.parse(item.sentAt),
    addressed: role === "to" ? "to" : role === "cc" ? "cc" : "list",
    replied,
  };
}

function createReplay(owner: Owner): Replay {
  const counts: Counts = { writtenTo: new Map(), received: new Map(), answered: new Map() };
  const threadByMail = new Map<string, { id: number; items: ItemView[] }>();
  const senderOf = new Map<string, string>();
  let nextId = 1;
  const threadFor = (mail: BenchMail) => {
    const keys = [mail.id, mail.facts.inReplyTo ?? "", ...mail.facts.references].filter((key) => key !== "");
    const thread = keys.map((key) => threadByMail.get(key)).find((one) => one !== undefined) ?? {
      id: nextId,
      items: [],
    };
    for (const key of keys) if (!threadByMail.has(key)) threadByMail.set(key, thread);
    return thread;
  };
  return {
    owner,
    add: (mail, counting) => {
      const item = toItem(mail, nextId++, owner, counts);
      threadFor(mail).items.push(item);
      senderOf.set(mail.id, mail.from.address);
      if (counting) countMail(mail, item, counts, senderOf);
      return item;
    },
    threadOf: (mail) => {
      const thread = threadFor(mail);
      return {
        id: thread.id,
        channel: "mail",
        title: untrusted(mail.subject),
        group: false,
        state: "new",
        items: [...thread.items],
      };
    },
  };
}

function countMail(mail: BenchMail, item: ItemView, counts: Counts, senderOf: ReadonlyMap<string, string>): void {
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  if (!item.fromOwner) {
    add(counts.received, mail.from.address);
    return;
  }
  for (const address of [...mail.to, ...mail.cc]) add(counts.writtenTo, address);
  const answered = senderOf.get(mail.facts.inReplyTo ?? "");
  if (answered !== undefined) add(counts.answered, answered);
}

/** One mail as triage sees it, with what the owner had done by then. */
export function toItem(mail: BenchMail, id: number, owner: Owner, counts: Counts): ItemView {
  const party = (role: PartyView["role"], address: string, name = ""): PartyView => {
    const writtenTo = counts.writtenTo.get(address) ?? 0;
    const received = counts.received.get(address) ?? 0;
    const exchange = { received, answered: counts.answered.get(address) ?? 0 };
    return {
      role,
      address,
      name: untrusted(name),
      personId: null,
      known: writtenTo > 0,
      inContacts: false,
      writtenTo,
      exchange,
      isOwner: owner.identities.includes(address),
    };
  };
  return {
    id,
    kind: "message",
    channel: "mail",
    messageId: mail.id,
    sentAt: mail.sentAt,
    fromOwner: owner.identities.includes(mail.from.address),
    parties: [
      party("from", mail.from.address, mail.from.name),
      ...mail.to.map((address) => party("to", address)),
      ...mail.cc.map((address) => party("cc", address)),
      ...(mail.replyTo === null || mail.replyTo === mail.from.address ? [] : [party("reply_to", mail.replyTo)]),
    ],
    subject: untrusted(mail.subject),
    text: untrusted(mail.text),
    quoted: untrusted(mail.quoted),
    hiddenText: untrusted(mail.hidden),
    labels: [],
    attachmentNames: mail.attachments.map((name) => untrusted(name)),
    mail: mail.facts,
    event: null,
  };
}
