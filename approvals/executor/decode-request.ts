import type { OutgoingRequest } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";

/**
 * A request as it would leave, decoded from what `fetch` was really given. Errors: `no_permission` for a body that cannot be
 * read beforehand (a stream, a form with files): what cannot be compared does not leave.
 */
export function decodeRequest(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): OutgoingRequest {
  if (input instanceof Request) throw unreadable("a prepared request");
  const url = new URL(input);
  const headers = new Headers(init?.headers);
  const overriding = [...headers.keys()].find((name) => /method-override|^x-http-method$/i.test(name));
  if (overriding !== undefined) throw unreadable("a request that asks for another method");
  const ifMatch = headers.get("if-match");
  return {
    ...(ifMatch === null ? {} : { ifMatch }),
    method: (init?.method ?? "GET").toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    contentType: headers.get("content-type") ?? "",
    body: readBody(init?.body),
  };
}

function readBody(body: RequestInit["body"]): Uint8Array {
  if (body === null || body === undefined) return new Uint8Array();
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof URLSearchParams) return new TextEncoder().encode(body.toString());
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0));
  throw unreadable("a body that cannot be read beforehand");
}

function unreadable(what: string): StewardError {
  return new StewardError("no_permission", `The door lets nothing out that it cannot compare: ${what}.`);
}
