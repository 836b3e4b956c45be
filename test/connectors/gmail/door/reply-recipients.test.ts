// Holds R18.
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Mailbox } from "../../../../connectors/gmail/outgoing-mail.ts";
import { readMailboxes } from "../../../../connectors/gmail/read-mailboxes.ts";
import {
  type MailParties,
  ownAddresses,
  replyFrom,
  replyRecipients,
} from "../../../../connectors/gmail/reply-recipients.ts";
import { googleSecretName } from "../../../../connectors/google-account/secret-names.ts";
import type { Preview } from "../../../../src/core/action.ts";
import { clara } from "../gmail-fixture.ts";
import { alias, type MailDoor, MailLife } from "./mail-door.ts";

const isOwn = ownAddresses([clara, alias, "clara.weiss@gmail.com"]);
const parties = (fields: Partial<Record<"from" | "replyTo" | "to" | "cc", string>>): MailParties => ({
  from: readMailboxes(fields.from ?? "paul@adler.example"),
  replyTo: readMailboxes(fields.replyTo ?? ""),
  to: readMailboxes(fields.to ?? clara),
  cc: readMailboxes(fields.cc ?? ""),
  deliveredTo: null,
});
const answer = (fields: Parameters<typeof parties>[0], all = true) => {
  const { to, cc } = replyRecipients(parties(fields), isOwn, all);
  return [to, cc].map((list) => list.map(({ address }) => address));
};

