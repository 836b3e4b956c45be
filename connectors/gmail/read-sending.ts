import { z } from "zod";
import type { OutgoingRequest } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";
import { decodeMail } from "./decode-mail.ts";
import { gmailId, type OutgoingMail } from "./outgoing-mail.ts";

const drafts = "/gmail/v1/users/me/drafts";
const newDraft = z.strictObject({ message: z.strictObject({ raw: z.string(), threadId: gmailId.optional() }) });
const sending = z.strictObject({ id: gmailId });

/**
 * What a request of a sending action carries: all of the mail when it makes the draft, nothing when it sends one that was made
 * so. Errors: `no_permission` for every other request.
 */
export async function readSending(request: OutgoingRequest): Promise<Partial<OutgoingMail>> {
  if (request.path === `${drafts}/send`) {
    readBody(request, sending);
    return {};
  }
  if (request.path !== drafts) throw foreign("its address");
  const { message } = readBody(request, newDraft);
  const bytes = Buffer.from(message.raw, "base64url");
  if (bytes.toString("base64url") !== message.raw) throw foreign("its encoding");
  const { key, ...mail } = await decodeMail(bytes, { strict: true });
  if (key === null || !/^[a-z0-9]{32}$/.test(key)) throw foreign("no key to find it again");
  return { ...mail, threadId: message.threadId ?? null };
}

/** The body of a POST, in the one way it is written here: no second reading of it is possible. */
export function readBody<T>({ method, query, contentType, body }: OutgoingRequest, schema: z.ZodType<T>): T {
  if (method !== "POST" || query.size > 0 || contentType !== "application/json") throw foreign("its form");
  const text = new TextDecoder().decode(body);
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success || JSON.stringify(parsed.data) !== text) throw foreign("its body");
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}

function foreign(what: string): StewardError {
  return new StewardError("no_permission", `A request to Gmail has something that steward does not send: ${what}.`);
}
