import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { digestSchema } from "../../src/core/digest.ts";
import { type Harness, mailText, makeHarness } from "./terminal-harness.ts";

let harness: Harness;
const onScreen = { terminal: { isTTY: true, interactive: true } };

function calendar(method: string, organizer = "tom@lumen.example", hour = 10): string {
  const event = [
    "BEGIN:VEVENT",
    "UID:walk-1@one.example",
    "DTSTAMP:20261112T090000Z",
    `DTSTART:20261120T${hour}0000Z`,
    `DTEND:20261120T${hour + 1}0000Z`,
    `SEQUENCE:${hour - 10}`,
    "SUMMARY:Walk and talk",
    `ORGANIZER:mailto:${organizer}`,
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:tom@lumen.example",
    "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:clara@weiss.example",
    "END:VEVENT",
  ];
  const head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//one//EN", ...(method === "" ? [] : [`METHOD:${method}`])];
  return `${[...head, ...event, "END:VCALENDAR"].join("\r\n")}\r\n`;
}

beforeEach(async () => {
  harness = makeHarness();
  const clara = "Clara Weiss <clara@weiss.example>";
  const tom = "Tom Reyes <tom@lumen.example>";
  const hello = mailText({
    from: clara,
    to: tom,
    subject: "Hello",
    at: "2026-11-01T10:00:00Z",
    id: "0@w",
    text: "Nice to meet you, Tom.",
    headers: ["X-Gmail-Labels: Sent"],
  });
  const invitation = mailText({
    from: tom,
    to: clara,
    subject: "Invitation: Walk and talk",
    at: "2026-11-13T10:00:00Z",
    id: "1@l",
    text: calendar("REQUEST"),
    headers: ["Content-Type: text/calendar; charset=utf-8; method=REQUEST"],
  });
  writeFileSync(join(harness.folder, "mail.mbox"), hello + invitation);
  writeFileSync(join(harness.folder, "calendar.ics"), calendar(""));
  await harness.run(["import", join(harness.folder, "mail.mbox"), join(harness.folder, "calendar.ics")]);
});
afterEach(() => harness.remove());

it("an invitation in a mail and its entry in the calendar are one line, and done, why and show mean both", async () => {
  const { out } = await harness.run(["digest", "--json"]);
  const digest = digestSchema.parse(JSON.parse(out));
  const events = digest.newEntries.filter((entry) => entry.class === "event");
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ channel: "mail", alsoThreadIds: [expect.any(Number)] });
  const screen = await harness.run(["digest"], onScreen);
  const number = /^EVENT +(\d+)/m.exec(screen.out)?.[1] ?? "0";
  const other = `t${events[0]?.alsoThreadIds[0]}`;
  const why = await harness.run(["why", number]);
  expect(why.out).toContain("About the same event:");
  expect(why.out.match(/urgency/g)).toHaveLength(2);
  const show = await harness.run(["show", number]);
  expect(show.out).toContain(`${other} · calendar`);
  expect((await harness.run(["done", number])).out).toContain("done");
  for (const thread of [`t${events[0]?.threadId}`, other]) {
    expect((await harness.run(["show", thread])).out, thread).toMatch(/· done$/m);
  }
  expect((await harness.run(["digest", "--since", "30d"])).out).not.toContain("EVENT");
});

it("what was shown in one line is not news on the next day", async () => {
  await harness.run(["digest"], onScreen);
  const later = await harness.run(["digest", "--json", "--now", "2026-11-15T09:00:00Z"]);
  const digest = digestSchema.parse(JSON.parse(later.out));
  expect(digest.newEntries.filter((entry) => entry.class === "event")).toEqual([]);
  expect(digest.openEntries.filter((entry) => entry.class === "event")).toHaveLength(1);
});

it("a correction holds for both", async () => {
  const screen = await harness.run(["digest"], onScreen);
  const number = /^EVENT +(\d+)/m.exec(screen.out)?.[1] ?? "0";
  expect((await harness.run(["wrong", number, "--is", "ignore"])).out).toContain("Noted");
  expect((await harness.run(["digest", "--since", "30d"])).out).not.toContain("EVENT");
});

it("is done until the entry in the calendar changes", async () => {
  const screen = await harness.run(["digest"], onScreen);
  await harness.run(["done", /^EVENT +(\d+)/m.exec(screen.out)?.[1] ?? "0"]);
  writeFileSync(join(harness.folder, "calendar.ics"), calendar("", "tom@lumen.example", 15));
  const later = "2026-11-15T09:00:00Z";
  await harness.run(["sync", "--now", later]);
  expect((await harness.run(["digest", "--since", "30d", "--now", later])).out).toMatch(/^EVENT +\d+ Tom Reyes/m);
});

it("an invitation that only copies the uid of another's event is a line of its own", async () => {
  const forged = mailText({
    from: "Eve Stone <eve@stone.example>",
    to: "Clara Weiss <clara@weiss.example>",
    subject: "Invitation: Walk and talk",
    at: "2026-11-13T11:00:00Z",
    id: "2@s",
    text: calendar("REQUEST", "eve@stone.example"),
    headers: ["Content-Type: text/calendar; charset=utf-8; method=REQUEST"],
  });
  writeFileSync(join(harness.folder, "more.mbox"), forged);
  await harness.run(["import", join(harness.folder, "more.mbox")]);
  const { newEntries } = digestSchema.parse(JSON.parse((await harness.run(["digest", "--json"])).out));
  const events = newEntries.filter((entry) => entry.class === "event");
  expect(events.map((entry) => entry.alsoThreadIds.length).sort()).toEqual([0, 1]);
});
