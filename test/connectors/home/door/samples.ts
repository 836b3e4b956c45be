import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What may be asked of each action, what lies in the home before, and how often its effect is there afterwards. */
export interface HomeSample {
  action: string;
  ask: unknown;
  setup(homePath: string): Promise<void>;
  count(homePath: string): Promise<number>;
}

/** A byte order mark, CRLF, an own column, a cell with quotes and a comma: all of it has to stay. */
export const contactsText = [
  "\ufeffname,aliases,emails,phones,handles,organisation,role,relation,language,notes,Christmas card",
  '"Moreau, Inès",Ines,ines@moreau.example,+33 6 12 34 56 78,,,,friend,fr,"says ""tu""",yes',
  "Paul Adler,,paul@adler.example;,0171 2345678,telegram:@paul,Adler & Co,,,de,,",
  "Garage Wolf,,,+49 30 1234567,,,,,,,no",
  "",
].join("\r\n");

export const documentText = "# Car\n\nPlate: NT 914\nInsurance: Nordbank\n";

export async function put(homePath: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(homePath, path)), { recursive: true });
  await writeFile(join(homePath, path), text);
}

export async function get(homePath: string, path: string): Promise<string | null> {
  return await readFile(join(homePath, path), "utf8").catch(() => null);
}

/** How often a text stands in a file. */
async function times(homePath: string, path: string, text: string): Promise<number> {
  return ((await get(homePath, path)) ?? "").split(text).length - 1;
}

/** Every file below the home but the database, for seeing that nothing else was touched. */
export async function listFiles(homePath: string): Promise<string[]> {
  const entries = await readdir(homePath, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("steward.db"))
    .map((entry) => join(entry.parentPath, entry.name).slice(homePath.length + 1))
    .sort();
}

const contacts = (homePath: string): Promise<void> => put(homePath, "contacts.csv", contactsText);
const nothing = async (): Promise<void> => undefined;

export const samples: HomeSample[] = [
  {
    action: "home.update_contact",
    ask: { person: "Paul Adler", add: { emails: ["p.adler@home.example"] }, set: { role: "Architect" } },
    setup: contacts,
    count: (homePath) => times(homePath, "contacts.csv", "p.adler@home.example"),
  },
  {
    action: "home.update_contact",
    ask: { person: null, set: { name: "Tom Reyes" }, add: { emails: ["tom@lumen.example"] } },
    setup: contacts,
    count: (homePath) => times(homePath, "contacts.csv", "Tom Reyes"),
  },
  {
    action: "home.remind",
    ask: { text: "Call the garage", at: "2026-11-28T09:00" },
    setup: nothing,
    count: (homePath) => times(homePath, "reminders.md", "Call the garage"),
  },
  {
    action: "home.note",
    ask: { text: "Paul wants calls on Tuesdays only.\nNever before ten." },
    setup: (homePath) => put(homePath, "memory/notes.md", "# notes\n\n- mine"),
    count: (homePath) => times(homePath, "memory/notes.md", "Paul wants calls"),
  },
  {
    action: "home.update_document",
    ask: { path: "drive/Car/car.md", replace: [{ find: "NT 914", with: "KL 2207" }] },
    setup: (homePath) => put(homePath, "drive/Car/car.md", documentText),
    count: (homePath) => times(homePath, "drive/Car/car.md", "KL 2207"),
  },
  {
    action: "home.update_document",
    ask: { path: "drive/Car/new.md", text: "# New\n" },
    setup: nothing,
    count: (homePath) => times(homePath, "drive/Car/new.md", "# New"),
  },
];

/** Needs thread 17 in the store, so it is no sample for a door over an empty one. */
export const snoozeSample: HomeSample = {
  action: "home.snooze",
  ask: { thread: 17, until: "2026-11-30T08:00" },
  setup: nothing,
  count: (homePath) => times(homePath, "reminders.md", "steward:snooze"),
};
