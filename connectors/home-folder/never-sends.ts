import type { OutgoingRequest } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";

/** The `readBack` of an action that writes files and has no request to send. */
export function neverSends(request: OutgoingRequest): never {
  throw new StewardError("internal", `The owner's own files send nothing, and not ${request.method} ${request.path}.`);
}
