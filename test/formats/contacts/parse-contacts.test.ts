import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { contactSchema, type DraftItem } from "../../../src/core/item.ts";
import type { ParsedRecord, RawRecord } from "../../../src/core/record.ts";
import { parseGoogleCsv } from "../../../src/formats/contacts/parse-google-csv.ts";
import { parseOutlookCsv } from "../../../src/formats/contacts/parse-outlook-csv.ts";
import { parseStewardCsv } from "../../../src/formats/contacts/parse-steward-csv.ts";
import { parseVcard } from "../../../src/formats/contacts/parse-vcard.ts";
import { dataFolder } from "../../support/data-folder.ts";

function record(content: string | Uint8Array): RawRecord {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    format: "vcard",
    externalId: "x",
    bytes,
    hints: { region: "PT" },
    locator: { path: "/tmp/x", offset: null },
  };
}

type Parser = (one: RawRecord) => Promise<ParsedRecord>;
async function only(parser: Parser, content: string | Uint8Array): Promise<DraftItem> {
  const { items } = await parser(record(content));
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one contact, got ${items.length}`);
  return item;
}
const vcard = (...lines: string[]): string => ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n");

describe("parseVcard", () => {
  test("reads 3.0 with groups, labels and folding", async () => {
    const item = await only(
      parseVcard,
      vcard(
        "VERSION:3.0",
        "UID:abc",
        "N:Dubois;Claire;;Dr.;",
        "FN:Claire Dubois",
        "NICKNAME:Clairette",
        "item1.EMAIL;type=INTERNET;type=pref:claire@talent",
        " bridge.example",
        "item1.X-ABLabel:_$!<Work>!$_",
        "item2.TEL;type=CELL:+351 911 001 003",
        "item3.TEL:tel:+351911001004",
        "ORG:TalentBridge;Sales",
        "TITLE:Recruiter",
        "BDAY;value=date:1990-03-07",
        "NOTE:First\\nSecond\\, third",
        "CATEGORIES:Work,Paris",
        "PHOTO;ENCODING=b;TYPE=JPEG:AAAA",
        " BBBB",
      ),
    );
    expect(item).toMatchObject({
      kind: "contact",
      channel: "contacts",
      externalId: "abc",
      subject: "Claire Dubois",
      labels: ["Work", "Paris"],
      partial: false,
      contact: {
        names: ["Claire Dubois", "Clairette"],
        emails: ["claire@talentbridge.example"],
        phones: ["+351 911 001 003", "+351911001004"],
        organisation: "TalentBridge, Sales",
        title: "Recruiter",
        birthday: "1990-03-07",
        notes: "First\nSecond, third",
      },
    });
    expect(item.parties.map(({ identity }) => identity.value)).toEqual([
      "claire@talentbridge.example",
      "+351911001003",
      "+351911001004",
    ]);
    expect(JSON.stringify(item)).not.toContain("AAAA");
  });

  test("reads 2.1 with quoted-printable, soft line ends and a charset", async () => {
    const item = await only(
      parseVcard,
      vcard(
        "VERSION:2.1",
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=",
        "=C3=BCrgen",
        "TEL;CELL;VOICE:911001003",
        "NOTE;QUOTED-PRINTABLE:a=3Db",
        "PHOTO;BASE64;JPEG:",
        " /9j/4AAQ",
        "",
      ),
    );
    expect(item.contact).toMatchObject({ names: ["Jürgen Müller"], phones: ["911001003"], notes: "a=b" });
    expect(item.parties.map(({ identity }) => identity.value)).toEqual(["+351911001003"]);
  });

  test("reads 4.0: dates without a year, tel URIs, handles", async () => {
    const item = await only(
      parseVcard,
      vcard(
        "VERSION:4.0",
        "FN:Tom",
        "TEL;VALUE=uri:tel:+1-555-0100;ext=1",
        "BDAY:--0307",
        "IMPP:xmpp:tom@chat.example",
        "X-TELEGRAM:@tomr",
      ),
    );
    expect(item.contact).toMatchObject({
      birthday: "--03-07",
      handles: ["xmpp:tom@chat.example", "telegram:@tomr"],
      phones: ["+1-555-0100"],
    });
  });

  test.each([
    ["1604-03-07", "--03-07"],
    ["19900307", "1990-03-07"],
    ["1990-03-07T00:00:00Z", "1990-03-07"],
    ["--03-07", "--03-07"],
    ["7 March", ""],
    ["1990-13-07", ""],
  ])("reads the birthday %s as %s", async (written, expected) => {
    expect((await only(parseVcard, vcard("VERSION:3.0", "FN:A", `BDAY:${written}`))).contact?.birthday).toBe(expected);
  });

  test("a card without name, address or number is a problem and costs no other", async () => {
    const { items, problems } = await parseVcard(
      record(`${vcard("VERSION:3.0", "NOTE:x")}${vcard("VERSION:3.0", "EMAIL:a@x.example")}BEGIN:VCARD\r\nFN:Open`),
    );
    expect(items.map(({ subject, partial }) => [subject, partial])).toEqual([
      ["a@x.example", false],
      ["Open", true],
    ]);
    expect(problems).toHaveLength(1);
  });

  test("the same card has the same id each time, another card another", async () => {
    const first = await only(parseVcard, vcard("FN:A", "EMAIL:a@x.example"));
    expect((await only(parseVcard, vcard("FN:A", "EMAIL:a@x.example"))).externalId).toBe(first.externalId);
    expect((await only(parseVcard, vcard("FN:A", "EMAIL:b@x.example"))).externalId).not.toBe(first.externalId);
  });
});

describe("parseGoogleCsv", () => {
  const present =
    'First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value\r\nAna,M,Souza,Aninha,Lumen,CTO,--03-14,"one\nwith ""quotes"" 🌿; end",Friends ::: * myContacts,* Work,a@x.example ::: b@x.example,Home,c@x.example,Mobile,+351 911 001 003\r\n';
  const older =
    'Name,Given Name,Additional Name,Family Name,Nickname,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title\r\nAna M Souza,Ana,M,Souza,Aninha,--03-14,"one\nwith ""quotes"" 🌿; end",Friends ::: * myContacts,* Work,a@x.example ::: b@x.example,Home,c@x.example,Mobile,+351 911 001 003,Lumen,CTO\r\n';

  test("the present and the older header, with a mark and in any order, give the same contact", async () => {
    const one = await only(parseGoogleCsv, present);
    expect(one).toMatchObject({
      labels: ["Friends"],
      contact: {
        names: ["Ana M Souza", "Aninha"],
        emails: ["a@x.example", "b@x.example", "c@x.example"],
        phones: ["+351 911 001 003"],
        organisation: "Lumen",
        title: "CTO",
        birthday: "--03-14",
        notes: 'one\nwith "quotes" 🌿; end',
      },
    });
    expect((await only(parseGoogleCsv, `\ufeff${older}`)).contact).toEqual(one.contact);
    const turned =
      "Phone 1 - Value,E-mail 2 - Value,E-mail 1 - Value,Last Name,First Name\n1,c@x.example,a@x.example,Souza,Ana\n";
    expect((await only(parseGoogleCsv, turned)).contact).toMatchObject({
      names: ["Ana Souza"],
      emails: ["a@x.example", "c@x.example"],
    });
  });

  test("a quote that never closes is said, not swallowed", async () => {
    const { items } = await parseGoogleCsv(
      record('First Name,E-mail 1 - Value,Notes\nAna,a@x.example,"open\nBo,b@x.example,\n'),
    );
    expect(items.some(({ partial }) => partial)).toBe(true);
  });
});

describe("parseOutlookCsv", () => {
  test.each([
    [
      "English",
      "Title,First Name,Last Name,Company,Job Title,E-mail Address,E-mail 2 Address,Mobile Phone,Birthday,Categories",
      ",",
    ],
    [
      "German",
      "Anrede;Vorname;Nachname;Firma;Position;E-Mail-Adresse;E-Mail 2: Adresse;Mobiltelefon;Geburtstag;Kategorien",
      ";",
    ],
    [
      "French",
      "Titre;Prénom;Nom;Société;Profession;Adresse de messagerie;Adresse de messagerie 2;Tél. mobile;Anniversaire;Catégories",
      ";",
    ],
  ])("reads an export with %s column names", async (_, header, separator) => {
    const row = [
      "Dr.",
      "Claire",
      "Dubois",
      "Lumen",
      "CTO",
      "c@x.example",
      "d@x.example",
      "+351 911 001 003",
      "0/0/00",
      "Work",
    ];
    const item = await only(parseOutlookCsv, `${header}\r\n${row.join(separator)}\r\n`);
    expect(item).toMatchObject({
      labels: ["Work"],
      contact: {
        names: ["Dr. Claire Dubois"],
        emails: ["c@x.example", "d@x.example"],
        phones: ["+351 911 001 003"],
        organisation: "Lumen",
        title: "CTO",
        birthday: "",
      },
    });
  });

  test("does not take Exchange's own addresses for mail addresses, nor guess a date", async () => {
    const item = await only(
      parseOutlookCsv,
      "First Name,Last Name,E-mail Address,Birthday,Notes\nA,B,/o=Org/cn=a,3/7/1990,\n",
    );
    expect(item.contact).toMatchObject({ emails: [], birthday: "", notes: "Birthday: 3/7/1990" });
  });
});

describe("parseStewardCsv", () => {
  test("reads several values in a cell, and columns of the owner's own as searchable words", async () => {
    const text =
      "name,aliases,emails,phones,handles,organisation,role,relation,language,notes,shoe size\nClaire Dubois,Clairette; CD,c@x.example;d@x.example,0171 1234567,telegram:@claire,Lumen,CTO,friend,fr,met in Paris,39\n";
    const item = await only(parseStewardCsv, text);
    expect(item.contact).toMatchObject({
      names: ["Claire Dubois", "Clairette", "CD"],
      emails: ["c@x.example", "d@x.example"],
      handles: ["telegram:@claire"],
      title: "CTO",
    });
    expect(item.labels).toEqual(["friend", "fr", "39"]);
    expect(item.parties.map(({ identity }) => identity.value)).toContain("telegram:@claire");
  });
});

test("no parser throws or gives a contact its schema refuses, whatever the bytes", async () => {
  const words = [
    "BEGIN:VCARD\n",
    "END:VCARD\n",
    "FN:",
    "N:;",
    "EMAIL",
    "TEL;",
    ":",
    '"',
    ",",
    "\n",
    ";",
    "name,emails",
    "First Name,E-mail 1 - Value\n",
    "=",
    "\u0000",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constantFrom(...words), fc.string())),
      fc.uint8Array({ maxLength: 8 }),
      async (parts, tail) => {
        const bytes = Buffer.concat([Buffer.from(parts.join("")), tail]);
        for (const parser of [parseVcard, parseGoogleCsv, parseOutlookCsv, parseStewardCsv]) {
          for (const { contact } of (await parser(record(bytes))).items)
            expect(contactSchema.safeParse(contact).success).toBe(true);
        }
      },
    ),
    { numRuns: 300, seed: 9 },
  );
});

const data = dataFolder("collected contacts");
const synthetic = join(data ?? "", "exports/synthetic/contacts");
test.skipIf(data === null)("finds the synthetic contacts in both headers", async () => {
  const expectedSchema = z.array(
    z.object({ name: z.string(), emails: z.array(z.string()), phones: z.array(z.string()) }),
  );
  const expected = expectedSchema.parse(JSON.parse(readFileSync(join(synthetic, "expected.json"), "utf8")));
  for (const file of ["google_new.csv", "google_old.csv"]) {
    const { items } = await parseGoogleCsv(record(readFileSync(join(synthetic, file))));
    const found = items.map(({ contact }) => ({
      name: contact?.names[0] ?? "",
      emails: contact?.emails ?? [],
      phones: contact?.phones ?? [],
    }));
    expect(found).toEqual(expected.map(({ name, emails, phones }) => ({ name, emails, phones })));
  }
});

const cards = join(data ?? "", "exports/vcards.tar.gz");
test.skipIf(data === null)("reads the collected vCards", async () => {
  const names = execFileSync("tar", ["tzf", cards])
    .toString()
    .split("\n")
    .filter((name) => name.endsWith(".vcf"));
  for (const name of names) {
    const bytes = execFileSync("tar", ["xzOf", cards, name]);
    const { items, problems } = await parseVcard(record(bytes));
    expect(items.length + problems.length).toBeGreaterThan(0);
  }
});
