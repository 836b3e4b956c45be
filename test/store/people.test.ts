import fc from "fast-check";
import { expect, test } from "vitest";
import { syncContacts } from "../../src/intake/people/contacts-file.ts";
import { differentPeople, samePerson } from "../../src/store/person-decisions.ts";
import { groupIdentities } from "../../src/store/person-groups.ts";
import { applyOwner } from "../../src/store/person-owner-apply.ts";
import { chatLine, groupsOf, identityOf, mail, storeMaker, take } from "./people-fixture.ts";

const newStore = storeMaker();
const header = "name,aliases,emails,phones,handles,organisation,role,relation,language,notes\n";
const de = { region: "DE" };

test("equal display names never join anybody by themselves", async () => {
  const store = await newStore();
  await syncContacts(store, `${header}Claire Dubois,Claire D,claire@bridge.example,,,,,,,\n`, de);
  await take(store, [
    mail({ id: "1", from: "claire@bridge.example", name: "Claire Dubois", to: ["me@x.example"] }),
    mail({ id: "2", from: "claire@evil.example", name: "Claire Dubois", to: ["me@x.example"] }),
    chatLine("Claire D", "Claire D", "2026-11-01T10:00:00.000Z"),
  ]);
  await syncContacts(store, `${header}Claire Dubois,Claire D,claire@bridge.example,,,,,,,\n`, de);
  expect(groupsOf(store)).toEqual([
    "claire@bridge.example",
    "claire@evil.example",
    "me@x.example",
    "whatsapp:Claire D",
  ]);
  expect(identityOf(store, "claire@evil.example").in_contacts).toBe(0);
});

test("same joins two mailboxes, different parts them again, and both survive a new sync and a new import", async () => {
  const store = await newStore();
  const contacts = `${header}Tom,,tom@x.example,,,,,,,\n`;
  await syncContacts(store, contacts, de);
  const again = [mail({ id: "1", from: "tom@home.example", name: "Tom", to: ["me@x.example"] })];
  await take(store, again);
  const [a, b] = [identityOf(store, "tom@x.example").id, identityOf(store, "tom@home.example").id];
  expect(await samePerson(store, { identityId: b }, { identityId: a })).toMatchObject({ outcome: "done" });
  await syncContacts(store, contacts, de);
  await take(store, again);
  expect(groupsOf(store)).toContain("tom@home.example = tom@x.example");
  expect(identityOf(store, "tom@home.example").in_contacts).toBe(1);
  expect(await differentPeople(store, { identityId: a }, { identityId: b })).toMatchObject({ outcome: "done" });
  await syncContacts(store, contacts, de);
  expect(groupsOf(store)).toEqual(["me@x.example", "tom@home.example", "tom@x.example"]);
  expect(identityOf(store, "tom@home.example")).toMatchObject({ in_contacts: 0, person: "Tom" });
});

test("same refuses to join two rows of contacts.csv, and says which", async () => {
  const store = await newStore();
  await syncContacts(store, `${header}Ann,,ann@x.example,,,,,,,\nBea,,bea@x.example,,,,,,,\n`, de);
  const outcome = await samePerson(
    store,
    { personId: identityOf(store, "ann@x.example").person_id },
    { personId: identityOf(store, "bea@x.example").person_id },
  );
  expect(outcome).toEqual({ outcome: "refused", reason: expect.stringContaining("row 2 (Ann) and row 3 (Bea)") });
  expect(groupsOf(store)).toEqual(["ann@x.example", "bea@x.example"]);
});

test("different about one row of contacts.csv is kept, and says that the row wins", async () => {
  const store = await newStore();
  await syncContacts(store, `${header}Ann,,ann@x.example; bea@x.example,,,,,,,\n`, de);
  const refs = [identityOf(store, "ann@x.example").id, identityOf(store, "bea@x.example").id];
  const outcome = await differentPeople(store, { identityId: refs[0] ?? 0 }, { identityId: refs[1] ?? 0 });
  expect(outcome).toEqual({ outcome: "kept", reason: expect.stringContaining("in one row") });
  await syncContacts(store, `${header}Ann,,ann@x.example,,,,,,,\n`, de);
  expect(groupsOf(store)).toEqual(["ann@x.example", "bea@x.example"]);
});

test("same never makes anybody the owner", async () => {
  const store = await newStore();
  await applyOwner(store, ["me@x.example"], ["Clara"]);
  await take(store, [mail({ id: "1", from: "claim@evil.example", name: "Clara", to: ["me@x.example"] })]);
  const outcome = await samePerson(
    store,
    { identityId: identityOf(store, "me@x.example").id },
    { identityId: identityOf(store, "claim@evil.example").id },
  );
  expect(outcome).toEqual({ outcome: "refused", reason: expect.stringContaining("One of them is you") });
  expect(identityOf(store, "claim@evil.example").is_owner).toBe(0);
});

