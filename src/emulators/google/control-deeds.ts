import type { Hono } from "hono";
import { z } from "zod";
import type { EventResource } from "./calendar/calendar-state.ts";
import { findCalendar } from "./calendar/seed-calendar.ts";
import { changeEvent, deleteEvent, getEvent, insertEvent, type Writing } from "./calendar/write-event.ts";
import {
  addFile,
  blankFile,
  type DriveState,
  folderType,
  newFileId,
  noteChange,
  type StoredFile,
  setContent,
} from "./drive/drive-state.ts";
import { deliverMail } from "./gmail/deliver-mail.ts";
import { badRequest } from "./google-error.ts";
import type { GoogleWorld } from "./google-world.ts";
import { changePassword } from "./oauth/mount-oauth.ts";
import { readBody } from "./read-body.ts";
import type { EmulatorEnv } from "./service.ts";

const mailSchema = z.strictObject({
  account: z.string().optional(),
  /** Base64 of RFC 5322 bytes; then the fields below say nothing. */
  raw: z.string().optional(),
  from: z.string().default("Somebody <somebody@elsewhere.example>"),
  to: z.string().optional(),
  subject: z.string().default(""),
  text: z.string().default(""),
  inReplyTo: z.string().optional(),
  labels: z.array(z.string()).default(["INBOX", "UNREAD"]),
});

const eventSchema = z.strictObject({
  account: z.string().optional(),
  calendar: z.string().default("primary"),
  /** With it, the event of this id is changed. */
  id: z.string().optional(),
  deleted: z.boolean().default(false),
  event: z.record(z.string(), z.unknown()).default({}),
});

const fileSchema = z.strictObject({
  account: z.string().optional(),
  /** Below the top folder: `Life/Travel/notes.md`. Folders are made. */
  path: z.string().min(1),
  text: z.string().default(""),
  mimeType: z.string().default("text/markdown"),
  trashed: z.boolean().default(false),
  byMe: z.boolean().default(true),
});

/** What happens in the world without the API: mail arrives, events and files change, a password does. JSON in, ids out. */
export function mountDeeds(app: Hono<EmulatorEnv>, world: GoogleWorld): void {
  app.post("/_world/mail", async (c) => {
    const mail = await readBody(c.req.raw, z.union([mailSchema, z.array(mailSchema)]));
    const ids = (Array.isArray(mail) ? mail : [mail]).map((one) => deliver(world, one));
    return c.json({ ids });
  });
  app.post("/_world/password", async (c) => {
    const { account } = await readBody(c.req.raw, z.strictObject({ account: z.string().optional() }));
    changePassword(world.oauth(), accountOf(world, account));
    return c.json({});
  });
  app.post("/_world/event", async (c) => c.json({ id: putEvent(world, await readBody(c.req.raw, eventSchema)) }));
  app.post("/_world/file", async (c) => c.json({ id: putFile(world, await readBody(c.req.raw, fileSchema)) }));
}

function accountOf(world: GoogleWorld, named: string | undefined): string {
  const account = named ?? world.accounts()[0] ?? "";
  if (!world.accounts().includes(account)) throw badRequest(`There is no account ${account} here.`);
  return account;
}

function deliver(world: GoogleWorld, mail: z.output<typeof mailSchema>): string {
  const account = accountOf(world, mail.account);
  return deliverMail(world, world.state("gmail", account), account, {
    ...(mail.raw === undefined
      ? { compose: { ...mail, to: mail.to ?? account } }
      : { raw: Buffer.from(mail.raw, "base64") }),
    labelIds: mail.labels,
  }).id;
}

function putEvent(world: GoogleWorld, asked: z.output<typeof eventSchema>): string {
  const account = accountOf(world, asked.account);
  const state = world.state("calendar", account);
  const calendar = findCalendar(state, asked.calendar);
  if (calendar === null) throw badRequest(`There is no calendar ${asked.calendar} here.`);
  const writing: Writing = { state, calendar, shared: world, sendUpdates: "none" };
  if (asked.id === undefined) return insertEvent(writing, asEvent(asked.event)).resource.id ?? "";
  const stored = getEvent(writing, asked.id);
  if (asked.deleted) deleteEvent(writing, stored, null);
  else changeEvent(writing, stored, asEvent(asked.event), { ifMatch: null, whole: false });
  return asked.id;
}

/** The one decoding of an event from outside: Google itself ignores what it does not know. */
function asEvent(event: Record<string, unknown>): EventResource {
  return event as EventResource;
}

function putFile(world: GoogleWorld, asked: z.output<typeof fileSchema>): string {
  const account = accountOf(world, asked.account);
  const state = world.state("drive", account);
  const nowMs = world.clock.now();
  const names = asked.path.split("/").filter((name) => name !== "");
  const name = names.pop() ?? asked.path;
  let folder = state.rootId;
  for (const one of names)
    folder = childOf(state, folder, one)?.id ?? makeFile(state, folder, one, folderType, nowMs).id;
  const known = childOf(state, folder, name);
  const file = known ?? makeFile(state, folder, name, asked.mimeType, nowMs);
  file.trashed = asked.trashed;
  if (asked.trashed) noteChange(state, file.id, false, nowMs);
  else setContent(state, file, Buffer.from(asked.text, "utf8"), nowMs, asked.byMe);
  const kind = known === undefined ? "file.created" : "file.changed";
  world.ledger.add({ account, kind, id: file.id, details: { name, trashed: asked.trashed } });
  return file.id;
}

function childOf(state: DriveState, folder: string, name: string): StoredFile | undefined {
  return [...state.files.values()].find((file) => file.name === name && file.parents.includes(folder) && !file.trashed);
}

function makeFile(state: DriveState, folder: string, name: string, mimeType: string, nowMs: number): StoredFile {
  const file = { ...blankFile({ id: newFileId(state), name, mimeType }, nowMs), parents: [folder] };
  return addFile(state, file);
}
