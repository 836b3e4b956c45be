import { z } from "zod";
import type { DoorConnector } from "../../src/core/action.ts";
import { type HomeFolder, openHomeFolder } from "../home-folder/home-folder.ts";
import { note } from "./actions/note.ts";
import { remind } from "./actions/remind.ts";
import { snooze } from "./actions/snooze.ts";
import { updateContact } from "./actions/update-contact.ts";
import { updateDocument } from "./actions/update-document.ts";

const configSchema = z.strictObject({});

/** The owner's own files in the steward home: contacts, notes, reminders, Markdown. No account and no network. */
export const homeDoor: DoorConnector<z.output<typeof configSchema>, HomeFolder> = {
  name: "home",
  config: configSchema,
  needsAccount: false,
  connect: async (_config, deps) => openHomeFolder(deps.homePath),
  access: async () => ({ state: "ok" }),
  isReading: () => false,
  actions: [updateContact, remind, snooze, note, updateDocument],
};