test("a reference to nobody says what to do", async () => {
  const store = await newStore();
  await expect(samePerson(store, { identityId: 7 }, { personId: 9 })).rejects.toMatchObject({ code: "not_found" });
});

const pairs = fc.uniqueArray(
  fc
    .record({ a: fc.integer({ min: 1, max: 7 }), b: fc.integer({ min: 1, max: 7 }), same: fc.boolean() })
    .filter((one) => one.a < one.b),
  { selector: (one) => `${one.a} ${one.b}`, maxLength: 12 },
);
const members = fc.array(fc.record({ isOwner: fc.boolean(), contactKey: fc.constantFrom(null, "r1", "r2") }), {
  minLength: 7,
  maxLength: 7,
});

test("grouping does not depend on the order of members and decisions", () => {
  const places = fc.array(fc.nat(), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(members, pairs, places, (drawn, decisions, keys) => {
      const all = drawn.map((one, at) => ({ ...one, id: at + 1 }));
      const shuffled = <T>(list: readonly T[]): T[] =>
        list
          .map((one, at) => ({ one, key: keys[at] ?? 0 }))
          .sort((x, y) => x.key - y.key)
          .map(({ one }) => one);
      const plain = groupIdentities(all, decisions, new Set());
      const other = groupIdentities(shuffled(all), shuffled(decisions), new Set());
      const unmet = (one: object): string => JSON.stringify(one);
      expect(other.groups).toEqual(plain.groups);
      expect(other.unmet.map(unmet).sort()).toEqual(plain.unmet.map(unmet).sort());
    }),
  );
});

test("of two decisions that cannot both hold, the same one holds in whatever order they came", () => {
  const all = [1, 2, 3].map((id) => ({ id, isOwner: false, contactKey: null }));
  const first = { a: 1, b: 2, same: true };
  const second = { a: 2, b: 3, same: true };
  const apart = { a: 1, b: 3, same: false };
  const plain = groupIdentities(all, [first, second, apart], new Set());
  expect(plain.groups.map(({ identityIds }) => identityIds)).toEqual([[1, 2], [3]]);
  expect(groupIdentities(all, [apart, second, first], new Set())).toEqual(plain);
});

test("grouping never puts two rows, the owner and another, or two said to be different into one person", () => {
  fc.assert(
    fc.property(members, pairs, (drawn, decisions) => {
      const all = drawn.map((one, at) => ({ ...one, id: at + 1 }));
      const { groups, unmet } = groupIdentities(all, decisions, new Set());
      const unmetKeys = new Set(unmet.map((one) => `${one.a} ${one.b}`));
      for (const group of groups) {
        const inside = all.filter((one) => group.identityIds.includes(one.id));
        const rows = new Set(inside.filter((one) => !one.isOwner).flatMap((one) => one.contactKey ?? []));
        expect(rows.size).toBeLessThanOrEqual(1);
        expect(new Set(inside.map((one) => one.isOwner)).size).toBe(1);
        for (const one of decisions.filter((each) => !each.same && !unmetKeys.has(`${each.a} ${each.b}`)))
          expect(group.identityIds.includes(one.a) && group.identityIds.includes(one.b)).toBe(false);
      }
    }),
  );
});

test("decisions entered in any order give the same people", async () => {
  const addresses = ["a@x.example", "b@x.example", "c@x.example", "d@x.example"];
  const decisions = [
    { a: 0, b: 1, same: true },
    { a: 1, b: 2, same: true },
    { a: 0, b: 2, same: false },
    { a: 2, b: 3, same: true },
  ];
  const outcomes = new Set<string>();
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ]) {
    const store = await newStore();
    await take(
      store,
      addresses.map((from, at) =>
        mail({ id: `m${at}`, from, to: ["me@x.example"], at: `2026-11-0${at + 1}T10:00:00.000Z` }),
      ),
    );
    for (const index of order) {
      const one = decisions[index];
      if (one === undefined) continue;
      const [a, b] = [identityOf(store, addresses[one.a] ?? "").id, identityOf(store, addresses[one.b] ?? "").id];
      await (one.same ? samePerson : differentPeople)(store, { identityId: a }, { identityId: b });
    }
    outcomes.add(JSON.stringify(groupsOf(store)));
  }
  expect([...outcomes]).toEqual([
    JSON.stringify(["a@x.example = b@x.example", "c@x.example = d@x.example", "me@x.example"]),
  ]);
});
