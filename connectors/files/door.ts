import { z } from "zod";
import type { DoorConnector } from "../../src/core/action.ts";
import { type HomeFolder, openHomeFolder } from "../home-folder/home-folder.ts";
import { writeEvent } from "./actions/write-event.ts";
import { writeMail } from "./actions/write-mail.ts";

const configSchema = z.strictObject({});

/** Files for the owner to open, in the steward home's outbox. No account, no network, and no file that another program owns. */
export const filesDoor: DoorConnector<z.output<typeof configSchema>, HomeFolder> = {
  name: "files",
  config: configSchema,
  needsAccount: false,
  connect: async (_config, deps) => openHomeFolder(deps.homePath),
  access: async () => ({ state: "ok" }),
  isReading: () => false,
  actions: [writeMail, writeEvent],
};
