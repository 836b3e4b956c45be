import { deliverMail } from "../../../src/emulators/google/gmail/deliver-mail.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { clara, connectGmail, differencesOf, fillMailbox, Mirror, mailboxOf, setUpGmail } from "./gmail-fixture.ts";

export interface UnreliableReport {
  /** What the mirror has and the mailbox has not, or the reverse; empty when all is well. */
  differences: string[];
  records: number;
  problems: string[];
  /** How often a fault hit. */
  hits: number;
  requests: number;
}

/** Every tenth request fails, in one of six ways; also those inside a batch. */
function makeUnreliable(world: GoogleWorld): void {
  const match = /\/gmail\/v1\/|\/batch\//;
  const share = 0.1 / 6;
  const limited = {
    error: { code: 429, message: "Resource has been exhausted", errors: [{ reason: "rateLimitExceeded" }] },
  };
  world.faults.add(
    { match, share, when: "before", do: "status", status: 429, body: limited },
    { match, share, when: "before", do: "status", status: 500 },
    { match, share, when: "before", do: "drop" },
    { match, share, when: "after", do: "drop" },
    { match, share, when: "after", do: "garbage" },
    { match, share, when: "after", do: "truncate" },
  );
}

/** Reads a mailbox of `count` through an unreliable connection, then some news, and compares. */
export async function readUnreliably(count: number, seed: number): Promise<UnreliableReport> {
  const setup = setUpGmail({ seed });
  const state = mailboxOf(setup);
  fillMailbox(state, count, { stepMs: 600_000 });
  makeUnreliable(setup.world);
  const client = await connectGmail(setup);
  const mirror = await new Mirror().readOn(client);
  for (let n = 0; n < 5; n += 1) {
    const compose = { from: "new@elsewhere.example", to: clara, subject: `News ${n}`, text: "New." };
    for (let m = 0; m < 4; m += 1) deliverMail(setup.world, state, clara, { compose, labelIds: ["INBOX", "UNREAD"] });
    setup.worldClock.advance(15_000);
    await mirror.readOn(client);
  }
  const texts = [...mirror.texts].filter(
    ([id, text]) => Buffer.from(state.messages.get(id)?.raw ?? []).toString("latin1") !== text,
  );
  return {
    differences: [...differencesOf(mirror, state), ...texts.map(([id]) => `not as sent: ${id}`)],
    records: mirror.records,
    problems: mirror.problems,
    hits: setup.world.faults.hits().reduce((sum, one) => sum + one, 0),
    requests: setup.requests.length,
  };
}
