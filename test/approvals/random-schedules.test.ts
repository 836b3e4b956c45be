// Holds R1, R7.
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Step, steps } from "../../approvals/door-setup.ts";
import { verifyLedger } from "../../approvals/verify-ledger.ts";
import { cardStates } from "../../src/core/card.ts";
import { listRevisions, readContent } from "../../src/store/card-revisions.ts";
import { listCards } from "../../src/store/cards.ts";
import { listDecisions } from "../../src/store/decisions.ts";
import { DoorHarness, ownersOrigin, typed } from "../support/door-harness.ts";

type Move =
  | { do: "propose"; to: number; bundle: number }
  | { do: "decide"; card: number; kind: "approve" | "reject" | "later"; stale: boolean }
  | { do: "edit" | "undo" | "redraft" | "send_now"; card: number }
  | { do: "jump"; ms: number }
  | { do: "die"; at: Step }
  | {
      do: "fault";
      path: "POST /send" | "POST /drafts" | "GET /sent" | "GET /drafts";
      when: "before" | "after";
      what: "drop" | "503" | "garbage";
    }
  | { do: "move_world" | "stop" | "resume" | "turn" | "kill" };

const card = fc.nat({ max: 6 });
const anyMove: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("propose" as const),
      to: fc.nat({ max: 2 }),
      bundle: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("decide" as const),
      card,
      kind: fc.constantFrom(
        "approve" as const,
        "approve" as const,
        "approve" as const,
        "reject" as const,
        "later" as const,
      ),
      stale: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("edit" as const, "undo" as const, "redraft" as const, "send_now" as const),
      card,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("jump" as const),
      ms: fc.constantFrom(1000, 25_000, 25_000, 70_000, 3_700_000, -3_600_000, 8 * 86_400_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("die" as const), at: fc.constantFrom(...steps) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      path: fc.constantFrom(
        "POST /send" as const,
        "POST /drafts" as const,
        "GET /sent" as const,
        "GET /drafts" as const,
      ),
      when: fc.constantFrom("before" as const, "after" as const),
      what: fc.constantFrom("drop" as const, "503" as const, "garbage" as const),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "turn" as const,
        "turn" as const,
        "turn" as const,
        "turn" as const,
        "kill" as const,
        "stop" as const,
        "resume" as const,
        "resume" as const,
        "move_world" as const,
      ),
    }),
  },
);

const people = ["paul@adler.example", "ines@lumen.example", "tom@lumen.example"];

/** A person, a service and a machine that do what they like, for a while. */
class Life {
  readonly door: DoorHarness;
  #letters = 0;

  constructor(door: DoorHarness) {
    this.door = door;
  }

  async play(move: Move): Promise<void> {
    const { door } = this.door;
    switch (move.do) {
      case "propose": {
        const asks = Array.from({ length: move.bundle }, (_, at) => {
          this.#letters += 1;
          const ask = { to: [people[move.to] ?? ""], text: `Letter ${this.#letters}` };
          return { action: "post.send_letter", account: null, ask, after: at === 0 ? null : at - 1 };
        });
        await door.propose(asks, ownersOrigin);
        return;
      }
      case "decide": {
        const seen = await this.#seen(move.card, move.stale);
        if (seen === null) return;
        const { kind } = move;
        await door.decide({ seen: [seen], kind, reason: "", laterUntil: null, decidedBy: typed });
        return;
      }
      case "edit": {
        const seen = await this.#seen(move.card, false);
        this.#letters += 1;
        if (seen !== null) await door.edit(seen, { text: `Edited ${this.#letters}` }, typed);
        return;
      }
      case "undo":
      case "redraft":
      case "send_now": {
        const seen = await this.#seen(move.card, false);
        if (seen === null) return;
        if (move.do === "undo") await door.undo(seen.cardId, typed);
        else if (move.do === "redraft") await door.redraft(seen.cardId, typed);
        else await door.sendNow(seen.cardId, typed);
        return;
      }
      case "jump":
        this.door.clock.jump(move.ms);
        return;
      case "die":
        this.door.dieAt = move.at;
        return;
      case "fault":
        this.door.post.faults.push({ path: move.path, when: move.when, do: move.what, times: 1 });
        return;
      case "move_world":
        this.door.post.version = `${Number(this.door.post.version) + 1}`;
        return;
      case "stop":
        return await door.stop({ surface: "page" }, "wait");
      case "resume":
        return await door.resume(typed);
      case "kill":
        return await this.door.restart();
      case "turn":
        if ((await this.door.turn()) === "died") await this.door.restart();
        return;
    }
  }

