import { z } from "zod";
import type { DoorConnector } from "../../src/core/action.ts";
import { call } from "./actions/call.ts";
import { checklist } from "./actions/checklist.ts";
import { mail } from "./actions/mail.ts";
import { openLink } from "./actions/open-link.ts";
import { pay } from "./actions/pay.ts";
import { settings } from "./actions/settings.ts";
import { sign } from "./actions/sign.ts";
import { whatsapp } from "./actions/whatsapp.ts";

const configSchema = z.strictObject({});

/** What the owner completes: links, lists, messages written in another app. There is no service, and nothing is sent. */
export const handoffDoor: DoorConnector<z.output<typeof configSchema>, null> = {
  name: "handoff",
  config: configSchema,
  needsAccount: false,
  connect: async () => null,
  access: async () => ({ state: "ok" }),
  isReading: () => false,
  actions: [openLink, checklist, whatsapp, mail, call, pay, sign, settings],
};
