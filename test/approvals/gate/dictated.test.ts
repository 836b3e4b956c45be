import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DictatedRequest, dictated, offerDictated } from "../../../approvals/gate/dictated.ts";
import { gate } from "../../../approvals/gate/gate.ts";
import { saysSomethingElse } from "../../../approvals/gate/say-the-same.ts";
import { blankPreview } from "../../../src/core/action.ts";
import { defaultPolicy } from "../../../src/core/policy.ts";

const names = { recipient: ["Paul Adler"], others: ["Tom Reyes", "Paula Stein"], owner: ["Clara Weiss"] };
const address = "paul@adler.example";

function request(given: Partial<DictatedRequest> = {}, text = "I'm coming at 8."): DictatedRequest {
  const typed = given.typed === undefined ? "Tell Paul I'm coming at 8" : given.typed;
  const preview = {
    ...blankPreview,
    title: "Message to Paul Adler",
    recipients: [{ role: "to" as const, channel: "mail" as const, address, name: "Paul Adler" }],
    text,
  };
  const origin = {
    by: "owner" as const,
    requestId: "r",
    surface: "telegram" as const,
    utterance: typed,
    rule: null,
    itemsRead: [],
    openedThreads: [],
    callId: "c",
  };
  const facts = {
    recipients: [
      {
        role: "to",
        address,
        standing: "known" as const,
        via: "written_to" as const,
        writtenTo: 6,
        lastWrittenAt: "2026-11-01T00:00:00.000Z",
        resembles: null,
        itemIds: [],
      },
    ],
    warnings: [],
    values: [],
    unanswered: [],
  };
  const policy = { ...defaultPolicy(), dictated: "send" as const };
  const base = { origin, preview, facts, policy, typed, names, ...given };
  const content = { action: "gmail.send_message", account: "", tier: "send" as const, input: {}, expiresAt: "" };
  const action = { name: content.action, tier: content.tier };
  return { ...base, verdict: given.verdict ?? gate({ ...base, action, raisedTier: "send", content }) };
}

const plain = request();
const why = (given: Partial<DictatedRequest>, text?: string): string => {
  const answer = dictated(request(given, text));
  return answer.dictated ? "dictated" : answer.why;
};

