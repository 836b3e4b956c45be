import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { z } from "zod";
import { makeCalendarConnector } from "../../../connectors/calendar/index.ts";
import { openGoogleAccounts } from "../../../connectors/google-account/open-accounts.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import type { ConnectorDeps, Page } from "../../../src/core/connector.ts";
import { uuidv7 } from "../../../src/core/ids.ts";
import { type EventDetails, eventSchema } from "../../../src/core/item.ts";
import {
  type CalendarState,
  type EventResource,
  putEvent,
  type StoredCalendar,
} from "../../../src/emulators/google/calendar/calendar-state.ts";
import {
  cancelInstance,
  changeEvent,
  deleteEvent,
  type Writing,
} from "../../../src/emulators/google/calendar/write-event.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { grantDirectly } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { createIntake, type ImportReport, type Intake } from "../../../src/intake/intake.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { jsonText } from "../../../src/store/row-types.ts";
import { registerSource, type Source } from "../../../src/store/sources.ts";
import { clara, makeWorld } from "../../emulators/google/google-fixture.ts";

const scope = "https://www.googleapis.com/auth/calendar.readonly";

/** An emulated calendar with a store that follows it. Waits pass at once and move the world's clock. */
export interface Following {
  world: GoogleWorld;
  store: Store;
  source: Source;
  deps: ConnectorDeps;
  logged: string[];
  /** What is done to the owner's calendar, or to another one of the account. */
  calendar: CalendarHand;
  hand(id: string): CalendarHand;
  /** Follows the calendar as the daemon does at a poll. A new process, when `fresh`, knows the stored cursor only. */
  poll(options?: { fresh?: boolean; signal?: AbortSignal }): Promise<ImportReport>;
  /** Every event that stands in the store, by its external id. */
  stored(): Map<string, StoredEntry>;
  /** The same as the emulator has it: what there is, of every calendar that is shown. */
  truth(): Map<string, string>;
  /** How many requests of a kind were answered. */
  asked(path: RegExp): number;
}

export interface StoredEntry {
  itemId: number;
  subject: string;
  event: EventDetails;
}

export interface CalendarHand {
  state: CalendarState;
  calendar: StoredCalendar;
  add(event: EventResource): EventResource;
  change(id: string, change: EventResource): void;
  remove(id: string): void;
  /** Takes one time out of a series: its start in UTC, such as `2026-11-24T08:00:00Z`. */
  removeTime(master: EventResource, startsAt: string): void;
}

const open: Following[] = [];
const closers: (() => Promise<void>)[] = [];

/** Ends what `follow` began; to be called in the file that uses it. */
export function closeAfterEach(): void {
  afterEach(async () => {
    open.length = 0;
    for (const close of closers.splice(0)) await close();
  });
}

