import type { Page } from "../../../approvals/page/create-page.ts";

export interface Sent {
  cookie?: string;
  csrf?: string;
  headers?: Record<string, string>;
}

/** What a browser at the page's own name sends, in process. */
export function browserOf(page: Page): {
  get(path: string, sent?: Sent): Promise<Response>;
  post(path: string, fields: Record<string, string> | [string, string][], sent?: Sent): Promise<Response>;
  /** As `post`, in the form that may bring files. */
  files(path: string, fields: Record<string, string>, sent?: Sent): Promise<Response>;
  json(path: string, body: unknown, sent?: Sent): Promise<Response>;
} {
  const { host, origin } = page.authority();
  const base = (sent: Sent): Record<string, string> => ({
    host,
    ...(sent.cookie === undefined ? {} : { cookie: sent.cookie }),
    ...sent.headers,
  });
  const own = { origin, "sec-fetch-site": "same-origin" };
  return {
    get: async (path, sent = {}) => await page.app.request(`${origin}${path}`, { headers: base(sent) }),
    post: async (path, fields, sent = {}) =>
      await page.app.request(`${origin}${path}`, {
        method: "POST",
        headers: { ...own, "content-type": "application/x-www-form-urlencoded", ...base(sent) },
        body: new URLSearchParams([
          ...(sent.csrf === undefined ? [] : [["csrf", sent.csrf]]),
          ...(Array.isArray(fields) ? fields : Object.entries(fields)),
        ]).toString(),
      }),
    files: async (path, fields, sent = {}) => {
      const body = new FormData();
      const all = { ...(sent.csrf === undefined ? {} : { csrf: sent.csrf }), ...fields };
      for (const [name, value] of Object.entries(all)) body.set(name, value);
      return await page.app.request(`${origin}${path}`, { method: "POST", headers: { ...own, ...base(sent) }, body });
    },
    json: async (path, body, sent = {}) =>
      await page.app.request(`${origin}${path}`, {
        method: "POST",
        headers: {
          ...own,
          "content-type": "application/json",
          ...(sent.csrf === undefined ? {} : { "x-csrf-token": sent.csrf }),
          ...base(sent),
        },
        body: JSON.stringify(body),
      }),
  };
}
