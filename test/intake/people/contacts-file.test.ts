import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contactsTemplate } from "../../../src/formats/contacts/edit-contacts.ts";
import { readContactsFile, syncContacts } from "../../../src/intake/people/contacts-file.ts";
import { samePerson } from "../../../src/store/person-decisions.ts";
import { applyOwner } from "../../../src/store/person-owner-apply.ts";
import {
  chatLine,
  contactItem,
  dumpPeople,
  groupsOf,
  identityOf,
  mail,
  storeMaker,
  take,
} from "../../store/people-fixture.ts";

const newStore = storeMaker();
const header = "name,aliases,emails,phones,handles,organisation,role,relation,language,notes\n";
const de = { region: "DE" };

test("the template is the documented header, and syncing it gives nobody and no problem", async () => {
  const store = await newStore();
  expect(contactsTemplate).toBe(header);
  expect(await syncContacts(store, contactsTemplate, de)).toEqual({ people: 0, problems: [], changed: false });
});

test("a row joins its addresses, numbers, handles and chat names into one person in contacts", async () => {
  const store = await newStore();
  await take(store, [
    mail({ id: "a", from: "claire@bridge.example", to: ["me@x.example"] }),
    chatLine("Claire D", "Claire D", "2026-11-01T10:00:00.000Z"),
  ]);
  const row =
    "Claire Dubois,Claire D; CD,claire@bridge.example; c@home.example,0171 2345678,telegram:@claire; whatsapp:Claire D,Bridge,,friend,fr,\n";
  const synced = await syncContacts(store, header + row, de);
  expect(synced).toEqual({ people: 1, problems: [], changed: true });
  expect(groupsOf(store)).toContain(
    "+491712345678 = c@home.example = claire@bridge.example = telegram:@claire = whatsapp:Claire D",
  );
  expect(identityOf(store, "whatsapp:Claire D")).toMatchObject({ person: "Claire Dubois", in_contacts: 1 });
  expect(identityOf(store, "me@x.example").in_contacts).toBe(0);
});

test("a number is the same however it is written (K8)", async () => {
  for (const written of ["0171 2345678", "+49 171 2345678", "0049171-2345678", "(0171) 234 56 78"]) {
    const store = await newStore();
    await syncContacts(store, `${header}Tom,,,${written},,,,,,\n`, de);
    expect(groupsOf(store)).toEqual(["+491712345678"]);
  }
});

test("columns in another order, semicolons, a byte order mark and line breaks in a cell give the same people (K1, K2)", async () => {
  const plain = await newStore();
  const other = await newStore();
  await syncContacts(plain, `${header}"Ana 🌿 Sá",,ana@x.example; a2@x.example,,,Lumen,,,,"line 1\nline 2"\n`, de);
  await syncContacts(
    other,
    `\ufeffnotes;emails;Name;shoe size;organisation\r\n"line 1\nline 2";"ana@x.example; a2@x.example";Ana 🌿 Sá;39;Lumen\r\n`,
    de,
  );
  expect(groupsOf(other)).toEqual(groupsOf(plain));
  expect(identityOf(other, "a2@x.example")).toMatchObject({ person: "Ana 🌿 Sá", in_contacts: 1 });
});

test("bad values and empty rows are problems with their row, and the rest of the row counts", async () => {
  const store = await newStore();
  const { people, problems } = await syncContacts(
    store,
    `${header}Tom,,nonsense; tom@x.example,12,@tom,,,,,\n\n,,,,,Lonely Ltd,,,,\nMum,,,,,,,,,\nMum,,,,,,,,,\n`,
    de,
  );
  expect(people).toBe(2);
  expect(problems.map((one) => [one.rowNumber, one.reason])).toEqual([
    [2, '"nonsense" is not an e-mail address'],
    [2, '"12" is not a phone number (read as in DE)'],
    [2, '"@tom" does not say its service, as telegram:@name does'],
    [4, "this row names nobody: no name, address, number or handle"],
    [6, '"Mum" is already in a row above, and nothing tells the two apart'],
  ]);
  expect(identityOf(store, "tom@x.example").in_contacts).toBe(1);
});

test("an address in two rows is a problem and belongs to the first row only", async () => {
  const store = await newStore();
  const contents = `${header}Anna,,both@x.example; anna@x.example,,,,,,,\nBert,,Both@X.example; bert@x.example,,,,,,,\n`;
  const { problems } = await syncContacts(store, contents, de);
  expect(problems).toEqual([{ rowNumber: 3, reason: "both@x.example is in row 2 too; it counts there only" }]);
  expect(groupsOf(store)).toEqual(["anna@x.example = both@x.example", "bert@x.example"]);
});

