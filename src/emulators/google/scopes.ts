import { gmailScopes } from "./gmail/gmail-scopes.ts";

const root = "https://www.googleapis.com/auth/";

/** The scopes of which one is enough to read, and to write, at each service; Gmail's go by route. */
const enough: Record<string, { read: readonly string[]; write: readonly string[] }> = {
  drive: {
    read: [`${root}drive`, `${root}drive.readonly`, `${root}drive.file`],
    write: [`${root}drive`, `${root}drive.file`],
  },
  sheets: {
    read: [`${root}spreadsheets`, `${root}spreadsheets.readonly`, `${root}drive`, `${root}drive.readonly`],
    write: [`${root}spreadsheets`, `${root}drive`],
  },
  calendar: {
    read: [`${root}calendar`, `${root}calendar.readonly`],
    write: [`${root}calendar`, `${root}calendar.events`],
  },
};

/** The right to events is enough to read them, not to list calendars or busy times. */
const eventPath = /^\/calendar\/v3\/calendars\/[^/]+\/events(?:\/|$)/;

/** POSTs that only read. */
const readingPosts = [/\/freeBusy$/];

/** Whether a grant allows a request. */
export function isAllowed(service: string, method: string, path: string, scopes: readonly string[]): boolean {
  if (service === "gmail") return gmailScopes(method, path).some((scope) => scopes.includes(scope));
  const reads = method === "GET" || readingPosts.some((pattern) => pattern.test(path));
  if (service === "calendar" && eventPath.test(path) && scopes.includes(`${root}calendar.events`)) return true;
  const needed = enough[service]?.[reads ? "read" : "write"] ?? [];
  return needed.some((scope) => scopes.includes(scope));
}

/** Which service a path belongs to; null for sign-in, the page and the controls. */
export function serviceOf(path: string): "gmail" | "drive" | "sheets" | "calendar" | null {
  if (/^\/(?:upload\/|resumable\/upload\/)?gmail\/v1\/|^\/batch\/gmail\//.test(path)) return "gmail";
  if (/^\/(?:upload\/)?drive\/v3\//.test(path)) return "drive";
  if (path.startsWith("/v4/spreadsheets")) return "sheets";
  if (path.startsWith("/calendar/v3/")) return "calendar";
  return null;
}
