import { fold } from "../core/fold.ts";
import type { Channel } from "../core/item.ts";
import type { Owner } from "../core/thread.ts";
import { rawText, type Untrusted } from "../core/untrusted.ts";
import { type CalendarEntry, entryKey } from "./calendar-entries.ts";
import { type Brand, createLookalikeIndex, type KnownParty, type LookalikeIndex } from "./lookalike.ts";
import { tokenize, type Vocabulary } from "./vocabulary.ts";
import type { Weights } from "./weights.ts";
import { createZoneClock, type ZoneClock } from "./zone-clock.ts";

/** A message of the owner to a person, on any channel. */
export interface Elsewhere {
  personId: number;
  sentAt: string;
  channel: Channel;
  /** The Message-ID it answers, without angle brackets; null for none. */
  inReplyTo: string | null;
  /** Its subject and the beginning of its text. */
  text: Untrusted;
}

/** The same, indexed by person. `words` are folded and read on demand: few messages are ever compared. */
export interface Written {
  ms: number;
  channel: Channel;
  inReplyTo: string | null;
  words(): readonly string[];
}

/** A time at which an event takes place, for clashes; of a series, each of its next times. Instants are UTC. */
export interface OpenEvent {
  threadId: number;
  uid: string;
  title: string;
  startsAt: string;
  endsAt: string;
  /** False: it leaves the owner free, and is only here to be compared with what does not. Absent: it keeps them busy. */
  busy?: boolean;
}

/** All that judging threads needs beside the thread; plain data, given by whoever has a store. */
export interface TriageInput {
  owner: Owner;
  nowMs: number;
  vocabulary: Vocabulary;
  weights: Weights;
  elsewhere: readonly Elsewhere[];
  openEvents: readonly OpenEvent[];
  /** The owner's calendars as they stand: the newest version of each event. */
  entries: readonly CalendarEntry[];
  /** Known persons' addresses and names, what lookalikes are compared with. */
  known: readonly KnownParty[];
  brands: readonly Brand[];
  /** When the owner first imported anything (UTC); older open ends are not brought up again. */
  firstImportAt: string | null;
}

export interface TimedEvent {
  event: OpenEvent;
  fromMs: number;
  toMs: number;
}

/** The input with its indexes built, once per digest. */
export interface TriageContext extends TriageInput {
  clock: ZoneClock;
  ownerIdentities: ReadonlySet<string>;
  ownerNames: ReadonlySet<string>;
  monthFirst: boolean;
  /** The owner's messages to each person, oldest first. */
  written: ReadonlyMap<number, readonly Written[]>;
  events: readonly TimedEvent[];
  /** The times of one event, by its uid. */
  timesOf: ReadonlyMap<string, readonly TimedEvent[]>;
  /** By `entryKey`. */
  entryOf: ReadonlyMap<string, CalendarEntry>;
  lookalikes: LookalikeIndex;
}

const monthFirstRegions = new Set(["US"]);
const shortestName = 2;

/** Builds the indexes that `judgeThread` and `findCommitments` use. Contract: pure; about linear in its lists. */
export function createContext(input: TriageInput): TriageContext {
  const written = new Map<number, Written[]>();
  for (const { personId, sentAt, channel, inReplyTo, text } of input.elsewhere) {
    const list = written.get(personId) ?? [];
    list.push({ ms: Date.parse(sentAt), channel, inReplyTo, words: () => tokenize(fold(rawText(text))) });
    written.set(personId, list);
  }
  for (const list of written.values()) list.sort((a, b) => a.ms - b.ms);
  const events = input.openEvents
    .map((event) => ({ event, fromMs: Date.parse(event.startsAt), toMs: Date.parse(event.endsAt) }))
    .sort((a, b) => a.fromMs - b.fromMs);
  return {
    ...input,
    clock: createZoneClock(input.owner.zone),
    ownerIdentities: new Set(input.owner.identities),
    ownerNames: new Set(input.owner.names.flatMap(nameWords)),
    monthFirst: monthFirstRegions.has(input.owner.region.toUpperCase()),
    written,
    events,
    timesOf: Map.groupBy(events, ({ event }) => event.uid),
    entryOf: new Map(input.entries.map((entry) => [entryKey(entry.event), entry])),
    lookalikes: createLookalikeIndex(input.known, input.brands),
  };
}

/** The given name (first word) of each name: what others call the owner by. */
function nameWords(name: string): string[] {
  const words = tokenize(fold(name));
  const first = words.find((word) => word.length > shortestName);
  return first === undefined ? [] : [first];
}
