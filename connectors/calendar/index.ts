import { z } from "zod";
import type { Connector, ConnectorDeps, Health } from "../../src/core/connector.ts";
import { toStewardError } from "../../src/core/errors.ts";
import { type GoogleAccount, type GoogleAccountConfig, googleAccountConfig } from "../google-account/account.ts";
import { askOnce, type CalendarClient } from "./client.ts";
import { pullCalendars } from "./pull.ts";

/** What is stored of a connected account's calendars, with what intake tells every connector. */
export const calendarConfig = googleAccountConfig.extend({
  recentSince: z.string().nullable().default(null),
  olderThan: z.string().nullable().default(null),
  zone: z.string().default("UTC"),
  region: z.string().default("US"),
});
export type CalendarConfig = z.output<typeof calendarConfig>;

/** Opens signed-in accounts: one of each address for all connectors of a process. */
export interface CalendarAccounts {
  open(config: GoogleAccountConfig, deps: ConnectorDeps): Promise<GoogleAccount>;
}

/**
 * The calendars of a Google account: all it owns and all it shows. A record is one event as Google gives it (format
 * `google_event`), its external id `<calendar id>/<event id>`.
 *
 * Contract: reads only. Errors are those of `GoogleAccount.call`; `unreadable` when Google gives no way to follow changes.
 * Source: https://developers.google.com/workspace/calendar/api/guides/sync
 */
export function makeCalendarConnector(accounts: CalendarAccounts): Connector<CalendarConfig, CalendarClient> {
  return {
    name: "calendar",
    config: calendarConfig,
    connect: async ({ account, clientId, scopes, baseUrl }, deps) => {
      const opened = await accounts.open({ account, clientId, scopes, baseUrl }, deps);
      // Loading it costs 90 ms, which nobody pays who has no calendar connected.
      const { calendar } = await import("@googleapis/calendar");
      const api = calendar({ version: "v3", auth: opened.auth, ...opened.rootUrl });
      return { account: opened, api, series: new Map() };
    },
    check: async (client, signal): Promise<Health> => {
      try {
        await askOnce(client, signal);
        return { state: "ok" };
      } catch (error) {
        const named = toStewardError(error, "asking Google for the calendars");
        if (named.code === "needs_reauth")
          return { state: "needs_reauth", cure: named.cure ?? "steward connect google" };
        return { state: "degraded", reason: named.message };
      }
    },
    pull: pullCalendars,
  };
}
