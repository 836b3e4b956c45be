import type { DoorConnector } from "../../src/core/action.ts";
import { isReadingPost } from "../google-account/is-reading-post.ts";
import { openWritingAccount } from "../google-account/open-writing-account.ts";
import { missingWriteScopes } from "../google-account/write-scopes.ts";
import { createEvent } from "./actions/create-event.ts";
import { deleteEvent } from "./actions/delete-event.ts";
import { respond } from "./actions/respond.ts";
import { updateEvent } from "./actions/update-event.ts";
import { type CalendarDoorClient, calendarDoorClient } from "./door-client.ts";
import { type CalendarConfig, calendarConfig } from "./index.ts";

/** The write side of a Google account's calendars. Contract: as `DoorConnector`; it shares and deletes no calendar. */
export const calendarDoor: DoorConnector<CalendarConfig, CalendarDoorClient> = {
  name: "calendar",
  config: calendarConfig,
  needsAccount: true,
  connect: async ({ account, clientId, scopes, baseUrl }, deps) =>
    calendarDoorClient(await openWritingAccount({ account, clientId, scopes, baseUrl }, deps)),
  access: async (config, deps) => {
    if ((await missingWriteScopes(config, ["calendar"], deps.secret)).length === 0) return { state: "ok" };
    return {
      state: "needs_consent",
      why: `The calendar of ${config.account} needs your consent to make and change events.`,
      cure: `steward connect google --write calendar --account ${config.account}`,
    };
  },
  isReading: isReadingPost,
  actions: [createEvent, updateEvent, respond, deleteEvent],
};
