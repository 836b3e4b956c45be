// Holds R7.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Step, steps } from "../../approvals/door-setup.ts";
import { calendarDoor } from "../../connectors/calendar/door.ts";
import { driveDoor } from "../../connectors/drive/door.ts";
import { gmailDoor } from "../../connectors/gmail/door.ts";
import { homeDoor } from "../../connectors/home/door.ts";
import { type Listening, listen } from "../../src/emulators/google/listen.ts";
import { type GoogleBase, GoogleDoor, makeGoogleBase } from "../support/google-door.ts";

let base: GoogleBase;
let server: Listening;
beforeAll(async () => {
  base = await makeGoogleBase([gmailDoor, homeDoor, calendarDoor, driveDoor]);
  server = await listen(base.life.google);
}, 60_000);
afterAll(async () => {
  await server.close();
  await base.close();
});

/** One action for each way of finding out what became of it. */
const subjects: {
  action: string;
  how: string;
  ask(door: GoogleDoor): unknown;
  count(door: GoogleDoor): number;
}[] = [
  {
    action: "gmail.send_message",
    how: "a draft that can be sent once",
    ask: () => ({ to: ["clara@weiss.example"], subject: "Keys", text: "The keys are with Ana." }),
    count: (door) => truth(door, "mail.sent"),
  },
  {
    action: "gmail.archive",
    how: "labels that are set",
    ask: (door) => ({ threads: inboxThreads(door) }),
    count: (door) => Math.sign(truth(door, "mail.labelled")),
  },
  {
    action: "calendar.create_event",
    how: "an id of our own",
    ask: () => ({ title: "Fetch the keys", start: "2026-11-24T12:30" }),
    count: (door) => truth(door, "event.created"),
  },
  {
    action: "calendar.update_event",
    how: "a version it holds for",
    ask: (door) => ({ event: eventCalled(door, "Essen bei Felix"), start: "2026-11-17T20:00" }),
    count: (door) => truth(door, "event.changed"),
  },
  {
    action: "drive.update_file",
    how: "the version it was drawn up against",
    ask: () => ({ file: "Car/car.md", replace: [{ find: "NT 914", with: "KL 2207" }] }),
    count: (door) => truth(door, "file.changed"),
  },
  {
    action: "home.note",
    how: "a line that carries the key",
    ask: () => ({ text: "Clara takes the train to Lyon." }),
    count: (door) => readFileSync(join(door.home, "memory", "notes.md"), "utf8").split("train to Lyon").length - 1,
  },
];

/** How often the emulated service did it. */
function truth(door: GoogleDoor, kind: string): number {
  return door.google.ledger.all().filter((entry) => entry.kind === kind).length;
}

/** The calendar's own id of an event. */
function eventCalled(door: GoogleDoor, title: string): string {
  const [found] = door.store.read.all(
    z.object({ id: z.string() }),
    "SELECT s.external_id AS id FROM sightings s JOIN items i ON i.id = s.item_id WHERE i.kind = 'event' AND i.subject = ?",
    title,
  );
  return found?.id.split("/").at(-1) ?? "";
}

function inboxThreads(door: GoogleDoor): number[] {
  return door.store.read
    .all(
      z.object({ id: z.number() }),
      "SELECT DISTINCT thread_id AS id FROM items WHERE channel = 'mail' AND labels LIKE '%\"Inbox\"%' ORDER BY id DESC LIMIT 5",
    )
    .map(({ id }) => id);
}

async function runChild(door: GoogleDoor, dieAt: Step): Promise<string | null> {
  const argument = JSON.stringify({
    database: door.store.path,
    home: door.home,
    url: server.url,
    now: new Date(door.clock.now()).toISOString(),
    dieAt,
    owner: base.owner,
    secrets: Object.fromEntries(base.secrets),
  });
  const child = spawn(process.execPath, [join(import.meta.dirname, "door-child.ts"), argument], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  return await new Promise((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
}

describe("a door that is killed with SIGKILL", () => {
  for (const { action, how, ask, count } of subjects) {
    it(`at any step of ${action} (${how}) leaves exactly one effect`, async () => {
      const seen: Record<string, string> = {};
      for (const dieAt of steps) {
        const door = await new GoogleDoor(base).start();
        try {
          const card = await door.propose(action, ask(door));
          await door.approve(card);
          door.jump(30_000);
          const signal = await runChild(door, dieAt);
          for (const ms of [1000, 90_000, 90_000]) {
            door.jump(ms);
            await door.turn();
          }
          const state = (await door.door.card(card.cardId))?.card.state;
          seen[dieAt] = `${signal}: ${state}, ${count(door)}`;
        } finally {
          await door.stopHere();
        }
      }
      const right = Object.fromEntries(steps.map((step) => [step, "SIGKILL: done, 1"]));
      expect(seen).toEqual(right);
    }, 120_000);
  }
});
