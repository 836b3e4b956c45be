import { drive, type drive_v3 } from "@googleapis/drive";
import { sheets, type sheets_v4 } from "@googleapis/sheets";
import { describe, expect, test } from "vitest";
import { setAccess } from "../../../src/emulators/google/drive/drive-state.ts";
import type { GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { authOf, base, bearerOf, clara, makeWorld, statusOf } from "./google-fixture.ts";

async function apiOf(world: GoogleWorld): Promise<drive_v3.Drive> {
  return drive({ version: "v3", auth: await authOf(world), rootUrl: `${base}/`, retry: false });
}
async function sheetsOf(world: GoogleWorld): Promise<sheets_v4.Sheets> {
  return sheets({ version: "v4", auth: await authOf(world), rootUrl: `${base}/`, retry: false });
}
const rootUrl = { rootUrl: `${base}/` };

async function findId(api: drive_v3.Drive, name: string): Promise<string> {
  return (
    (await api.files.list({ q: `name = '${name}' and trashed = false`, fields: "files(id)" })).data.files?.[0]?.id ?? ""
  );
}

async function readChanges(
  api: drive_v3.Drive,
  from: string,
  pageSize = 100,
): Promise<{ changes: drive_v3.Schema$Change[]; token: string; pages: number }> {
  const changes: drive_v3.Schema$Change[] = [];
  let token = from;
  for (let pages = 1; ; pages += 1) {
    const { data } = await api.changes.list({ pageToken: token, pageSize, includeRemoved: true, fields: "*" });
    changes.push(...(data.changes ?? []));
    if (data.newStartPageToken) return { changes, token: data.newStartPageToken, pages };
    token = data.nextPageToken ?? "";
  }
}

describe("the emulated Drive", () => {
  test("holds the demo life: a folder tree, blobs with checksums, native Docs and the contacts sheet", async () => {
    const api = await apiOf(makeWorld({ seeded: true }));
    const life = await findId(api, "Life");
    const { data } = await api.files.list({
      q: `'${life}' in parents and trashed = false`,
      fields: "files(name,mimeType)",
      orderBy: "name",
    });
    expect(data.files?.map(({ name }) => name)).toEqual(expect.arrayContaining(["Car", "Travel", "People"]));
    expect(Object.keys(data.files?.[0] ?? {}).sort()).toEqual(["mimeType", "name"]);
    const car = await api.files.get({ fileId: await findId(api, "car.md"), fields: "*" });
    expect(car.data).toMatchObject({ mimeType: "text/markdown", md5Checksum: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const doc = (await api.files.get({ fileId: await findId(api, "lisbon"), fields: "*" })).data;
    expect([doc.md5Checksum, doc.headRevisionId, doc.size]).toEqual([undefined, undefined, undefined]);
    const exported = await api.files.export(
      { fileId: doc.id ?? "", mimeType: "text/markdown" },
      { responseType: "text", ...rootUrl },
    );
    expect(String(exported.data)).toContain("# Lisbon");
    expect(await statusOf(api.files.get({ fileId: doc.id ?? "", alt: "media" }, rootUrl))).toBe(403);
    const csv = await api.files.export(
      { fileId: await findId(api, "Contacts"), mimeType: "text/csv" },
      { responseType: "text", ...rootUrl },
    );
    expect(String(csv.data)).toMatch(/^steward_id,name,aliases,emails/);
  });

  test("pages, and refuses a search it does not know", async () => {
    const api = await apiOf(makeWorld({ seeded: true }));
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const { data } = await api.files.list({
        pageSize: 5,
        fields: "nextPageToken,files(id)",
        ...(pageToken ? { pageToken } : {}),
      });
      seen.push(...(data.files ?? []).map(({ id }) => id ?? ""));
      pageToken = data.nextPageToken ?? undefined;
    } while (pageToken !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(10);
    expect(await statusOf(api.files.list({ q: "fullText contains 'x' or nonsense" }))).toBe(400);
    expect(await statusOf(api.files.get({ fileId: "nothere" }))).toBe(404);
  });

  test("feeds changes once a file, with the new start token on the last page only", async () => {
    const api = await apiOf(makeWorld({ seeded: true }));
    const start = (await api.changes.getStartPageToken()).data.startPageToken ?? "";
    expect((await readChanges(api, start)).changes).toEqual([]);
    const car = await findId(api, "car.md");
    const other = await findId(api, "insurance.md");
    await api.files.update({ fileId: car, requestBody: { name: "auto.md" } });
    await api.files.update({ fileId: car, requestBody: { name: "wagen.md" } });
    await api.files.update({ fileId: other, requestBody: { trashed: true } });
    const { changes, token, pages } = await readChanges(api, start, 1);
    expect(changes.map(({ file }) => [file?.name, file?.trashed])).toEqual([
      ["wagen.md", false],
      ["insurance.md", true],
    ]);
    expect(pages).toBe(2);
    expect((await readChanges(api, token)).changes).toEqual([]);
  });

  test("says nothing of the children when a folder is trashed, although they are", async () => {
    const api = await apiOf(makeWorld({ seeded: true }));
    const start = (await api.changes.getStartPageToken()).data.startPageToken ?? "";
    const folder = await findId(api, "Car");
    const car = await findId(api, "car.md");
    await api.files.update({ fileId: folder, requestBody: { trashed: true } });
    expect((await readChanges(api, start)).changes.map(({ fileId }) => fileId)).toEqual([folder]);
    expect((await api.files.get({ fileId: car, fields: "trashed,explicitlyTrashed" })).data).toEqual({
      trashed: true,
      explicitlyTrashed: false,
    });
  });

  test("names a file that was lost from sight as removed, and gives it back whole", async () => {
    const world = makeWorld({ seeded: true });
    const api = await apiOf(world);
    const car = await findId(api, "car.md");
    const start = (await api.changes.getStartPageToken()).data.startPageToken ?? "";
    setAccess(world.state("drive", clara), car, false);
    const lost = await readChanges(api, start);
    expect(lost.changes).toMatchObject([{ fileId: car, removed: true }]);
    expect(lost.changes[0]?.file).toBeUndefined();
    expect(await statusOf(api.files.get({ fileId: car }))).toBe(404);
    setAccess(world.state("drive", clara), car, true);
    expect((await readChanges(api, lost.token)).changes).toMatchObject([{ fileId: car, removed: false }]);
  });

  test("can give the end of one page again at the start of the next", async () => {
    const world = makeWorld({ seeded: true });
    world.settings.set("drive.duplicatePages", 1);
    const api = await apiOf(world);
    const start = (await api.changes.getStartPageToken()).data.startPageToken ?? "";
    for (const name of ["car.md", "insurance.md"]) {
      await api.files.update({ fileId: await findId(api, name), requestBody: { name: `new ${name}` } });
    }
    const { changes } = await readChanges(api, start, 1);
    expect(changes.length).toBeGreaterThan(2);
    expect(new Set(changes.map(({ fileId }) => fileId)).size).toBeGreaterThanOrEqual(2);
  });

  test("refuses an export that is too large, a full Drive, and an id used twice or for a Doc", async () => {
    const world = makeWorld({ seeded: true });
    const api = await apiOf(world);
    world.settings.set("drive.exportLimitBytes", 10);
    expect(
      await statusOf(api.files.export({ fileId: await findId(api, "lisbon"), mimeType: "text/markdown" }, rootUrl)),
    ).toBe(403);
    const id = (await api.files.generateIds({ count: 1 })).data.ids?.[0] ?? "";
    const create = (requestBody: drive_v3.Schema$File): Promise<unknown> => api.files.create({ requestBody });
    expect(await statusOf(create({ id, name: "d", mimeType: "application/vnd.google-apps.document" }))).toBe(400);
    expect(await statusOf(create({ id, name: "a.md", mimeType: "text/markdown" }))).toBe(200);
    expect(await statusOf(create({ id, name: "a.md", mimeType: "text/markdown" }))).toBe(409);
    world.settings.set("drive.storageFull", 1);
    expect(await statusOf(create({ name: "b.md" }))).toBe(403);
  });

  test("takes uploads in one piece and in chunks, and keeps every revision of a blob", async () => {
    const world = makeWorld();
    const api = await apiOf(world);
    const { data } = await api.files.create(
      { requestBody: { name: "a.md" }, media: { mimeType: "text/markdown", body: "one" }, fields: "*" },
      rootUrl,
    );
    const before = data.version;
    await api.files.update({ fileId: data.id ?? "", media: { mimeType: "text/markdown", body: "two" } }, rootUrl);
    const now = (await api.files.get({ fileId: data.id ?? "", fields: "*" })).data;
    expect(Number(now.version)).toBeGreaterThan(Number(before));
    expect(now.headRevisionId).not.toBe(data.headRevisionId);
    expect((await api.revisions.list({ fileId: data.id ?? "" })).data.revisions).toHaveLength(2);
    const headers = { authorization: `Bearer ${await bearerOf(world)}` };
    const begun = await world.fetch(`${base}/upload/drive/v3/files?uploadType=resumable`, {
      method: "POST",
      headers,
      body: '{"name":"big.bin"}',
    });
    const session = begun.headers.get("location") ?? "";
    const put = (range: string, body: Uint8Array): Promise<Response> =>
      world.fetch(session, { method: "PUT", headers: { ...headers, "content-range": range }, body: Buffer.from(body) });
    const chunk = new Uint8Array(262_144).fill(7);
    const first = await put("bytes 0-262143/262150", chunk);
    expect([first.status, first.headers.get("range")]).toEqual([308, "bytes=0-262143"]);
    expect((await put("bytes */262150", new Uint8Array())).status).toBe(308);
    expect((await put("bytes 5-10/262150", new Uint8Array(6))).status).toBe(400);
    expect((await put("bytes 262144-262149/262150", new Uint8Array(6))).status).toBe(200);
    expect((await put("bytes */262150", new Uint8Array())).status).toBe(200);
    world.clock.advance(8 * 86_400_000);
    const later = { authorization: `Bearer ${await bearerOf(world)}`, "content-range": "bytes */262150" };
    expect((await world.fetch(session, { method: "PUT", headers: later })).status).toBe(404);
  });
});

describe("the emulated Sheets", () => {
  test("leaves out what is empty at the end, and tells typed from raw", async () => {
    const world = makeWorld({ seeded: true });
    const api = await sheetsOf(world);
    const files = await apiOf(world);
    const spreadsheetId = await findId(files, "Contacts");
    const version = async (): Promise<number> =>
      Number((await files.files.get({ fileId: spreadsheetId, fields: "version" })).data.version);
    const before = await version();
    const update = (valueInputOption: string, values: unknown[][]): Promise<unknown> =>
      api.spreadsheets.values.update({
        spreadsheetId,
        range: "Contacts!A2",
        valueInputOption,
        requestBody: { values },
      });
    await update("RAW", [["k1", "=IMPORTXML(1)", "", "+49 30 1"]]);
    expect(await version()).toBeGreaterThan(before);
    const row = async (): Promise<unknown[]> =>
      (
        await api.spreadsheets.values.get({
          spreadsheetId,
          range: "Contacts!A2:D2",
          valueRenderOption: "UNFORMATTED_VALUE",
        })
      ).data.values?.[0] ?? [];
    expect(await row()).toEqual(["k1", "=IMPORTXML(1)", "", "+49 30 1"]);
    await update("USER_ENTERED", [["k1", "=IMPORTXML(1)", "", "+49 30 1"]]);
    expect(await row()).toEqual(["k1", "#N/A", "", "#ERROR!"]);
    await update("RAW", [["k1", "", "", ""]]);
    expect(await row()).toEqual(["k1"]);
    expect(await statusOf(update("", [["x"]]))).toBe(400);
    const far = await api.spreadsheets.values.get({ spreadsheetId, range: "Contacts!A900:Z999" });
    expect(far.data.values).toBeUndefined();
  });

  test("appends below the table every time it is asked", async () => {
    const world = makeWorld({ seeded: true });
    const api = await sheetsOf(world);
    const spreadsheetId = await findId(await apiOf(world), "Contacts");
    const rows = async (): Promise<number> =>
      (await api.spreadsheets.values.get({ spreadsheetId, range: "Contacts" })).data.values?.length ?? 0;
    const before = await rows();
    const append = {
      spreadsheetId,
      range: "Contacts!A1",
      valueInputOption: "RAW",
      requestBody: { values: [["k9", "Somebody"]] },
    };
    await api.spreadsheets.values.append(append);
    await api.spreadsheets.values.append(append);
    expect(await rows()).toBe(before + 2);
    const { data } = await api.spreadsheets.get({ spreadsheetId, fields: "sheets.properties.title" });
    expect(data).toEqual({ sheets: [{ properties: { title: "Contacts" } }] });
  });
});