test("syncing twice changes nothing", async () => {
  const store = await newStore();
  const cell = fc.constantFrom("a@x.example", "b@x.example", "c@x.example; d@x.example", "0171 2345678", "bad", "");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom("Ann", "Bob", "Cy", ""), cell, cell), { maxLength: 6 }),
      async (rows) => {
        const contents = header + rows.map(([name, emails, phones]) => `${name},,${emails},${phones},,,,,,\n`).join("");
        const first = await syncContacts(store, contents, de);
        const before = dumpPeople(store);
        expect(await syncContacts(store, contents, de)).toEqual({ ...first, changed: false });
        expect(dumpPeople(store)).toBe(before);
      },
    ),
    { numRuns: 40 },
  );
});

test("a removed row is no longer in contacts and its identities part again, whatever came in between (K9)", async () => {
  const store = await newStore();
  const anna = "Anna,,anna@x.example; a@home.example,,,,,,,\n";
  const bert = "Bert,,bert@x.example,,,,,,,\n";
  await syncContacts(store, header + anna + bert, de);
  await syncContacts(store, header + bert, de);
  expect(groupsOf(store)).toEqual(["a@home.example", "anna@x.example", "bert@x.example"]);
  expect(identityOf(store, "anna@x.example")).toMatchObject({ in_contacts: 0, person: "anna@x.example" });
  expect(identityOf(store, "bert@x.example").in_contacts).toBe(1);
});

test("an imported address book makes nobody known and joins nobody", async () => {
  const store = await newStore();
  const contact = {
    names: ["Ann"],
    emails: ["ann@x.example", "ann2@x.example"],
    phones: [],
    handles: [],
    organisation: "",
    title: "",
    birthday: "",
    notes: "",
  };
  await take(store, [contactItem("c1", contact)]);
  await syncContacts(store, header, de);
  expect(groupsOf(store)).toEqual(["ann2@x.example", "ann@x.example"]);
  expect(identityOf(store, "ann@x.example").in_contacts).toBe(0);
});

test("a decision that contradicts the rows is listed as a problem after the next sync", async () => {
  const store = await newStore();
  await syncContacts(store, `${header}Ann,,ann@x.example,,,,,,,\n`, de);
  await take(store, [mail({ id: "m", from: "ann@y.example", name: "Ann", to: ["me@x.example"] })]);
  await samePerson(
    store,
    { identityId: identityOf(store, "ann@x.example").id },
    { identityId: identityOf(store, "ann@y.example").id },
  );
  expect(identityOf(store, "ann@y.example")).toMatchObject({ person: "Ann", in_contacts: 1 });
  const { problems } = await syncContacts(
    store,
    `${header}Ann,,ann@x.example,,,,,,,\nOther Ann,,ann@y.example,,,,,,,\n`,
    de,
  );
  expect(problems).toEqual([{ rowNumber: 3, reason: expect.stringContaining("in two rows, and its rows win") }]);
  expect(identityOf(store, "ann@y.example").person).toBe("Other Ann");
});

test("the owner's address in somebody else's row does not make that person the owner", async () => {
  const store = await newStore();
  await applyOwner(store, ["me@x.example"], ["Clara Weiss"]);
  const { problems } = await syncContacts(store, `${header}Mum,,me@x.example; mum@x.example,,,,,,,\n`, de);
  expect(problems).toEqual([{ rowNumber: 2, reason: expect.stringContaining("me@x.example is your own address") }]);
  expect(groupsOf(store)).toEqual(["me@x.example", "mum@x.example"]);
  await syncContacts(store, `${header}Clara Weiss,,me@x.example; clara@work.example,,,,,,,\n`, de);
  expect(groupsOf(store)).toContain("clara@work.example = me@x.example");
});

test("a file is read with its byte order mark, a missing one is nobody's, and a foreign encoding may not be written back", async () => {
  const folder = mkdtempSync(join(tmpdir(), "steward-contacts-"));
  try {
    const path = join(folder, "contacts.csv");
    expect(await readContactsFile(path)).toBeNull();
    writeFileSync(path, "\ufeffname\r\nÉ\u0000\r\n");
    expect(await readContactsFile(path)).toEqual({ text: "\ufeffname\r\nÉ\u0000\r\n", isExact: true });
    writeFileSync(path, Buffer.from("name\nZo\xeb\n", "latin1"));
    expect(await readContactsFile(path)).toEqual({ text: "name\nZoë\n", isExact: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
