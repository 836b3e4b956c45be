import { gmailService } from "./gmail/gmail-service.ts";
import type { GmailState } from "./gmail/gmail-state.ts";
import type { EmulatedService } from "./service.ts";

/** Every service of the emulated Google, with the type of its state. */
export interface ServiceStates {
  gmail: GmailState;
}

export const services: { [K in keyof ServiceStates]: EmulatedService<ServiceStates[K]> } = {
  gmail: gmailService,
};