describe("a dictated message", () => {
  it("goes where the policy says send, and says when nothing but the policy is against it", () => {
    expect(dictated(plain)).toEqual({ dictated: true });
    expect(dictated({ ...plain, origin: { ...plain.origin, by: "model" } })).toEqual({ dictated: true });
    expect(dictated({ ...plain, policy: defaultPolicy() })).toEqual({
      dictated: false,
      why: "policy.yaml says dictated: ask",
      onlyPolicy: true,
    });
    expect([0, 2, 3].map(offerDictated)).toEqual([false, false, true]);
  });

  const { origin, preview, facts } = plain;
  const [recipient] = facts.recipients;
  const line = { id: "1", label: "", detail: "", group: "" };
  const file = { name: "a.txt", mediaType: "text/plain", sizeBytes: 1, sha256: "x", text: "" };
  it.each<[string, Partial<DictatedRequest>, RegExp]>([
    ["a rule asked", { origin: { ...origin, by: "rule", rule: "x" } }, /owner did not ask/],
    ["a rule without a name asked", { origin: { ...origin, by: "rule" } }, /owner did not ask/],
    ["a schedule asked", { origin: { ...origin, surface: "schedule" } }, /owner did not ask/],
    ["something was read", { origin: { ...origin, itemsRead: [1] } }, /something was read/],
    ["a thread was opened", { origin: { ...origin, openedThreads: [1] } }, /something was read/],
    ["the door kept no words", { typed: null }, /no words of the owner/],
    ["the proposal has other words", { origin: { ...origin, utterance: "Tell Paul yes" } }, /no words of the owner/],
    ["it is a hand-off", { preview: { ...preview, handOff: { url: null, steps: [] } } }, /not a message/],
    ["it is critical", { verdict: { ...plain.verdict, tier: "critical" } }, /not a message/],
    ["it is amber", { verdict: { ...plain.verdict, friction: "amber" } }, /gate warns/],
    ["it has a file", { preview: { ...preview, files: [file] } }, /has a file/],
    ["it changes something, too", { preview: { ...preview, lines: [line] } }, /more than send/],
    ["it has consequences", { preview: { ...preview, consequences: ["x"] } }, /more than send/],
    ["it has other fields", { preview: { ...preview, fields: [{ label: "Place", value: "" }] } }, /more than send/],
    ["something is not known", { facts: { ...facts, unanswered: ["x"] } }, /gate warns|not known/],
    ["nobody was looked into", { facts: { ...facts, recipients: [] } }, /gate warns|one person/],
  ])("is asked when %s", (_, given, said) => {
    expect(why(given)).toMatch(said);
  });

  it("is asked when the gate would say a word, even a note, or the owner's rule asks", () => {
    const note = { code: "secret" as const, level: "note" as const, text: "x", about: "", itemIds: [] };
    expect(why({ facts: { ...facts, warnings: [note] } })).toMatch(/gate warns/);
    const asks = [{ do: "ask" as const, when: { action: "gmail.*" }, needs: "green" as const, why: "x" }];
    expect(why({ policy: { ...plain.policy, rules: asks } })).toMatch(/gate warns/);
  });

  it("reaches one person, to whom the owner wrote there before", () => {
    if (recipient === undefined) throw new Error("no recipient");
    const never = { ...facts, recipients: [{ ...recipient, writtenTo: 0 }] };
    expect(why({ facts: never })).toMatch(/never wrote/);
    const [one] = preview.recipients;
    if (one === undefined) throw new Error("no recipient");
    const two = {
      preview: { ...preview, recipients: [one, { ...one, address: "tom@reyes.example" }] },
      facts: { ...facts, recipients: [recipient, { ...recipient, address: "tom@reyes.example" }] },
    };
    expect(why(two)).toMatch(/one person/);
    expect(why({ preview: { ...preview, recipients: [{ ...one, role: "cc" }] } })).toMatch(/one person/);
  });

  it("has a subject of the owner's words, or none", () => {
    const subject = (value: string) => ({ preview: { ...preview, fields: [{ label: "Subject", value }] } });
    expect(why(subject("Coming at 8"))).toBe("dictated");
    expect(why(subject(""))).toBe("dictated");
    expect(why(subject("Urgent"))).toMatch(/subject's “urgent”/);
  });

  it.each([
    ["see https://adler.example", /link/],
    ["see adler.example", /link/],
    ["write tom@reyes.example", /link/],
    ["pay 40 €", /amount/],
    ["pay 40 euros", /amount/],
    ["the code is 4711", /code/],
    ["the code is 47 11", /code/],
    ["yes 🙂", /no writing/],
    ["ye\u200bs", /no writing/],
    [" ", /no text/],
    ["yes ".repeat(80), /280/],
  ])("is asked when its text is %j", (text, said) => {
    expect(why({ typed: `Tell Paul ${text}` }, text)).toMatch(said);
  });
});

describe("the owner's own words", () => {
  it.each([
    ["Tell Paul I'm coming at 8, not 7", "Hi Paul, I am coming at 8, not 7. Clara"],
    ["Tell my friend Paul I'm coming at 8", "I'm coming at 8"],
    ["tell Paul dinner is at 8pm", "Dinner is at 8 pm"],
    ["Text Paul: see you tomorrow", "See you tomorrow!"],
    ["Let Paul Adler know I'll be late", "Hello Paul, I will be late. Best regards, Clara Weiss"],
    ["Ask Paul: are you in Berlin?", "Are you in Berlin?"],
    ["Ask Paul if lunch works", "Lunch works?"],
    ["tell Paul I can't come", "I cannot come."],
    ["Sag Paul, dass ich um acht komme", "Hallo Paul, ich komme um acht. Clara"],
    ["Sag Paul, dass ich nicht komme", "Ich komme nicht."],
    ["Schreib Paul bitte: Der Schlüssel liegt unter der Matte", "Der Schlüssel liegt unter der Matte."],
    ["Dis à Paul que je ne viens pas", "Salut Paul, je ne viens pas."],
    ["Demande à Paul si le train part à 8 heures", "Bonjour Paul, le train part à 8 heures ?"],
  ])("are the same in %j and %j", (asked, said) => {
    expect(saysSomethingElse(asked, said, names)).toBeNull();
  });

  it.each([
    ["Tell Paul I can't come", "I can come", /“not” was said/],
    ["Tell Paul I can come", "I can't come", /“not” is not/],
    ["Tell Paul I'm coming at 8", "I'm coming at 9", /“9” is not/],
    ["Tell Paul I'm coming tonight, not tomorrow", "I'm coming tomorrow, not tonight", /another order/],
    ["Tell Paul Tom owes Anna", "Anna owes Tom", /another order/],
    ["Tell Paul I miss her", "I miss you", /“you” is not/],
    ["Tell Paul my friend is ill", "Is ill", /“my” was said/],
    ["Tell my friend I'm coming at 8", "I'm coming at 8", /does not name/],
    ["Tell Paul thanks", "Thanks, love you", /“love” is not/],
    ["Tell Paul hello hello", "hello Paul hello hello hello", /“hello” is not/],
    ["Tell Paul I'm coming with Tom", "I'm coming", /“with” was said/],
    ["Tell Paul you are late", "You are late?", /one asks/],
    ["Ask Paul if lunch works", "Lunch works.", /one asks/],
    ["Tell Tom yes", "Yes", /does not name/],
    ["yes", "yes", /does not name/],
    ["Tell him yes", "Yes", /does not name/],
    ["Tell Paul", "Hello", /nothing of the message/],
    ["Tell Paul hi", "Hi, die", /“die” is not/],
    ["Sag Paul, dass ich um acht komme", "Ich komme um neun", /“neun” is not/],
    ["Sag Paul, dass ich heute, nicht morgen komme", "Ich komme morgen, nicht heute", /another order/],
    ["Dis à Paul que je ne viens pas", "Je viens", /“ne” was said/],
    ["Sag Paul: la mer", "la mer", /does not name/],
    ["Скажи Paul да", "да", /does not name/],
  ])("are not the same in %j and %j", (asked, said, because) => {
    expect(saysSomethingElse(asked, said, names)).toMatch(because);
  });

  it("name one person only: a name that two have is not enough, the whole name is", () => {
    const two = { ...names, others: ["Paul Meier"] };
    expect(saysSomethingElse("Tell Paul yes", "Yes", two)).toMatch(/somebody else has that name/);
    expect(saysSomethingElse("Tell Paul Adler yes", "Yes", two)).toBeNull();
  });

  it("are not the same when any word that counts is added, left out or changed", () => {
    const word = fc.constantFrom("car", "garden", "never", "8", "Tom", "before", "blue", "stop");
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), word, fc.nat(), (said, other, place) => {
        const asked = `Tell Paul: ${said.join(" ")}`;
        expect(saysSomethingElse(asked, said.join(" "), names)).toBeNull();
        expect(
          saysSomethingElse(asked, said.toSpliced(place % (said.length + 1), 0, other).join(" "), names),
        ).not.toBeNull();
        expect(saysSomethingElse(asked, said.toSpliced(place % said.length, 1).join(" "), names)).not.toBeNull();
        const changed = said.map((one, at) => (at === place % said.length ? `${other}x` : one));
        expect(saysSomethingElse(asked, changed.join(" "), names)).not.toBeNull();
      }),
    );
  });
});
