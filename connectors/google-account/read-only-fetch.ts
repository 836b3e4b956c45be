import { StewardError } from "../../src/core/errors.ts";

const hosts = /(?:^|\.)(?:googleapis\.com|googleusercontent\.com)$|^(?:accounts|docs)\.google\.com$/;
/** Headers by which a reading method asks for another one. */
const overrides = ["x-http-method-override", "x-http-method", "x-method-override"];
const header = "[\\w-]+: [^\\r\\n]*\\r\\n";
const innerGet = new RegExp(`^\\r\\n(?:${header})+\\r\\nGET /[^\\r\\n]*\\r\\n(?:${header})*(?:\\r\\n)*$`);

/**
 * A `fetch` that can only read, and only at Google: GET, and by path the three POSTs that change nothing (a token, a batch of
 * GETs, free and busy times). `baseUrl` stands for every Google host when it is set.
 *
 * Errors: `no_permission` for everything else, before anything is sent.
 */
export function readOnlyFetch(inner: typeof fetch, baseUrl: string | null): typeof fetch {
  return async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const url = toGooglePlace(asked, baseUrl);
    const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const reads = !overrides.some((name) => headers.has(name)) && isReading(method, url.pathname, init?.body, headers);
    if (!reads) throw new StewardError("no_permission", `Reading may not send ${method} ${url.pathname}.`);
    return await inner(input instanceof Request ? new Request(url, input) : url, init);
  };
}

/** Where a request to Google goes: `baseUrl` stands for every Google host when it is set. Errors: `no_permission` for any other host. */
export function toGooglePlace(asked: URL, baseUrl: string | null): URL {
  const base = baseUrl === null ? null : new URL(baseUrl);
  if (base !== null && asked.origin === base.origin) return asked;
  if (asked.protocol !== "https:" || !hosts.test(asked.hostname)) {
    throw new StewardError("no_permission", `Reading a Google account may not ask ${asked.hostname}.`);
  }
  return base === null ? asked : new URL(`${asked.pathname}${asked.search}`, base);
}

function isReading(method: string, path: string, body: unknown, headers: Headers): boolean {
  if (method === "GET") return true;
  if (method !== "POST") return false;
  if (path === "/token" || path === "/calendar/v3/freeBusy") return true;
  return path.startsWith("/batch/") && typeof body === "string" && readsOnly(body, headers);
}

/** Whether every request inside a batch is a GET without a body. */
function readsOnly(body: string, headers: Headers): boolean {
  const boundary = /boundary="?([\w-]+)"?/.exec(headers.get("content-type") ?? "")?.[1];
  if (boundary === undefined) return false;
  const [before = "", ...parts] = body.split(`--${boundary}`);
  const end = parts.pop() ?? "";
  return before.trim() === "" && /^--\s*$/.test(end) && parts.length > 0 && parts.every((part) => innerGet.test(part));
}
