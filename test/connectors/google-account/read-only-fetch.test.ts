import { describe, expect, test } from "vitest";
import { writeBatch } from "../../../connectors/gmail/batch.ts";
import { readOnlyFetch } from "../../../connectors/google-account/read-only-fetch.ts";
import { StewardError } from "../../../src/core/errors.ts";

const gmailRoot = "https://gmail.googleapis.com";

/** What a request came to: the address it was sent to, or the code it was refused with. */
async function outcome(url: string, init: RequestInit = {}, baseUrl: string | null = null): Promise<string> {
  const sent: string[] = [];
  const inner: typeof fetch = async (input) => {
    sent.push(String(input));
    return new Response("{}");
  };
  try {
    await readOnlyFetch(inner, baseUrl)(url, init);
  } catch (error) {
    expect(sent).toEqual([]);
    return error instanceof StewardError ? error.code : String(error);
  }
  return sent.join();
}

const batch = writeBatch([
  { id: "a", path: "/gmail/v1/users/me/messages/a?format=raw" },
  { id: "b", path: "/gmail/v1/users/me/messages/b?format=raw" },
]);
const asBatch = (body: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": batch.contentType },
  body,
});

describe("what reads goes out", () => {
  test.each([
    [`${gmailRoot}/gmail/v1/users/me/messages`, {}],
    ["https://oauth2.googleapis.com/token", { method: "POST", body: "grant_type=refresh_token" }],
    ["https://www.googleapis.com/calendar/v3/freeBusy", { method: "POST", body: "{}" }],
    [`${gmailRoot}/batch/gmail/v1`, asBatch(batch.body)],
  ])("%s", async (url, init) => expect(await outcome(url, init)).toBe(url));

  test("to the emulator, where one stands for Google", async () => {
    const path = "/gmail/v1/users/me/profile?x=1";
    expect(await outcome(`${gmailRoot}${path}`, {}, "http://127.0.0.1:9")).toBe(`http://127.0.0.1:9${path}`);
  });
});

describe("everything else is refused before it is sent", () => {
  test.each([
    ["sending", "/gmail/v1/users/me/messages/send", { method: "POST" }],
    ["labels", "/gmail/v1/users/me/messages/1/modify", { method: "POST" }],
    ["deleting", "/gmail/v1/users/me/messages/1", { method: "DELETE" }],
    ["patching", "/drive/v3/files/1", { method: "patch" }],
    ["putting", "/calendar/v3/calendars/1/events/2", { method: "PUT" }],
    ["revoking", "/revoke", { method: "POST" }],
    ["an upload", "/upload/drive/v3/files", { method: "POST" }],
    ["another method in disguise", "/drive/v3/files/1", { headers: { "X-HTTP-Method-Override": "DELETE" } }],
    ["a batch that deletes", "/batch/gmail/v1", asBatch(batch.body.replace("GET ", "DELETE "))],
    ["a batch whose second request posts", "/batch/gmail/v1", asBatch(batch.body.replace(/GET (?=.*\/b\?)/, "POST "))],
    [
      "a batch with a body inside",
      "/batch/gmail/v1",
      asBatch(batch.body.replace("json\r\n\r\n", 'json\r\n\r\n{"a":1}')),
    ],
    ["a batch without an end", "/batch/gmail/v1", asBatch(batch.body.slice(0, -6))],
    ["a batch of no known shape", "/batch/gmail/v1", { method: "POST", body: "GET /x" }],
  ])("%s", async (_, path, init) => expect(await outcome(`${gmailRoot}${path}`, init)).toBe("no_permission"));

  test.each([
    "https://evil.example/x",
    "http://gmail.googleapis.com/x",
    "https://googleapis.com.evil.example/x",
  ])("%s", async (url) => {
    expect(await outcome(url)).toBe("no_permission");
    expect(await outcome(url, {}, "http://127.0.0.1:9")).toBe("no_permission");
  });
});
