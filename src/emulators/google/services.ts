import { calendarService } from "./calendar/calendar-service.ts";
import type { CalendarState } from "./calendar/calendar-state.ts";
import { driveService } from "./drive/drive-service.ts";
import type { DriveState } from "./drive/drive-state.ts";
import { gmailService } from "./gmail/gmail-service.ts";
import type { GmailState } from "./gmail/gmail-state.ts";
import type { EmulatedService } from "./service.ts";
import { mountSheets } from "./sheets/routes-sheets.ts";

/** Every service of the emulated Google, with the type of its state. */
export interface ServiceStates {
  gmail: GmailState;
  calendar: CalendarState;
  drive: DriveState;
}

export const services: { [K in keyof ServiceStates]: EmulatedService<ServiceStates[K]> } = {
  gmail: gmailService,
  calendar: calendarService,
  // A spreadsheet is a file of Drive: both services have one state.
  drive: {
    ...driveService,
    mount: (app, shared, stateOf) => {
      driveService.mount(app, shared, stateOf);
      mountSheets(app, { shared, stateOf });
    },
  },
};

/** Does something with every service, each with its own type of state. */
export function forEachService(visit: <S>(service: EmulatedService<S>) => void): void {
  visit(services.gmail);
  visit(services.calendar);
  visit(services.drive);
}
