import type { Step } from "../../approvals/door-setup.ts";
import { filesDoor } from "../../connectors/files/door.ts";
import { handoffDoor } from "../../connectors/handoff/door.ts";
import { homeDoor } from "../../connectors/home/door.ts";
import type { Fault } from "../../src/emulators/google/faults.ts";
import { beginCalendar, calendarSamples } from "../connectors/calendar/door/samples.ts";
import { sheetSamples } from "../connectors/contacts-sheet/door/samples.ts";
import { beginSheetLife, openSheet } from "../connectors/contacts-sheet/door/sheet-life.ts";
import { type FileDoor, FileLife } from "../connectors/drive/door/file-door.ts";
import { driveSamples, type FileSample } from "../connectors/drive/door/samples.ts";
import { samples as fileSamples } from "../connectors/files/door/samples.ts";
import { MailLife } from "../connectors/gmail/door/mail-door.ts";
import { mailSamples } from "../connectors/gmail/door/samples.ts";
import { samples as handoffSamples } from "../connectors/handoff/door/samples.ts";
import { samples as homeSamples } from "../connectors/home/door/samples.ts";
import { DoorHarness } from "./door-harness.ts";
import type { WritingLife } from "./writing-life.ts";

/** What happens on the way of one approved card. */
export interface Mishap {
  death: Step | null;
  /** Of the request that does the effect; null where there is none or nothing happens to it. */
  answer: Pick<Fault, "when" | "do"> | null;
  /** The service shows what happened only later. */
  lagging: boolean;
}

/** One action with a sample of it, lived through again and again. */
export interface CrashSubject {
  action: string;
  /** Whether a service is asked: only then can an answer be lost. */
  online: boolean;
  live(mishap: Mishap): Promise<{ state: string; count: number }>;
}

export interface CrashSubjects {
  subjects: CrashSubject[];
  end(): void;
}

/** Every action that there is, over the service or the folder it really works on. */
export async function openCrashSubjects(): Promise<CrashSubjects> {
  const mail = await new MailLife().begin();
  const calendar = await beginCalendar();
  const files = await new FileLife().begin();
  const sheet = await beginSheetLife();
  const end = (): void => {
    for (const life of [mail, calendar, files, sheet]) life.end();
  };
  const subjects = [
    ...mailSubjects(mail),
    ...calendarSubjects(calendar),
    ...fileSubjects(driveSamples, files, (life) => life.open()),
    ...fileSubjects(sheetSamples, sheet, openSheet),
    ...ownSubjects(),
  ];
  return { subjects, end };
}

function mailSubjects(life: MailLife): CrashSubject[] {
  return mailSamples.map((sample) => ({
    action: sample.action,
    online: true,
    live: async ({ death, answer, lagging }) => {
      const door = await life.open();
      const { faults, settings } = life.setup.world;
      try {
        const { seen } = await door.propose(sample.action, await sample.ask(door));
        await door.approve(seen);
        if (lagging) settings.set("gmail.searchLagMs", 120_000).set("gmail.getLagMs", 45_000);
        if (answer !== null) faults.add({ ...answer, match: sample.effect, nth: 1, status: 503 });
        door.dieAt = death;
        const { state } = await door.live(seen.cardId);
        return { state, count: sample.count(door) };
      } finally {
        settings.delete("gmail.searchLagMs");
        settings.delete("gmail.getLagMs");
        await door.close();
      }
    },
  }));
}

function calendarSubjects(life: WritingLife): CrashSubject[] {
  return calendarSamples.map((sample) => ({
    action: `${sample.action}, ${sample.name}`,
    online: true,
    live: async ({ death, answer, lagging }) => {
      const door = await life.open();
      const { faults, settings } = life.world;
      try {
        const { seen } = await door.propose(sample.action, sample.ask);
        await door.approve(seen);
        for (const [name, value] of Object.entries(lagging ? sample.lag : {})) settings.set(name, value);
        if (answer !== null) faults.add({ ...answer, match: sample.effect, nth: 1, status: 503 });
        door.dieAt = death;
        const { state } = await door.live(seen.cardId);
        return { state, count: sample.count(door) };
      } finally {
        for (const name of Object.keys(sample.lag)) settings.delete(name);
        await door.close();
      }
    },
  }));
}

function fileSubjects(
  samples: readonly FileSample[],
  life: FileLife,
  open: (life: FileLife) => Promise<FileDoor>,
): CrashSubject[] {
  return samples.map((sample) => ({
    action: sample.action,
    online: true,
    live: async ({ death, answer }) => {
      const door = await open(life);
      try {
        const { seen } = await door.propose(sample.action, sample.ask);
        await door.approve(seen);
        if (answer !== null) life.world.faults.add({ ...answer, match: sample.effect, nth: 1, status: 503 });
        door.dieAt = death;
        const { state } = await door.live(seen.cardId);
        return { state, count: sample.count(door) };
      } finally {
        await door.close();
      }
    },
  }));
}

function ownSubjects(): CrashSubject[] {
  const connectors = [homeDoor, filesDoor, handoffDoor];
  const handed = handoffSamples.map((sample) => ({ ...sample, count: null }));
  return [...homeSamples, ...fileSamples, ...handed].map((sample) => ({
    action: sample.action,
    online: false,
    live: async ({ death }) => {
      const door = await new DoorHarness(connectors).start();
      try {
        await sample.setup(door.home);
        const seen = await door.propose(sample.action, sample.ask);
        await door.approve(seen);
        door.dieAt = death;
        for (let turns = 0; turns < 5; turns += 1) {
          door.clock.jump(30_000);
          if ((await door.turn()) === "died") await door.restart();
        }
        const state = (await door.door.card(seen.cardId))?.card.state ?? "lost";
        // A hand-off has no effect but its own entry in the ledger.
        const count = sample.count === null ? Number(state === "done") : await sample.count(door.home);
        return { state, count };
      } finally {
        await door.stopHere();
      }
    },
  }));
}

/** Whether a life ended as every life has to: done once, or with the owner asked and at most one. */
export function endedWell({ state, count }: { state: string; count: number }): boolean {
  if (state === "done") return count === 1;
  return state === "unknown" ? count <= 1 : state === "failed" && count === 0;
}
