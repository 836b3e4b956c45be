import fc from "fast-check";
import { expect, test } from "vitest";
import { untrusted } from "../../../src/core/untrusted.ts";
import { acceptSuggestions } from "../../../src/intake/people/accept-suggestions.ts";
import { syncContacts } from "../../../src/intake/people/contacts-file.ts";
import { readSignature } from "../../../src/intake/people/read-signature.ts";
import { renderSuggestions } from "../../../src/intake/people/render-suggestions.ts";
import { type ContactSuggestion, suggestContacts } from "../../../src/intake/people/suggest-contacts.ts";
import { applyOwner } from "../../../src/store/person-owner-apply.ts";
import { refreshPeople } from "../../../src/store/person-stats.ts";
import { chatLine, contactItem, groupsOf, identityOf, mail, storeMaker, take } from "../../store/people-fixture.ts";

const newStore = storeMaker();
const de = { region: "DE" };
const header = "name,aliases,emails,phones,handles,organisation,role,relation,language,notes\n";
const at = (day: number): string => `2026-11-${String(day).padStart(2, "0")}T10:00:00.000Z`;

const tomSignature =
  "Tom Reyes\nHead of Recruiting | Lumen GmbH\nTel.: 0171 2345678\nFax: 030 9999999\nwww.lumen.example";

test("people written to twice are proposed with what their own signature says, and with evidence", async () => {
  const store = await newStore();
  await take(store, [
    mail({
      id: "1",
      from: "me@x.example",
      to: ["tom@lumen.example", "once@y.example", "noreply@shop.example"],
      sent: true,
      at: at(1),
    }),
    mail({ id: "2", from: "me@x.example", to: ["tom@lumen.example", "noreply@shop.example"], sent: true, at: at(2) }),
    mail({
      id: "3",
      from: "tom@lumen.example",
      name: "Tom Reyes",
      to: ["me@x.example"],
      at: at(3),
      signature: tomSignature,
    }),
    chatLine("Mia", "Mia", at(4)),
    chatLine("Mia", "Clara", at(5)),
    contactItem("c", {
      names: ["Thomas"],
      emails: ["TOM@lumen.example", "tr@home.example"],
      phones: [],
      handles: [],
      organisation: "",
      title: "",
      birthday: "",
      notes: "",
    }),
  ]);
  await applyOwner(store, ["me@x.example", "whatsapp:Clara"], ["Clara"]);
  await refreshPeople(store, { added: true });
  const suggestions = await suggestContacts(store, { limit: 10, region: "DE" });
  expect(suggestions).toMatchObject([
    {
      name: "Thomas",
      emails: ["tom@lumen.example", "tr@home.example"],
      phones: ["+491712345678"],
      organisation: "Lumen GmbH",
      role: "Head of Recruiting",
      evidence: [
        "you wrote to tom@lumen.example 2 times, last on 2026-11-02",
        "in your address book x",
        "+491712345678 is in their signature of 2026-11-03",
      ],
    },
    { name: "Mia", handles: ["whatsapp:Mia"], evidence: ["you share a chat: whatsapp:Mia"] },
  ]);
});

test("who is in contacts.csv is not proposed, and accepted rows are people at the next sync", async () => {
  const store = await newStore();
  await take(
    store,
    [1, 2].map((n) =>
      mail({ id: `m${n}`, from: "me@x.example", to: ["tom@lumen.example", "ann@y.example"], sent: true, at: at(n) }),
    ),
  );
  await applyOwner(store, ["me@x.example"], ["Clara"]);
  await refreshPeople(store, { added: true });
  const file = `${header}Ann,,ann@y.example,,,,,,,\n`;
  await syncContacts(store, file, de);
  const suggestions = await suggestContacts(store, { limit: 10, region: "DE" });
  expect(suggestions.map((one) => one.emails)).toEqual([["tom@lumen.example"]]);
  const edited = renderSuggestions(suggestions).replace(",,tom@", ",,thomas@lumen.example; tom@");
  const accepted = acceptSuggestions(file, edited, de);
  expect(accepted).toMatchObject({ added: 1, skipped: [] });
  await syncContacts(store, accepted.contents, de);
  expect(groupsOf(store)).toContain("thomas@lumen.example = tom@lumen.example");
  expect(identityOf(store, "tom@lumen.example").in_contacts).toBe(1);
  expect(await suggestContacts(store, { limit: 10, region: "DE" })).toEqual([]);
});

const blank: ContactSuggestion = {
  name: "",
  emails: [],
  phones: [],
  handles: [],
  organisation: "",
  role: "",
  evidence: [],
  weight: 0,
};