  async #seen(at: number, stale: boolean) {
    const cards = await listCards(this.door.store, cardStates);
    const card = cards[at % Math.max(1, cards.length)];
    const view = card === undefined ? null : await this.door.door.card(card.id);
    if (card === undefined || view === null) return null;
    const sha256 = stale ? "0".repeat(64) : view.sha256;
    return { cardId: card.id, revision: card.revision, sha256 };
  }

  /** Every letter has its own yes to exactly its words; no card sent two; no card is lost or in two minds. */
  async check(): Promise<void> {
    const cards = await listCards(this.door.store, cardStates);
    const approved = new Map<string, string>();
    for (const one of cards) {
      const yes = (await listDecisions(this.door.store, one.id)).filter(({ kind }) => kind === "approve");
      for (const revision of await listRevisions(this.door.store, one.id)) {
        const has = yes.some(
          ({ sha256, revision: number }) => sha256 === revision.sha256 && number === revision.revision,
        );
        if (has) approved.set(JSON.stringify(Object(readContent(revision).input).text), one.id);
      }
    }
    const sentBy = this.door.post.sent.map(
      ({ text }) => approved.get(JSON.stringify(text)) ?? `nobody approved ${text}`,
    );
    expect(new Set(sentBy).size).toBe(sentBy.length);
    expect(sentBy.filter((id) => id.startsWith("nobody"))).toEqual([]);
    for (const one of cards) {
      const count = sentBy.filter((id) => id === one.id).length;
      if (one.state === "done") expect(count, `card ${one.number} is done`).toBe(1);
      if (["proposed", "rejected", "failed", "expired", "superseded", "stopped"].includes(one.state)) {
        expect(count, `card ${one.number} is ${one.state}`).toBe(0);
      }
    }
    expect(await verifyLedger(this.door.store, this.door.home)).toMatchObject({ ok: true });
  }

  /** Whatever happened, nothing hangs: when all time is over, each card has ended in a state with a way out. */
  async outlive(): Promise<void> {
    for (let turns = 0; turns < 2; turns += 1) {
      this.door.clock.jump(9 * 86_400_000);
      await this.play({ do: "turn" });
    }
    expect(await listCards(this.door.store, ["proposed", "approved", "prepared", "committing"])).toEqual([]);
    await this.check();
  }
}

const runs = Number(process.env["STEWARD_SCHEDULES"] ?? "60");

it(`whatever is decided, edited, killed, stopped and moved, in any order (${runs} lives): never an effect without its yes, never two, never a lost card`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyMove, { minLength: 8, maxLength: 40 }), async (moves) => {
      const life = new Life(await new DoorHarness().start());
      try {
        for (const move of moves) {
          await life.play(move).catch((error: unknown) => {
            // The post office was closed while somebody asked: they ask again.
            if (!/closed|fetch failed|JSON/.test(String(error))) throw error;
          });
        }
        life.door.post.faults.length = 0;
        life.door.dieAt = null;
        await life.door.door.resume(typed);
        for (let turns = 0; turns < 4; turns += 1) {
          life.door.clock.jump(3_700_000);
          await life.play({ do: "turn" });
        }
        await life.check();
        await life.outlive();
      } finally {
        await life.door.stopHere();
      }
    }),
    { numRuns: runs, seed: 20_261_121 },
  );
}, 300_000);
