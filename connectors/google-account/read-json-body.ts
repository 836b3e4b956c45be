import type { ZodType } from "zod";
import type { OutgoingRequest } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";

/**
 * The JSON of a request on its way out, in the one way that it is written here: no second reading of the bytes is possible.
 * Contract: pure. Errors: `no_permission` for another type of content, fields of another name, order or kind.
 */
export function readJsonBody<T>({ contentType, body }: OutgoingRequest, schema: ZodType<T>): T {
  if (contentType !== "application/json") throw foreignRequest("its type of content");
  return readWritten(new TextDecoder().decode(body), schema);
}

/** The same of JSON that is a part of a body. */
export function readWritten<T>(text: string, schema: ZodType<T>): T {
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success || JSON.stringify(parsed.data) !== text) throw foreignRequest("its body");
  return parsed.data;
}

/** The error of a request that no action makes. */
export function foreignRequest(what: string): StewardError {
  return new StewardError("no_permission", `A request to Google has something that steward does not send: ${what}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}
