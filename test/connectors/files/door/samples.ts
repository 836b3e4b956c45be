import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { contactsText, type HomeSample, put } from "../../home/door/samples.ts";

const nothing = async (): Promise<void> => undefined;

/** How many files of that ending the owner finds. */
async function countFiles(homePath: string, ending: string): Promise<number> {
  const names = await readdir(join(homePath, "outbox")).catch(() => []);
  return names.filter((name) => name.endsWith(ending) && !name.startsWith(".")).length;
}

export const samples: HomeSample[] = [
  {
    action: "files.write_mail",
    ask: { to: ["ines@moreau.example"], cc: ["Paul Adler"], subject: "Tuesday: 14:00?", text: "Yes.\n\nClara" },
    setup: (homePath) => put(homePath, "contacts.csv", contactsText),
    count: (homePath) => countFiles(homePath, ".eml"),
  },
  {
    action: "files.write_event",
    ask: { title: "Dr. Lindt", start: "2026-11-28T14:00", end: "2026-11-28T14:45", location: "Ahornweg 4" },
    setup: nothing,
    count: (homePath) => countFiles(homePath, ".ics"),
  },
];
