// Holds R16, R17.
import { domainToUnicode } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Preview } from "../../../src/core/action.ts";
import { MailLife } from "../../connectors/gmail/door/mail-door.ts";
import { DoorHarness, ownersOrigin } from "../../support/door-harness.ts";
import { plainLook } from "../../support/plain-look.ts";
import { securityFile } from "../gate/security-data.ts";
import { allDoors } from "./all-doors.ts";

const life = new MailLife();
let own: DoorHarness;
beforeAll(async () => {
  await life.begin();
  own = await new DoorHarness((await allDoors()).filter(({ needsAccount }) => !needsAccount)).start();
}, 60_000);
afterAll(async () => {
  life.end();
  await own.stopHere();
});

/** None of these is exactly one mailbox. */
const noMailbox = [
  "",
  " ",
  "paul",
  "@adler.example",
  "paul@",
  "paul@adler..example",
  "paul@adler.example, eve@evil.example",
  "paul@adler.example;eve@evil.example",
  "paul@adler.example eve@evil.example",
  "Paul <paul@adler.example> <eve@evil.example>",
  "Paul <paul@adler.example>, Eve <eve@evil.example>",
  "friends: paul@adler.example, eve@evil.example;",
  "undisclosed-recipients:;",
  "<<paul@adler.example>>",
  "paul@adler.example\r\nBcc: eve@evil.example",
  "paul@adler.example\nBcc: eve@evil.example",
  "paul@adler.example\rBcc: eve@evil.example",
  "Paul\r\nBcc: eve@evil.example\r\nX: <paul@adler.example>",
  "paul@adler.example\u0000",
  "paul@adler.example\u2028Bcc: eve@evil.example",
  "paul@adler.example\u0085",
  '"paul@adler.example, eve"@evil.example',
  "paul(eve@evil.example)@adler.example",
  "paul%eve@evil.example@adler.example",
  "mailto:paul@adler.example",
];
const invisible = ["200b", "200d", "2060", "feff", "00ad", "202e", "2066", "034f", "3164", "e0041", "fe0f", "180e"];
const withInvisible = invisible.flatMap((code) => {
  const one = String.fromCodePoint(Number.parseInt(code, 16));
  return [
    `pa${one}ul@adler.example`,
    `paul@ad${one}ler.example`,
    `paul@adler.example${one}`,
    `${one}paul@adler.example`,
  ];
});

