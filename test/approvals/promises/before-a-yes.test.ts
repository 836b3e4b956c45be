// Holds R1, R8, R140.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { DoorConnector } from "../../../src/core/action.ts";
import { parsePolicy } from "../../../src/core/parse-policy.ts";
import { defaultPolicy } from "../../../src/core/policy.ts";
import { refreshTriage } from "../../../src/triage/read-digest.ts";
import { samples as fileSamples } from "../../connectors/files/door/samples.ts";
import { samples as handoffSamples } from "../../connectors/handoff/door/samples.ts";
import { samples as homeSamples } from "../../connectors/home/door/samples.ts";
import { DoorHarness, typed } from "../../support/door-harness.ts";
import { type GoogleBase, GoogleDoor, makeGoogleBase } from "../../support/google-door.ts";
import { allDoors } from "./all-doors.ts";

let doors: DoorConnector[];
let base: GoogleBase;
beforeAll(async () => {
  doors = await allDoors();
  base = await makeGoogleBase(doors);
}, 60_000);
afterAll(() => base.close());

/** Threads of the demo life that came by one connector, newest first. */
function threadsOf(door: GoogleDoor, connector: string): number[] {
  const sql = `SELECT DISTINCT t.id FROM threads t JOIN items i ON i.thread_id = t.id JOIN sightings g ON g.item_id = i.id
    JOIN sources s ON s.id = g.source_id WHERE s.connector = ? ORDER BY i.sent_at DESC LIMIT 40`;
  return door.store.read.all(z.object({ id: z.number() }), sql, connector).map(({ id }) => id);
}

/** Everything a request to Google could ask for, over the demo life. Many can be no card; some of each have to. */
function asksOf(door: GoogleDoor): { action: string; ask: unknown }[] {
  const threads = threadsOf(door, "gmail");
  const [thread = 0] = threads;
  const when = { start: "2026-12-04T10:00", end: "2026-12-04T11:00" };
  return [
    { action: "gmail.send_message", ask: { to: ["paul@adler.example"], subject: "Keys", text: "Here." } },
    ...threads.slice(0, 8).flatMap((one) => [
      { action: "gmail.reply", ask: { thread: one, text: "Thank you." } },
      { action: "gmail.reply_all", ask: { thread: one, text: "Thank you all." } },
    ]),
    { action: "gmail.forward", ask: { thread, to: ["paul@adler.example"], text: "See below." } },
    { action: "gmail.archive", ask: { threads } },
    { action: "gmail.mark_read", ask: { threads } },
    { action: "gmail.trash", ask: { threads } },
    { action: "gmail.label", ask: { threads, label: "Travel" } },
    { action: "calendar.create_event", ask: { title: "Lunch", ...when, guests: ["paul@adler.example"] } },
    ...[...threadsOf(door, "calendar"), ...threads].flatMap((one) => [
      { action: "calendar.update_event", ask: { thread: one, title: "Another title" } },
      { action: "calendar.respond", ask: { thread: one, answer: "accepted" } },
      { action: "calendar.delete_event", ask: { thread: one } },
    ]),
    { action: "drive.create_file", ask: { path: "new.md", text: "# New" } },
    ...["Car/car.md", ...drivePaths(door)].flatMap((file) => [
      { action: "drive.update_file", ask: { file, text: "# Other" } },
      { action: "drive.rename", ask: { file, name: "other.md" } },
    ]),
  ];
}

function drivePaths(door: GoogleDoor): string[] {
  const sql =
    "SELECT g.path AS path FROM sightings g JOIN sources s ON s.id = g.source_id WHERE s.connector = 'drive' LIMIT 30";
  return door.store.read.all(z.object({ path: z.string().nullable() }), sql).flatMap(({ path }) => path ?? []);
}

/** What left through the door, but for what only reads by the word of the connectors themselves. */
function watch(door: GoogleDoor): string[] {
  const changing: string[] = [];
  const inner = door.setup.deps.fetch;
  door.setup.deps.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const method = (input instanceof Request ? input.method : init?.method) ?? "GET";
    if (method !== "GET" && !/\/(?:token|batch\S*|freeBusy)$/.test(pathname)) changing.push(`${method} ${pathname}`);
    return await inner(input, init);
  };
  return changing;
}

const worldOf = (door: GoogleDoor): string => JSON.stringify(door.google.snapshot().services);

