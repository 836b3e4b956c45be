import { expect, test } from "vitest";
import { syncContacts } from "../../src/intake/people/contacts-file.ts";
import { differentPeople, samePerson } from "../../src/store/person-decisions.ts";
import { applyOwner } from "../../src/store/person-owner-apply.ts";
import { getPerson } from "../../src/store/person-profiles.ts";
import { listSamePersonQuestions } from "../../src/store/person-questions.ts";
import { listPeople } from "../../src/store/person-search.ts";
import { refreshPeople } from "../../src/store/person-stats.ts";
import { saveVerdicts } from "../../src/store/verdicts.ts";
import { chatLine, groupsOf, identityOf, mail, storeMaker, take } from "./people-fixture.ts";

const newStore = storeMaker();
const header = "name,aliases,emails,phones,handles,organisation,role,relation,language,notes\n";
const contacts = `${header}Claire Dubois,Claire D,claire@bridge.example,0171 2345678,,TalentBridge,,,fr,\nMum,,,,,,,,,\n`;
const de = { region: "DE" };
const now = "2026-11-19T10:00:00.000Z";

test("a stranger under a known name becomes a question with the evidence against it, and joins nobody", async () => {
  const store = await newStore();
  await syncContacts(store, contacts, de);
  await take(store, [
    mail({ id: "1", from: "claire@evil.example", name: "Claire DUBOIS", to: ["me@x.example"], at: now }),
  ]);
  const questions = await listSamePersonQuestions(store, { limit: 10 });
  expect(questions).toMatchObject([
    {
      value: "claire@evil.example",
      contactName: "Claire Dubois",
      edit: { rowNumber: 2, column: "emails", value: "claire@evil.example" },
      matters: "they wrote within the last 90 days",
      evidence: [
        "it goes by the name in row 2 of contacts.csv",
        "another domain than claire@bridge.example; anybody can write under any name",
        "you never wrote to this address",
        "1 came from it, last on 2026-11-19",
      ],
    },
  ]);
  expect(identityOf(store, "claire@evil.example")).toMatchObject({ in_contacts: 0, person: "Claire DUBOIS" });
  expect(groupsOf(store)).toContain("claire@evil.example");
});

test("a sender whose mail looks like a trap is not even asked about", async () => {
  const store = await newStore();
  await syncContacts(store, contacts, de);
  await take(store, [
    mail({ id: "1", from: "claire@evil.example", name: "Claire Dubois", to: ["me@x.example"], at: now }),
  ]);
  const threadId = store.read.number("SELECT thread_id FROM items") ?? 0;
  const verdict = {
    threadId,
    class: "care" as const,
    score: 1,
    signals: [],
    line: "",
    lineItemId: null,
    ignoredAs: null,
  };
  await store.write((tx) => saveVerdicts(tx, [{ verdict, lastItemId: null, itemCount: 1 }], "1"));
  expect(await listSamePersonQuestions(store, { limit: 10 })).toEqual([]);
});

test("a chat name equal to a name or alias is asked about, also for a row without any address", async () => {
  const store = await newStore();
  await syncContacts(store, contacts, de);
  await take(store, [
    chatLine("Claire D", "Claire D", now),
    chatLine("Mum", "Mum", now),
    chatLine("x", "~ Claire Dubois", now),
    chatLine("Tom", "Tom", now),
  ]);
  const questions = await listSamePersonQuestions(store, { limit: 10 });
  expect(questions.map((one) => [one.value, one.contactName, one.contactIdentityId === null]).sort()).toEqual([
    ["whatsapp:Claire D", "Claire Dubois", false],
    ["whatsapp:Mum", "Mum", true],
  ]);
});

test("what was decided either way is never asked again, for any address of the two", async () => {
  for (const decide of [samePerson, differentPeople]) {
    const store = await newStore();
    await syncContacts(store, contacts, de);
    await take(store, [chatLine("Claire D", "Claire D", now)]);
    const [question] = await listSamePersonQuestions(store, { limit: 10 });
    expect(question).toBeDefined();
    await decide(store, { identityId: question?.identityId ?? 0 }, { identityId: question?.contactIdentityId ?? 0 });
    await syncContacts(store, contacts, de);
    expect(await listSamePersonQuestions(store, { limit: 10 })).toEqual([]);
  }
});

test("no can be said about a row that is only a name, and stays said", async () => {
  const store = await newStore();
  await syncContacts(store, contacts, de);
  await take(store, [chatLine("Mum", "Mum", now)]);
  const [question] = await listSamePersonQuestions(store, { limit: 10 });
  const outcome = await differentPeople(
    store,
    { identityId: question?.identityId ?? 0 },
    { personId: question?.contactPersonId ?? 0 },
  );
  expect(outcome.outcome).toBe("done");
  await syncContacts(store, contacts, de);
  expect(await listSamePersonQuestions(store, { limit: 10 })).toEqual([]);
  expect((await getPerson(store, "Mum")).map((one) => one.identities.map((each) => each.value)).sort()).toEqual([
    [],
    ["whatsapp:Mum"],
  ]);
});

test("an old mail of a namesake is not worth a question", async () => {
  const store = await newStore();
  await syncContacts(store, contacts, de);
  await take(store, [
    mail({
      id: "1",
      from: "claire@old.example",
      name: "Claire Dubois",
      to: ["me@x.example"],
      at: "2020-01-01T10:00:00.000Z",
    }),
    mail({ id: "2", from: "tom@y.example", name: "Tom Reyes", to: ["me@x.example"], at: now }),
  ]);
  expect(await listSamePersonQuestions(store, { limit: 10 })).toEqual([]);
});

test("people are found by address, number, name, alias or beginning of words, and known ones say why", async () => {
  const store = await newStore();
  await syncContacts(store, contacts, de);
  await take(store, [
    mail({ id: "1", from: "me@x.example", to: ["tom@lumen.example"], sent: true, at: now }),
    mail({ id: "2", from: "spam@z.example", name: "Claire Voyant", to: ["me@x.example"], at: now }),
  ]);
  await applyOwner(store, ["me@x.example"], ["Clara Weiss"]);
  await refreshPeople(store, { added: true });
  const names = async (query: string) => (await getPerson(store, query, de)).map((one) => one.name);
  expect(await names("CLAIRE@bridge.example")).toEqual(["Claire Dubois"]);
  expect(await names("0049 171 2345678")).toEqual(["Claire Dubois"]);
  expect(await names("claire d")).toEqual(["Claire Dubois"]);
  expect(await names("clai")).toEqual(["Claire Dubois", "Claire Voyant"]);
  expect(await names("talent")).toEqual(["Claire Dubois"]);
  expect(await names("nobody")).toEqual([]);
  const [tom] = await getPerson(store, "tom@lumen.example");
  expect(tom).toMatchObject({ known: true, why: "you wrote to it once, last on 2026-11-19", contactRow: null });
  expect(tom?.recentThreads).toHaveLength(1);
  const [claire] = await getPerson(store, "Claire Dubois");
  expect(claire).toMatchObject({ why: "in contacts.csv, row 2", contactRow: { rowNumber: 2, language: "fr" } });
  const listed = await listPeople(store, { query: null, limit: 10 });
  expect(listed.map((one) => [one.name, one.known])).toEqual([
    ["tom@lumen.example", true],
    ["Claire Dubois", true],
    ["Mum", false],
    ["Claire Voyant", false],
  ]);
});