const oneMailbox = /^[^\s@<>,;:"()[\]\\]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*$/;
const breaks = /[\p{Cc}\u2028\u2029]/u;

const inUnicode = (address: string): string => {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}@${domainToUnicode(address.slice(at + 1))}`;
};

const asks = (to: string) => [
  { action: "gmail.send_message", ask: { to: [to], subject: "Keys", text: "Here." } },
  { action: "gmail.send_message", ask: { to: ["ana@weiss.example"], cc: [to], subject: "Keys", text: "Here." } },
  { action: "files.write_mail", ask: { to: [to], subject: "Keys", text: "Here." } },
  { action: "handoff.mail", ask: { to: [to], subject: "Keys", text: "Here." } },
  { action: "home.update_contact", ask: { person: null, set: { name: "Paul" }, add: { emails: [to] } } },
];

/** What is shown of a card for that ask; null when there is none. */
async function previewed(
  gmail: Awaited<ReturnType<MailLife["open"]>>,
  action: string,
  ask: unknown,
): Promise<Preview | null> {
  const { door } = action.startsWith("gmail.") ? gmail : own;
  const answer = await door.propose([{ action, account: null, ask, after: null }], ownersOrigin);
  return answer.kind === "refused" ? null : (answer.bundle.cards[0]?.preview ?? null);
}

describe("a recipient", () => {
  it("is exactly one mailbox, or there is no card", async () => {
    const gmail = await life.open();
    for (const to of noMailbox) {
      for (const { action, ask } of asks(to)) {
        expect(await previewed(gmail, action, ask), `${action} ${JSON.stringify(to)}`).toBeNull();
      }
    }
    await gmail.close();
  });

  it("is refused with invisible characters in it, not cleaned of them", async () => {
    const gmail = await life.open();
    const taken: string[] = [];
    for (const to of withInvisible) {
      for (const { action, ask } of asks(to)) {
        if ((await previewed(gmail, action, ask)) !== null) taken.push(`${action} ${JSON.stringify(to)}`);
      }
    }
    await gmail.close();
    expect(taken).toEqual([]);
  });

  it("of an invitation is one mailbox without invisible characters, too", async () => {
    const create = (await allDoors())
      .flatMap(({ actions }) => actions)
      .find(({ name }) => name === "calendar.create_event");
    if (create === undefined) throw new Error("no calendar");
    const times = { start: "2026-12-04T10:00", end: "2026-12-04T11:00" };
    const fill = async (guest: string): Promise<unknown> => {
      const look = { ...plainLook(own.home, null), account: "clara@weiss.example" };
      const ask = create.ask.parse({ title: "Lunch", ...times, guests: [guest] });
      return create.input.parse(await create.resolve(ask, look));
    };
    expect(await fill("Paul Adler <paul@adler.example>")).toMatchObject({ guests: ["paul@adler.example"] });
    const taken: string[] = [];
    for (const guest of [...noMailbox, ...withInvisible]) {
      if (
        await fill(guest).then(
          () => true,
          () => false,
        )
      )
        taken.push(guest);
    }
    expect(taken).toEqual([]);
  });

  const pairs = z
    .object({ pairs: z.array(z.looseObject({ candidate: z.string() })) })
    .safeParse(securityFile("homographs.json"));
  it.skipIf(!pairs.success)(
    "that imitates another is never taken for it (skipped without the shared data)",
    async () => {
      const gmail = await life.open();
      for (const { candidate } of pairs.data?.pairs ?? []) {
        const shown = await previewed(gmail, "gmail.send_message", { to: [candidate], subject: "Keys", text: "Here." });
        if (shown === null) continue;
        expect(shown.recipients).toHaveLength(1);
        expect(shown.recipients[0]?.address).toMatch(oneMailbox);
      }
      await gmail.close();
    },
  );
});

const nasty = fc
  .array(
    fc.constantFrom(
      "paul",
      "@",
      "adler.example",
      "eve@evil.example",
      ",",
      ";",
      ":",
      "<",
      ">",
      '"',
      "(",
      ")",
      "\\",
      "\r\n",
      "\n",
      "\r",
      "\u0000",
      "\u001b[2K",
      "\u202e",
      "\u200b",
      "\u2028",
      " ",
      "Bcc: ",
      "Content-Type: text/html",
      "=?utf-8?q?=0D=0ABcc:?=",
      "%0d%0a",
      "é",
      "а",
      "𝐩",
      "{{7*7}}",
      "$(id)",
      "\ud800",
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(""));

describe("whatever is asked", () => {
  it("a card has as many recipients as were asked for, and no line break or hidden character in a field", async () => {
    const gmail = await life.open();
    const request = fc.record({
      to: fc.array(fc.oneof(nasty, fc.constant("paul@adler.example")), { minLength: 1, maxLength: 3 }),
      subject: fc.oneof(nasty, fc.constant("Keys")),
      text: fc.oneof(nasty, fc.constant("Here.")),
    });
    let cards = 0;
    await fc.assert(
      fc.asyncProperty(
        request,
        fc.constantFrom("gmail.send_message", "files.write_mail", "handoff.mail"),
        async (ask, action) => {
          const shown = await previewed(gmail, action, ask);
          if (shown === null) return;
          cards += 1;
          expect(shown.recipients).toHaveLength(ask.to.length);
          for (const { address, name } of shown.recipients) {
            expect(address).toMatch(oneMailbox);
            expect(ask.to.join(" ").toLowerCase()).toContain(inUnicode(address));
            expect(name).not.toMatch(breaks);
          }
          for (const { label, value } of shown.fields) expect(`${label} ${value}`).not.toMatch(breaks);
          expect(shown.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
        },
      ),
      { numRuns: 400, seed: 4 },
    );
    await gmail.close();
    expect(cards).toBeGreaterThan(20);
  }, 60_000);
});

describe("a hidden copy", () => {
  const bcc = { to: ["paul@adler.example"], bcc: ["ana@weiss.example"], subject: "Keys", text: "Here." };

  it("that the owner did not say by that word is a red warning, and stands before every other recipient", async () => {
    const gmail = await life.open();
    const origin = { ...ownersOrigin, by: "model" as const, utterance: "Tell Paul that the keys are here." };
    const steps = [{ action: "gmail.send_message", account: null, ask: bcc, after: null }];
    const answer = await gmail.door.propose(steps, origin);
    if (answer.kind === "refused") throw new Error(answer.text);
    const [view] = answer.bundle.cards;
    expect(view?.preview.recipients.map(({ role }) => role)).toEqual(["bcc", "to"]);
    expect(view?.verdict.warnings).toContainEqual(expect.objectContaining({ code: "bcc", level: "red" }));
    expect(view?.verdict.friction).toBe("red");
    await gmail.close();
  });

  it("cannot be asked for of any action but a new mail", async () => {
    const gmail = await life.open();
    const thread = await gmail.threadOf(life.ids.paul);
    for (const action of ["gmail.reply", "gmail.reply_all", "gmail.forward"]) {
      const ask = { thread, text: "Here.", ...(action.endsWith("forward") ? { to: ["paul@adler.example"] } : {}) };
      expect(await previewed(gmail, action, ask), action).not.toBeNull();
      expect(await previewed(gmail, action, { ...ask, bcc: ["eve@evil.example"] }), action).toBeNull();
    }
    for (const action of ["files.write_mail", "handoff.mail"]) expect(await previewed(gmail, action, bcc)).toBeNull();
    await gmail.close();
  });
});
