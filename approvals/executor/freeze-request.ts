import type { OutgoingRequest } from "../../src/core/action.ts";
import { StewardError } from "../../src/core/errors.ts";

/** A request that can no longer change: what is looked at is what leaves. */
export interface FrozenRequest {
  /** A copy for whoever looks; changing it changes nothing. */
  look(): OutgoingRequest;
  send(inner: typeof fetch): Promise<Response>;
}

/**
 * A request as it would leave, taken out of the hands that made it: address, method, headers and body are read once, and what is
 * sent later are these. Errors: `no_permission` for a body that cannot be read beforehand (a stream, a form with files), and for
 * a wish to be taken for another method: what cannot be compared does not leave.
 */
export function freezeRequest(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): FrozenRequest {
  if (input instanceof Request) throw unreadable("a prepared request");
  const url = new URL(input).href;
  const given: RequestInit = { ...init };
  const headers = new Headers(given.headers);
  const overriding = [...headers.keys()].find((name) => /method-override|^x-http-method$/i.test(name));
  if (overriding !== undefined) throw unreadable("a request that asks for another method");
  const method = (given.method ?? "GET").toUpperCase();
  const { body, usualType } = freezeBody(given.body);
  if (usualType !== null && !headers.has("content-type")) headers.set("content-type", usualType);
  const contentType = headers.get("content-type") ?? "";
  const ifMatch = headers.get("if-match");
  return {
    look: () => {
      const { pathname: path, searchParams: query } = new URL(url);
      const version = ifMatch === null ? {} : { ifMatch };
      return {
        method,
        path,
        query,
        contentType,
        ...version,
        body: typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body ?? []),
      };
    },
    send: (inner) => {
      // What is sent elsewhere by an answer was compared with nothing.
      const redirect = method === "GET" || method === "HEAD" ? given.redirect : "error";
      return inner(url, {
        ...given,
        method,
        headers,
        body,
        ...(redirect === undefined ? {} : { redirect }),
      });
    },
  };
}

interface FrozenBody {
  /** Text cannot change; bytes are a copy. Null where there is none. */
  body: string | Uint8Array<ArrayBuffer> | null;
  /** What `fetch` would say of it where the request says nothing. */
  usualType: string | null;
}

function freezeBody(body: RequestInit["body"]): FrozenBody {
  if (body === null || body === undefined) return { body: null, usualType: null };
  if (typeof body === "string") return { body, usualType: "text/plain;charset=UTF-8" };
  if (body instanceof URLSearchParams) {
    return { body: body.toString(), usualType: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (body instanceof Uint8Array) return { body: new Uint8Array(body), usualType: null };
  if (body instanceof ArrayBuffer) return { body: new Uint8Array(body.slice(0)), usualType: null };
  throw unreadable("a body that cannot be read beforehand");
}

function unreadable(what: string): StewardError {
  return new StewardError("no_permission", `The door lets nothing out that it cannot compare: ${what}.`);
}