/** A card of as many asks as become one, at most three of each action. */
async function proposeAll(door: GoogleDoor, wanted: readonly string[]) {
  const cards: Awaited<ReturnType<GoogleDoor["propose"]>>[] = [];
  const count = (action: string): number => cards.filter(({ view }) => view.card.action === action).length;
  for (const { action, ask } of asksOf(door)) {
    if (count(action) >= 3) continue;
    const card = await door.propose(action, ask, { by: "model" }).catch(() => null);
    if (card !== null) cards.push(card);
  }
  expect(wanted.filter((action) => count(action) === 0)).toEqual([]);
  return cards;
}

/** Every action that reaches a service and is proposed here; the Sheet has its own life. */
const onlineActions = (): string[] =>
  doors
    .filter(({ needsAccount, name }) => needsAccount && name !== "contacts-sheet")
    .flatMap(({ actions }) => actions.map(({ name }) => name));

describe("before a yes", () => {
  it("reading a whole life changes nothing there: no label, no read mark, no draft, no answer to an invitation", () => {
    expect(base.snapshot.ledger).toEqual([]);
  });

  it("nothing that changes anything leaves: not by proposing, showing, editing, putting off, rejecting or redrafting", async () => {
    const door = await new GoogleDoor(base).start();
    try {
      door.google.state("gmail", base.life.account).ownLabels.set("Label_7", "Travel");
      const before = worldOf(door);
      const changing = watch(door);
      await refreshTriage(door.store, base.life.reading);
      const cards = await proposeAll(door, onlineActions());
      for (const [at, { view, ...seen }] of cards.entries()) {
        if (view.editable?.text !== undefined) await door.door.edit(seen, { text: "Other words." }, typed);
        const [line] = view.preview.lines;
        if (line !== undefined && view.excludable) await door.door.exclude(seen, [line.id], typed);
        const now = await door.door.card(seen.cardId);
        const current = { cardId: seen.cardId, revision: now?.card.revision ?? 0, sha256: now?.sha256 ?? "" };
        const kind = at % 2 === 0 ? "later" : "reject";
        await door.door.decide({ seen: [current], kind, reason: "", laterUntil: null, decidedBy: typed });
        if (kind === "reject") await door.door.redraft(seen.cardId, typed);
      }
      await door.door.queue({ all: true });
      await door.door.moving();
      await door.door.history(100);
      await door.turn();
      door.jump(9 * 86_400_000);
      await door.turn();
      await door.restart();
      await door.turn();
      expect(changing).toEqual([]);
      expect(door.google.ledger.all()).toEqual([]);
      expect(worldOf(door)).toBe(before);
    } finally {
      await door.stopHere();
    }
  }, 60_000);
});

describe("an installation whose owner has allowed nothing yet", () => {
  it("reads, drafts and shows, and is told no by every yes: the right to write is asked for first", async () => {
    const door = await new GoogleDoor(base).start();
    try {
      door.setup.deps.secret = async (name) => (name.includes("write") ? null : (base.secrets.get(name) ?? null));
      const changing = watch(door);
      const cards = await proposeAll(door, ["gmail.reply", "gmail.archive", "gmail.trash"]);
      for (const { view, ...seen } of cards) {
        expect(view.missingAccess?.cure).toContain("steward connect google --write");
        const answer = await door.approve(seen);
        expect(answer).toMatchObject({ kind: "refused", refusal: "needs_consent" });
      }
      await door.turn();
      const [first] = cards;
      await door.store.write((tx) =>
        tx.sql.run("UPDATE cards SET state = 'approved' WHERE id = ?", first?.cardId ?? ""),
      );
      await door.turn();
      expect(changing).toEqual([]);
      expect(door.google.ledger.all()).toEqual([]);
    } finally {
      await door.stopHere();
    }
  });

  it("does nothing by itself: no card of any action, whoever proposes it, needs less than a tap", async () => {
    expect(defaultPolicy()).toMatchObject({ rules: [], dictated: "ask" });
    const template = readFileSync(
      join(import.meta.dirname, "..", "..", "..", "data", "templates", "policy.yaml"),
      "utf8",
    );
    expect(parsePolicy(template, "policy.yaml")).toEqual(defaultPolicy());
    const door = await new DoorHarness(doors).start();
    try {
      for (const { action, ask, setup } of [...homeSamples, ...fileSamples, ...handoffSamples]) {
        await setup(door.home);
        for (const by of ["owner", "rule", "model"] as const) {
          const view = (await door.propose(action, ask, { by }).catch(() => null))?.view;
          expect(["green", "amber", "red", undefined], `${action} by ${by}`).toContain(view?.verdict.friction);
          if (view !== undefined) expect(view.card.state).toBe("proposed");
        }
      }
    } finally {
      await door.stopHere();
    }
  });
});