describe("who gets an answer (G12)", () => {
  it("is who wrote, and with reply-all everybody else, without the owner's addresses and nobody twice", () => {
    const asked = {
      from: "Paul <paul@adler.example>",
      to: `Clara <${clara}>, ana@b.example, ${alias}`,
      cc: "Ana <ANA@b.example>, ben@c.example, Clara.Weiss+x@gmail.com, paul@adler.example",
    };
    expect(answer(asked)).toEqual([["paul@adler.example"], ["ana@b.example", "ben@c.example"]]);
    expect(answer(asked, false)).toEqual([["paul@adler.example"], []]);
  });

  it("is where Reply-To says, all of it", () => {
    const asked = { replyTo: "list@l.example, desk@l.example", to: `${clara}, list@l.example`, cc: "ana@b.example" };
    expect(answer(asked)).toEqual([["list@l.example", "desk@l.example"], ["ana@b.example"]]);
    expect(answer(asked, false)).toEqual([["list@l.example", "desk@l.example"], []]);
  });

  it("of an own mail is who got it", () => {
    const asked = {
      from: alias,
      replyTo: "else@x.example",
      to: "paul@adler.example, ana@b.example",
      cc: `${clara}, ben@c.example`,
    };
    expect(answer(asked)).toEqual([["paul@adler.example", "ana@b.example"], ["ben@c.example"]]);
    expect(answer(asked, false)).toEqual([["paul@adler.example", "ana@b.example"], []]);
  });

  it("of a note to oneself is oneself, and of nothing nobody", () => {
    expect(answer({ from: clara, to: clara })).toEqual([[clara], []]);
    expect(answer({ from: clara, to: "" })).toEqual([[], []]);
    expect(answer({ from: clara, to: "", cc: "ana@b.example" })).toEqual([["ana@b.example"], []]);
  });

  it("takes dots and plus for the same mailbox at gmail.com only", () => {
    expect(["claraweiss@gmail.com", "c.lara.weiss+a@googlemail.com"].map(isOwn)).toEqual([true, true]);
    expect(["cla.ra@weiss.example", "clara+x@weiss.example", "claraweis@gmail.com"].map(isOwn)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("holds whatever the header says: nobody new, nobody twice, no own address beside others", () => {
    const address = fc.constantFrom(
      clara,
      alias,
      "a@x.example",
      "b@x.example",
      "c@x.example",
      "clara.weiss+1@gmail.com",
    );
    const list = fc.array(
      address.map((one): Mailbox => ({ name: "", address: one })),
      { maxLength: 5 },
    );
    const header = fc.record({ from: list, replyTo: list, to: list, cc: list, deliveredTo: fc.constant(null) });
    fc.assert(
      fc.property(header, fc.boolean(), (parent, all) => {
        const { to, cc } = replyRecipients(parent, isOwn, all);
        const reached = [...to, ...cc].map((one) => one.address);
        const named = [...parent.from, ...parent.replyTo, ...parent.to, ...parent.cc].map((one) => one.address);
        expect(new Set(reached).size).toBe(reached.length);
        expect(reached.every((one) => named.includes(one))).toBe(true);
        if (reached.some((one) => !isOwn(one))) expect(reached.filter(isOwn)).toEqual([]);
        if (!all) expect(cc).toEqual([]);
        if (to.length === 0) expect(cc).toEqual([]);
        if (all && !parent.from.some((one) => isOwn(one.address))) {
          const others = [...parent.to, ...parent.cc].map((one) => one.address).filter((one) => !isOwn(one));
          expect(others.every((one) => reached.includes(one))).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("who an answer is from (G12)", () => {
  const mayUse = [
    { mailbox: { name: "Clara", address: clara }, isDefault: true },
    { mailbox: { name: "Clara W.", address: alias }, isDefault: false },
  ];

  it("is the own address the mail was to, came from or was delivered to, else the usual one", () => {
    const from = (fields: Parameters<typeof parties>[0], deliveredTo: string | null = null) =>
      replyFrom({ ...parties(fields), deliveredTo }, mayUse)?.address;
    expect(from({ to: alias })).toBe(alias);
    expect(from({ to: "list@l.example", cc: alias })).toBe(alias);
    expect(from({ to: "list@l.example" }, alias)).toBe(alias);
    expect(from({ from: alias, to: "paul@adler.example" })).toBe(alias);
    expect(from({ to: "list@l.example" })).toBe(clara);
    expect(from({ to: "no@lumen.example" })).toBe(clara);
  });
});

describe("an answer that is filled in", () => {
  let life: MailLife;
  const open: MailDoor[] = [];
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    life = await new MailLife().begin((one) => {
      const mail = (name: string, fields: Record<string, string>, labels?: string[]) => {
        ids[name] = one.arrive(
          { "Message-ID": `<${name}@x.example>`, Subject: name, ...fields },
          `About ${name}.`,
          labels,
        ).id;
      };
      mail("list", {
        From: "Paul <paul@adler.example>",
        "Reply-To": "list@l.example",
        "List-Id": "<l.l.example>",
        To: `list@l.example, ${alias}`,
        Cc: `Ana <ana@b.example>, Clara <${clara}>, ANA@B.example`,
      });
      mail("mine", { From: `Clara <${alias}>`, To: "ana@b.example", Cc: `${clara}, ben@c.example` }, ["SENT"]);
      mail("evil", {
        From: '"a@b.c>, victim@z.example" <paul@adler.example>',
        To: clara,
        Subject: "=?utf-8?q?x=0D=0ABcc:_e@z.example?=",
      });
      mail("spam", { From: "x@spam.example", To: clara }, ["SPAM"]);
    });
  });
  afterEach(async () => {
    for (const door of open.splice(0)) await door.close();
  });
  afterAll(() => life.end());

  const lists = ({ recipients }: Preview) =>
    (["to", "cc", "bcc"] as const).map((role) =>
      recipients.filter((one) => one.role === role).map((one) => one.address),
    );

  async function fillIn(name: string, action = "gmail.reply_all") {
    const door = await life.open();
    open.push(door);
    const { view } = await door.propose(action, { thread: await door.threadOf(ids[name] ?? ""), text: "Yes." });
    const from = view.preview.fields.find(({ label }) => label === "From")?.value;
    const subject = view.preview.fields.find(({ label }) => label === "Subject")?.value;
    return { lists: lists(view.preview), from, subject, view, door };
  }

  it("is the same with Gmail at hand and from what was read alone", async () => {
    const without = async (name: string) => {
      const door = await life.open();
      open.push(door);
      const key = googleSecretName(clara, "write_refresh_token");
      const token = life.setup.secrets.get(key) ?? "";
      life.setup.secrets.delete(key);
      const { view } = await door.propose("gmail.reply_all", {
        thread: await door.threadOf(ids[name] ?? ""),
        text: "Yes.",
      });
      life.setup.secrets.set(key, token);
      expect(door.requests).toEqual([]);
      return view;
    };
    for (const name of ["list", "mine"]) {
      const [online, offline] = [(await fillIn(name)).view, await without(name)];
      expect(offline.preview.basis).toEqual(online.preview.basis);
      const known = ["threadId", "inReplyTo", "references", "subject", "text", "restsOn"];
      const pick = (input: unknown) => known.map((key) => Reflect.get(Object(input), key));
      expect(pick(offline.content.input)).toEqual(pick(online.content.input));
      expect(offline.missingAccess?.cure).toBe(`steward connect google --write gmail --account ${clara}`);
      expect(online.missingAccess).toBeNull();
    }
  });

  it("goes to the list and everybody else, from the address that got it, and says that it does not go to who wrote", async () => {
    const { lists: found, from, view } = await fillIn("list");
    expect([found, from]).toEqual([
      [["list@l.example"], ["ana@b.example"], []],
      `"Clara W." <${alias}>`.replaceAll('"', ""),
    ]);
    expect(view.preview.consequences.join(" ")).toContain("does not go to paul@adler.example");
    expect(view.preview.consequences.join(" ")).toContain("list or a machine");
  });

  it("follows an own mail up, to whoever got it", async () => {
    const { lists: found, from } = await fillIn("mine");
    expect([found, from]).toEqual([[["ana@b.example"], ["ben@c.example"], []], `Clara W. <${alias}>`]);
  });

  it("lets no header of others add a recipient or a line", async () => {
    const { lists: found, subject } = await fillIn("evil");
    expect(found).toEqual([["paul@adler.example"], [], []]);
    expect(subject).toBe("Re: x Bcc: e@z.example");
  });

  it("answers no conversation of another kind, and none that is not there", async () => {
    const door = await life.open();
    open.push(door);
    await expect(door.propose("gmail.reply", { thread: 99_999, text: "x" })).rejects.toThrow();
    const thread = await door.threadOf(life.ids.paul);
    await expect(door.propose("gmail.reply", { thread, text: " \n" })).rejects.toThrow("no text");
    await expect(door.propose("gmail.reply", { thread, text: "a\u0007b" })).rejects.toThrow("control characters");
    await expect(door.propose("gmail.reply", { thread, text: "a", bcc: ["e@z.example"] })).rejects.toThrow();
  });
});
