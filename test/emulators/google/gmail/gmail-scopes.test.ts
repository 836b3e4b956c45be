import { describe, expect, test } from "vitest";
import { gmailScopes } from "../../../../src/emulators/google/gmail/gmail-scopes.ts";
import { arrive, base, bearerOf, clara, gmailOf, makeWorld, rawMail, statusOf } from "../google-fixture.ts";

const root = "https://www.googleapis.com/auth/gmail.";
const users = "/gmail/v1/users/me/";
const me = { userId: "me" };

/** What each scope is enough for, as Google's reference lists it. */
const table: readonly [method: string, path: string, scopes: string][] = [
  ["GET", "profile", "all modify readonly metadata compose"],
  ["GET", "history", "all modify readonly metadata"],
  ["GET", "messages", "all modify readonly metadata"],
  ["GET", "messages/1a", "all modify readonly metadata"],
  ["GET", "messages/1a/attachments/x", "all modify readonly"],
  ["GET", "threads/1a", "all modify readonly metadata"],
  ["GET", "drafts", "all modify readonly compose"],
  ["GET", "labels", "all modify readonly metadata labels"],
  ["GET", "settings/sendAs", "all modify readonly settings.basic"],
  ["POST", "messages/send", "all modify compose send"],
  ["POST", "messages", "all modify insert"],
  ["POST", "messages/import", "all modify insert"],
  ["POST", "messages/batchModify", "all modify"],
  ["POST", "messages/batchDelete", "all"],
  ["POST", "messages/1a/modify", "all modify"],
  ["POST", "messages/1a/trash", "all modify"],
  ["POST", "threads/1a/trash", "all modify"],
  ["DELETE", "messages/1a", "all"],
  ["DELETE", "threads/1a", "all"],
  ["POST", "drafts/send", "all modify compose"],
  ["PUT", "drafts/r1", "all modify compose"],
  ["DELETE", "drafts/r1", "all modify compose"],
  ["POST", "labels", "all modify labels"],
  ["DELETE", "labels/Label_1", "all modify labels"],
  ["POST", "watch", "all"],
];

describe("a grant", () => {
  test.each(table)("for %s %s is one of: %s", (method, path, scopes) => {
    const names = gmailScopes(method, `${users}${path}`).map((scope) =>
      scope === "https://mail.google.com/" ? "all" : scope.replace(root, ""),
    );
    expect(names.toSorted()).toEqual(scopes.split(" ").toSorted());
  });

  test("that may send sends, and does nothing else", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "One" });
    const api = await gmailOf(world, clara, [`${root}send`]);
    const raw = rawMail({ To: "x@x.example", Subject: "Hi" });
    expect(await statusOf(api.users.messages.send({ ...me, requestBody: { raw } }))).toBe(200);
    expect(await statusOf(api.users.messages.trash({ ...me, id }))).toBe(403);
    expect(await statusOf(api.users.messages.list(me))).toBe(403);
    expect(await statusOf(api.users.drafts.create({ ...me, requestBody: { message: { raw } } }))).toBe(403);
  });

  test("of metadata shows headers, no text, no files and no search", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "One" });
    const api = await gmailOf(world, clara, [`${root}metadata`]);
    const { data } = await api.users.messages.get({ ...me, id, format: "metadata" });
    expect(data.payload?.headers?.some(({ name }) => name === "Subject")).toBe(true);
    expect(Object.keys(data.payload ?? {})).toEqual(["mimeType", "headers"]);
    expect(await statusOf(api.users.messages.get({ ...me, id, format: "minimal" }))).toBe(200);
    for (const format of ["full", "raw", "FULL"]) {
      expect(await statusOf(api.users.messages.get({ ...me, id, format }))).toBe(403);
    }
    expect(await statusOf(api.users.messages.get({ ...me, id }))).toBe(403);
    expect(await statusOf(api.users.threads.get({ ...me, id }))).toBe(403);
    expect(await statusOf(api.users.messages.list(me))).toBe(200);
    const refused = await api.users.messages.list({ ...me, q: "from:x" }).catch((error: unknown) => error);
    expect(String(refused)).toContain("Metadata scope does not support 'q' parameter");
    expect(await statusOf(api.users.threads.list({ ...me, q: "from:x" }))).toBe(403);
  });

  test("is checked for every part of a batch by itself", async () => {
    const world = makeWorld();
    const id = await arrive(world, { subject: "One" });
    const answer = await world.fetch(`${base}/batch/gmail/v1`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await bearerOf(world, clara, [`${root}labels`])}`,
        "content-type": "multipart/mixed; boundary=b",
      },
      body: ["labels", `messages/${id}`]
        .map((path) => `--b\r\nContent-Type: application/http\r\n\r\nGET ${users}${path}\r\n\r\n`)
        .join("")
        .concat("--b--"),
    });
    const text = await answer.text();
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    expect(text.match(/HTTP\/1\.1 403/g)).toHaveLength(1);
  });
});
