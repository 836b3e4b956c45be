import { createHash } from "node:crypto";
import { type Frame, fillIn, resolveAt } from "./frame.ts";
import type {
  AuthResult,
  Language,
  MailProfile,
  World,
  WorldAttachment,
  WorldInvite,
  WorldList,
  WorldMessage,
  WorldSeries,
  WorldThread,
} from "./schema.ts";

export interface Mailbox {
  name: string;
  email: string;
}

/** One mail with every placeholder filled in, before it becomes MIME. */
export interface PlannedMail {
  threadId: string;
  messageId: string;
  references: string[];
  atMs: number;
  fromOwner: boolean;
  from: Mailbox;
  to: Mailbox[];
  cc: Mailbox[];
  replyTo: string | null;
  subject: string;
  lang: Language;
  profile: MailProfile;
  auth: AuthResult;
  labels: string[];
  client: "gmail" | "outlook" | "apple" | "plain" | "html";
  list: string | null;
  text: string;
  hidden: string | null;
  attachments: WorldAttachment[];
  invite: WorldInvite | null;
  /** The mail this one answers and quotes, if it quotes. */
  answers: PlannedMail | null;
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Every mail of the world, in order of threads; within a thread in order of time. */
export function planMails(world: World, frame: Frame): PlannedMail[] {
  return [
    ...world.mail.flatMap((thread) => planThread(world, frame, thread)),
    ...world.bulk.lists.flatMap((list) => planList(world, frame, list)),
    ...world.bulk.series.flatMap((series) => planSeries(world, frame, series)),
  ];
}

/** A world's name for somebody: a key of `people`, or `Name <address>` as it stands. */
export function findMailbox(world: World, who: string): Mailbox {
  const person = world.people[who];
  if (person !== undefined) return { name: person.name, email: person.email };
  const found = /^(.*) <(.+)>$/.exec(who);
  if (found === null) throw new Error(`nobody in the world is called ${who}`);
  return { name: found[1] ?? "", email: found[2] ?? "" };
}

function planThread(world: World, frame: Frame, thread: WorldThread): PlannedMail[] {
  const planned: PlannedMail[] = [];
  for (const message of thread.messages) {
    const mail = planMessage(world, frame, thread, message, planned);
    planned.push(mail);
  }
  return planned;
}

function planMessage(
  world: World,
  frame: Frame,
  thread: WorldThread,
  message: WorldMessage,
  before: readonly PlannedMail[],
): PlannedMail {
  const previous = before.at(-1) ?? null;
  const profile = message.profile ?? thread.profile;
  const atMs = instant(frame, message.at, before.length);
  const person = world.people[message.from];
  const fill = (text: string): string => fillIn(frame, text, thread.lang, atMs);
  const client = person?.client ?? (profile === "person" ? "gmail" : "html");
  const answers = previous !== null && profile === "person" && client !== "plain" ? previous : null;
  const sig = person?.sig === undefined || profile !== "person" ? "" : `\n\n${person.sig}`;
  return {
    ...identity(world, thread.id, before, message.from),
    atMs,
    to: message.to.map((who) => findMailbox(world, who)),
    cc: (message.cc ?? []).map((who) => findMailbox(world, who)),
    replyTo: message.replyTo ?? null,
    subject: fill(message.subject ?? replySubject(thread, profile, previous, client)),
    lang: thread.lang,
    profile,
    auth: thread.auth,
    labels: message.labels ?? [],
    client,
    list: null,
    text: fill(message.body.join("\n")) + sig,
    hidden: message.hidden ?? null,
    attachments: (message.attachments ?? []).map((file) => ({ ...file, text: fill(file.text) })),
    invite: message.invite ?? null,
    answers,
  };
}

/** "Re: " only where the mail before it had the same subject and a person or their automaton answers. */
function replySubject(thread: WorldThread, profile: MailProfile, previous: PlannedMail | null, client: string): string {
  const base = thread.subject;
  if (previous === null || (profile !== "person" && profile !== "oof")) return base;
  if (profile === "oof") return `${thread.lang === "de" ? "Automatische Antwort" : "Automatic reply"}: ${base}`;
  const bare = previous.subject.replace(/^(Re|AW): /, "");
  if (!base.includes("{{") && bare !== base) return base;
  return `${client === "outlook" && thread.lang === "de" ? "AW" : "Re"}: ${base}`;
}

function planList(world: World, frame: Frame, list: WorldList): PlannedMail[] {
  const planned: PlannedMail[] = [];
  for (const post of list.posts) {
    const [when = "", voice = "", ...rest] = post.split("|");
    const from = list.voices[voice];
    if (from === undefined) throw new Error(`${list.id}: no voice ${voice}`);
    const atMs = instant(frame, when, planned.length);
    const previous = planned.at(-1) ?? null;
    const text = fillIn(frame, rest.join("|"), list.lang, atMs);
    const quoted = list.profile === "list" && previous !== null && planned.length % 3 === 1;
    planned.push({
      ...identity(world, list.id, planned, from),
      ...bare(list, atMs),
      to: [listAddress(world, list)],
      subject: previous === null || list.profile === "shop" ? shopSubject(list, planned.length) : `Re: ${list.subject}`,
      auth: "pass",
      list: list.list ?? null,
      text: quoted ? `> ${previous.text.split("\n").at(-1) ?? ""}\n\n${text}` : text,
    });
  }
  return planned;
}

function planSeries(world: World, frame: Frame, series: WorldSeries): PlannedMail[] {
  return series.at.map((when, index) => {
    const variant = series.variants[index % series.variants.length];
    if (variant === undefined) throw new Error(`${series.id}: no variant`);
    const atMs = instant(frame, when, 0);
    const fill = (text: string): string => fillIn(frame, text, series.lang, atMs, index + 1);
    return {
      ...identity(world, `${series.id}-${index + 1}`, [], series.from),
      ...bare(series, atMs),
      to: [findMailbox(world, world.persona.owner)],
      subject: fill(variant.subject),
      auth: series.auth,
      list: null,
      text: fill(variant.body.join("\n")),
    };
  });
}

/** What mails of a machine have in common: no copy, no attachment, nothing quoted. */
function bare(source: WorldList | WorldSeries, atMs: number) {
  return {
    atMs,
    cc: [],
    replyTo: null,
    lang: source.lang,
    profile: source.profile,
    labels: source.labels,
    client: source.profile === "list" ? ("plain" as const) : ("html" as const),
    hidden: null,
    attachments: [],
    invite: null,
    answers: null,
  };
}

function identity(world: World, threadId: string, before: readonly PlannedMail[], who: string) {
  const from = findMailbox(world, who);
  const id = hash(`${threadId}#${before.length + 1}`).slice(0, 24);
  return {
    threadId,
    messageId: `<${id}@${from.email.split("@")[1] ?? "localhost.example"}>`,
    references: before.map((mail) => mail.messageId),
    fromOwner: who === world.persona.owner,
    from,
  };
}

function listAddress(world: World, list: WorldList): Mailbox {
  if (list.list === undefined) return findMailbox(world, world.persona.owner);
  if (list.profile === "forge")
    return { name: list.list, email: `${list.list.replace("/", ".")}@noreply.gitforge.example` };
  return { name: list.list, email: `${list.list}@lists.mailforge.example` };
}

function shopSubject(list: WorldList, index: number): string {
  if (list.profile !== "shop" || index === 0) return list.subject;
  return `${list.lang === "de" ? "Aktueller Stand" : "Update"}: ${list.subject}`;
}

/** Seconds grow with the place in the thread, so that two mails of one minute keep their order. */
function instant(frame: Frame, when: string, index: number): number {
  const ms = resolveAt(frame, when);
  return when.startsWith("now-") ? ms : ms + (2 + index * 3) * 1000;
}