/** `pageSize`: events a page, in place of the 2,500 that are asked for. */
export async function follow(options: { seeded?: boolean; pageSize?: number } = {}): Promise<Following> {
  const world = makeWorld({ seeded: options.seeded === true });
  const folder = mkdtempSync(join(tmpdir(), "steward-calendar-"));
  const logged: string[] = [];
  const requests: string[] = [];
  const grant = grantDirectly(world.oauth(), { account: clara, scopes: [scope] }, world.clock.now());
  const secrets = new Map([
    [googleSecretName(clara, "refresh_token"), grant.refreshToken],
    [googleSecretName(clara, "client_secret"), grant.clientSecret],
  ]);
  const clock = { now: () => world.clock.now(), sleep: async (ms: number) => world.clock.advance(ms) };
  const deps: ConnectorDeps = {
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (options.pageSize !== undefined && url.searchParams.has("maxResults"))
        url.searchParams.set("maxResults", String(options.pageSize));
      requests.push(`${url.pathname}${url.search}`);
      return await world.fetch(url, init);
    },
    clock,
    newId: () => uuidv7(world.clock.now()),
    secret: async (name) => secrets.get(name) ?? null,
    log: (line) => logged.push(line),
  };
  const store = await openStore(join(folder, "steward.db"), { clock });
  const makeIntake = (): Intake => {
    const accounts = openGoogleAccounts({ random: () => 0.5, unitsPerMinute: { calendar: null } });
    return createIntake({
      store,
      connectors: [makeCalendarConnector(accounts)],
      connectorDeps: deps,
      clock,
      newId: deps.newId,
      originalsDirectory: null,
      workers: 1,
      random: () => 0.5,
    });
  };
  let intake = makeIntake();
  closers.push(async () => {
    await intake.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const source = await store.write((tx) =>
    registerSource(tx, {
      id: deps.newId(),
      connector: "calendar",
      kind: "calendar",
      location: clara,
      label: `Calendar ${clara}`,
      config: { account: clara, clientId: grant.clientId, scopes: [scope], baseUrl: "http://127.0.0.1:1/" },
    }),
  );
  const following: Following = {
    world,
    store,
    source,
    deps,
    logged,
    calendar: handOf(world, clara),
    hand: (id) => handOf(world, id),
    poll: async ({ fresh, signal } = {}) => {
      if (fresh === true) {
        await intake.close();
        intake = makeIntake();
      }
      return await intake.importSource(source, {
        signal: signal ?? new AbortController().signal,
        onProgress: () => undefined,
        read: { zone: "Europe/Berlin", region: "DE", recentDays: null },
      });
    },
    stored: () => storedEvents(store, source.id),
    truth: () => truthOf(world),
    asked: (path) => requests.filter((one) => path.test(one)).length,
  };
  open.push(following);
  return following;
}

/** One page after the other as intake asks for them, without a store. */
export async function pullAll(following: Following, from: unknown = null): Promise<Page[]> {
  const accounts = openGoogleAccounts({ random: () => 0.5, unitsPerMinute: { calendar: null } });
  const connector = makeCalendarConnector(accounts);
  const client = await connector.connect(connector.config.parse(following.source.config), following.deps);
  const pages: Page[] = [];
  for (let cursor = from; pages.length < 200; ) {
    const page = await connector.pull(client, cursor, new AbortController().signal);
    pages.push(page);
    cursor = page.cursor;
    if (page.done) return pages;
  }
  throw new Error("the pages have no end");
}

/** An hour at nine in Berlin on a day of November 2026 or later. */
export function at(day: string, hour = 9): Pick<EventResource, "start" | "end"> {
  const time = (h: number) => {
    const local = `${day}T${String(h).padStart(2, "0")}:00:00`;
    const { offset } = Temporal.PlainDateTime.from(local).toZonedDateTime("Europe/Berlin");
    return { dateTime: `${local}${offset}`, timeZone: "Europe/Berlin" };
  };
  return { start: time(hour), end: time(hour + 1) };
}

function handOf(world: GoogleWorld, id: string): CalendarHand {
  const state = world.state("calendar", clara);
  const calendar = state.calendars.get(id);
  if (calendar === undefined) throw new Error(`no calendar ${id}`);
  const writing = (): Writing => ({ state, calendar, shared: world, sendUpdates: "none" });
  const find = (eventId: string) => {
    const stored = calendar.events.get(eventId);
    if (stored === undefined) throw new Error(`no event ${eventId}`);
    return stored;
  };
  return {
    state,
    calendar,
    add: (event) => putEvent(state, calendar, event, world.clock.now()).resource,
    change: (eventId, change) => {
      changeEvent(writing(), find(eventId), change, { ifMatch: null, whole: false });
    },
    remove: (eventId) => deleteEvent(writing(), find(eventId), null),
    removeTime: (master, startsAt) => {
      const stamp = startsAt.replace(/[-:]/g, "");
      const originalStartTime = { dateTime: startsAt, timeZone: "Europe/Berlin" };
      cancelInstance(writing(), master, { id: `${master.id}_${stamp}`, originalStartTime });
    },
  };
}

const storedRow = z.object({
  external_id: z.string(),
  item_id: z.number(),
  subject: z.string(),
  event: jsonText.pipe(eventSchema),
});

function storedEvents(store: Store, sourceId: string): Map<string, StoredEntry> {
  const rows = store.read.all(
    storedRow,
    `SELECT g.external_id, g.item_id, i.subject, i.event FROM sightings g JOIN items i ON i.id = g.item_id
     WHERE g.source_id = ? AND i.superseded_by IS NULL`,
    sourceId,
  );
  return new Map(rows.map((row) => [row.external_id, { itemId: row.item_id, subject: row.subject, event: row.event }]));
}

/** What of an event both sides are compared by. */
export function summarise(following: Following): Map<string, string> {
  const told = [...following.stored()].map(([id, { subject, event }]): [string, string] => [
    id,
    event.status === "cancelled" ? "removed" : `${subject} ${event.startsAt}`,
  ]);
  return new Map(told.toSorted(byId));
}

function truthOf(world: GoogleWorld): Map<string, string> {
  const { calendars } = world.state("calendar", clara);
  const told = [...calendars.values()].flatMap(({ id, entry, events }) => {
    if (entry.deleted === true || entry.hidden === true) return [];
    if (entry.selected !== true && entry.accessRole !== "owner") return [];
    return [...events.values()].flatMap(({ resource }): [string, string][] => {
      const isException = typeof resource.recurringEventId === "string";
      if (resource.status === "cancelled" && !isException) return [];
      const start = resource.start?.dateTime ?? resource.start?.date ?? "";
      const said =
        resource.status === "cancelled" ? "removed" : `${resource.summary ?? ""} ${new Date(start).toISOString()}`;
      return [[`${id}/${resource.id}`, said]];
    });
  });
  return new Map(told.toSorted(byId));
}

function byId(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1;
}