test("a hostile name stays in its cell: no new row, no second handle, no formula (K10)", async () => {
  const hostile = {
    ...blank,
    name: '=HYPERLINK("http://evil.example")\nEve,,eve@evil.example',
    emails: ["a@x.example"],
    evidence: ["x\nEve,,eve@evil.example,,,,,,,"],
  };
  const text = renderSuggestions([hostile, { ...blank, name: "# not a comment", emails: ["b@x.example"] }]);
  expect(
    text
      .split("\n")
      .filter((line) => line.includes("eve@"))
      .every((line) => /^(# |"'=)/.test(line)),
  ).toBe(true);
  const { contents, added, skipped } = acceptSuggestions("", text, de);
  expect({ added, skipped }).toEqual({ added: 2, skipped: [] });
  const store = await newStore();
  await syncContacts(store, contents, de);
  expect(groupsOf(store)).toEqual(["a@x.example", "b@x.example"]);
  expect(identityOf(store, "b@x.example").person).toBe("# not a comment");
  expect(identityOf(store, "a@x.example").person).toMatch(/^=HYPERLINK/);
  const other = await newStore();
  await take(other, [chatLine("c", "Tom; telegram:@evil", at(1)), chatLine("c", "Clara", at(2))]);
  await applyOwner(other, ["whatsapp:Clara"], ["Clara"]);
  expect(await suggestContacts(other, { limit: 10, region: "DE" })).toEqual([]);
});

test("accepting keeps every byte that was there: order of columns, unknown columns, quoting, line ends", () => {
  const file = '\ufeffshoe size;Emails;name;handles\r\n"39";ann@y.example;"Ann";x\r\n40;;=Odd;\r\n';
  const { contents, added, skipped } = acceptSuggestions(
    file,
    `${header}"Tom; T",,tom@x.example,,,,,,,\nMia,,mia@x.example,030 123456,,,,,,\n`,
    de,
  );
  expect(contents).toBe(`${file};tom@x.example;"Tom; T";\r\n`);
  expect(added).toBe(1);
  expect(skipped).toEqual([{ name: "Mia", reason: "contacts.csv has no column phones" }]);
});

test("any file keeps its text when rows are accepted", () => {
  const cell = fc.string({ maxLength: 8 }).filter((text) => !text.includes('"'));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const file = `name,emails,own\n${rows.map((row) => row.map((text) => `"${text}"`).join(",")).join("\n")}`;
      const { contents } = acceptSuggestions(file, `${header}Tom,,tom@accepted.example,,,,,,,\n`, de);
      expect(contents.startsWith(file)).toBe(true);
      expect(contents.slice(file.length).trim()).toBe("Tom,tom@accepted.example,");
    }),
  );
});

test("rows that repeat an address or hold nonsense are skipped and told, and comments in quotes are kept", () => {
  const file = `${header}Ann,,ann@y.example,,,,,,,\n`;
  const edited = `${header}# evidence\nAnn 2,,ANN@y.example,,,,,,,\nBad,,nonsense,,,,,,,\nBea,,bea@y.example,,,,,,,"line\n# two"\nBea,,bea@y.example,,,,,,,\n`;
  const { contents, skipped } = acceptSuggestions(file, edited, de);
  expect(contents).toBe(`${file}Bea,,bea@y.example,,,,,,,"line\n# two"\n`);
  expect(skipped).toEqual([
    { name: "Ann 2", reason: "ann@y.example is in contacts.csv already" },
    { name: "Bad", reason: '"nonsense" is not an e-mail address' },
    { name: "Bea", reason: "bea@y.example is in contacts.csv already" },
  ]);
  expect(acceptSuggestions(file, "# nothing\n", de).contents).toBe(file);
});

test("a signature gives numbers, organisation and title, and nothing when it says nothing", () => {
  const options = { region: "DE", domain: "talentbridge.example" };
  expect(readSignature(untrusted("Claire Dubois\nTalent Bridge\nRecruiter\n+33 (0)1 23 45 67 89"), options)).toEqual({
    phones: ["+33123456789"],
    organisation: "Talent Bridge",
    title: "Recruiter",
  });
  expect(readSignature(untrusted("Best,\nC."), options)).toEqual({ phones: [], organisation: "", title: "" });
  expect(readSignature(untrusted("Fax 030 1234567\nOrder 12345678901\nhttps://ceo.example"), options)).toEqual({
    phones: [],
    organisation: "",
    title: "",
  });
});
