import type { drive_v3 } from "@googleapis/drive";
import { describe, expect, test } from "vitest";
import { setContent } from "../../../src/emulators/google/drive/drive-state.ts";
import {
  changePages,
  docType,
  driveOf,
  folderType,
  outcomeOf,
  putFile,
  rootUrl,
  sheetType,
  startToken,
  stateOf,
  uploaderOf,
} from "./drive-fixture.ts";
import { makeWorld } from "./google-fixture.ts";

const block = 262_144;

async function newId(api: drive_v3.Drive): Promise<string> {
  return (await api.files.generateIds({ count: 1 })).data.ids?.[0] ?? "";
}

const media = (body: string, mimeType = "text/markdown") => ({ media: { mimeType, body } });

describe("a file made in Drive", () => {
  test("with a generated id is made once, however often it is asked for (D1)", async () => {
    const world = makeWorld();
    const api = await driveOf(world);
    const id = await newId(api);
    world.faults.add({ match: /^POST \/drive\/v3\/files/, nth: 1, when: "after", do: "drop" });
    const make = () => api.files.create({ requestBody: { id, name: "a.md" } });
    await expect(make()).rejects.toThrow();
    expect(await outcomeOf(make())).toBe("409 fileIdInUse");
    expect((await api.files.list()).data.files).toHaveLength(1);
    expect(world.ledger.all().filter(({ kind }) => kind === "file.created")).toHaveLength(1);
    expect((await api.files.generateIds()).data.ids).toHaveLength(10);
    expect(await outcomeOf(api.files.generateIds({ count: 1001 }))).toBe("400 invalidParameter");
  });

  test("takes an id for blobs and folders, never for native kinds, and none that was not generated", async () => {
    const api = await driveOf(makeWorld());
    const make = async (mimeType: string, id: string) =>
      outcomeOf(api.files.create({ requestBody: { id, name: "x", mimeType } }));
    expect(await make(folderType, await newId(api))).toBe("200");
    expect(await make(docType, await newId(api))).toBe("400 invalid");
    expect(await make(sheetType, await newId(api))).toBe("400 invalid");
    expect(await make("text/markdown", "1ownInvention")).toBe("400 invalid");
  });

  test("becomes a native Doc or Sheet when its content can be turned into one", async () => {
    const api = await driveOf(makeWorld());
    const convert = (mimeType: string, body: string, from: string) =>
      api.files.create({ requestBody: { name: "x", mimeType }, ...media(body, from) }, rootUrl);
    const doc = (await convert(docType, "# Hello\n", "text/markdown")).data.id ?? "";
    const sheet = (await convert(sheetType, 'a,b\r\n"1,5",2\r\n', "text/csv")).data.id ?? "";
    const text = async (fileId: string, mimeType: string) =>
      String((await api.files.export({ fileId, mimeType }, { ...rootUrl, responseType: "text" })).data);
    expect(await text(doc, "text/markdown")).toBe("# Hello\n");
    expect(await text(sheet, "text/csv")).toBe('a,b\r\n"1,5",2');
    expect(await outcomeOf(convert(docType, "x", "image/png"))).toBe("400 badContent");
  });

  test("goes into one folder that is there and not in the bin", async () => {
    const world = makeWorld();
    const folder = putFile(world, "Life", { mimeType: folderType });
    const note = putFile(world, "note.md");
    const api = await driveOf(world);
    const into = async (...parents: string[]) => outcomeOf(api.files.create({ requestBody: { name: "x", parents } }));
    expect(await into(folder.id)).toBe("200");
    expect(await into(folder.id, "root")).toBe("403 cannotAddParent");
    expect(await into("1nowhere")).toBe("404 notFound");
    expect(await into(note.id)).toBe("403 parentNotAFolder");
    world.settings.set("drive.folderLimit", 1);
    expect(await into(folder.id)).toBe("403 numChildrenInNonRootLimitExceeded");
    folder.trashed = true;
    expect(await into(folder.id)).toBe("403 parentInTrash");
  });

  test("has private properties of at most 124 bytes, and at most 30 of them", async () => {
    const api = await driveOf(makeWorld());
    const make = async (appProperties: Record<string, string>) =>
      outcomeOf(api.files.create({ requestBody: { name: "x", appProperties } }));
    expect(await make({ k: "x".repeat(123) })).toBe("200");
    expect(await make({ k: "x".repeat(124) })).toBe("400 invalid");
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, "v"]));
    expect(await make(many(30))).toBe("200");
    expect(await make(many(31))).toBe("403 propertyCountLimitExceeded");
  });

  test("does not fit when the storage is full, and native files need none (D11)", async () => {
    const world = makeWorld();
    world.settings.set("drive.storageLimitBytes", 10);
    const api = await driveOf(world);
    const make = async (body: string) =>
      outcomeOf(api.files.create({ requestBody: { name: "x" }, ...media(body) }, rootUrl));
    expect(await make("0123456")).toBe("200");
    expect(await make("0123456")).toBe("403 storageQuotaExceeded");
    expect(await outcomeOf(api.files.create({ requestBody: { name: "d", mimeType: docType } }))).toBe("200");
    expect((await api.about.get({ fields: "storageQuota" })).data.storageQuota).toMatchObject({
      usage: "7",
      limit: "10",
    });
  });
});

describe("a file changed in Drive", () => {
  test("is not protected by If-Match: the last one to write wins, both revisions are there (D5)", async () => {
    const world = makeWorld();
    const file = putFile(world, "a.md", { text: "base" });
    const api = await driveOf(world);
    const { data: before } = await api.files.get({ fileId: file.id, fields: "version,headRevisionId,md5Checksum" });
    world.clock.advance(1000);
    setContent(stateOf(world), file, new TextEncoder().encode("theirs"), world.clock.now(), false);
    const headers = { "If-Match": '"never"' };
    await api.files.update({ fileId: file.id, ...media("ours") }, { ...rootUrl, headers });
    const { data: after } = await api.files.get({ fileId: file.id, fields: "version,headRevisionId" });
    expect(Number(after.version) - Number(before.version)).toBe(2);
    const { data } = await api.revisions.list({ fileId: file.id, fields: "*" });
    expect(data.revisions?.map(({ lastModifyingUser }) => lastModifyingUser?.me)).toEqual([true, false, true]);
    const revisionId = data.revisions?.[1]?.id ?? "";
    const theirs = await api.revisions.get(
      { fileId: file.id, revisionId, alt: "media" },
      { ...rootUrl, responseType: "text" },
    );
    expect(theirs.data).toBe("theirs");
    expect(data.revisions?.[0]?.id).toBe(before.headRevisionId);
  });

  test("moves from one folder to another only when the old one is named", async () => {
    const world = makeWorld();
    const folder = putFile(world, "Life", { mimeType: folderType });
    const inner = putFile(world, "Inner", { mimeType: folderType, parents: [folder.id] });
    const file = putFile(world, "a.md");
    const api = await driveOf(world);
    const root = stateOf(world).rootId;
    const move = async (fileId: string, addParents: string, removeParents?: string) =>
      outcomeOf(api.files.update({ fileId, addParents, ...(removeParents ? { removeParents } : {}) }));
    expect(await move(file.id, folder.id)).toBe("403 cannotAddParent");
    expect(await move(file.id, folder.id, root)).toBe("200");
    expect((await api.files.get({ fileId: file.id, fields: "parents" })).data.parents).toEqual([folder.id]);
    expect(await move(folder.id, inner.id, root)).toBe("403 cannotAddParent");
    const body = { fileId: file.id, requestBody: { parents: [root] } };
    expect(await outcomeOf(api.files.update(body))).toBe("403 fieldNotWritable");
  });

  test("loses a property that is set to null and keeps the others", async () => {
    const world = makeWorld();
    const file = putFile(world, "a.md", { appProperties: { a: "1", b: "2" } });
    const api = await driveOf(world);
    // The client's types know no null, its requests do.
    const change: Record<string, string> = JSON.parse('{"a":null,"c":"3"}');
    const asked = { fileId: file.id, requestBody: { appProperties: change }, fields: "appProperties" };
    expect((await api.files.update(asked)).data.appProperties).toEqual({ b: "2", c: "3" });
  });

  test("may be one that the account can only read", async () => {
    const world = makeWorld();
    const file = putFile(world, "theirs.md", { ownedByMe: false, canEdit: false });
    const api = await driveOf(world);
    const fileId = file.id;
    expect(await outcomeOf(api.files.update({ fileId, requestBody: { name: "x" } }))).toBe(
      "403 insufficientFilePermissions",
    );
    expect(await outcomeOf(api.files.delete({ fileId }))).toBe("403 insufficientFilePermissions");
  });

  test("as a Doc is replaced as a whole by what is uploaded over it", async () => {
    const world = makeWorld();
    const doc = putFile(world, "doc", {
      mimeType: docType,
      text: "one\n",
      doc: { tabs: ["two\n"], images: {}, comments: ["why?"] },
    });
    const api = await driveOf(world);
    await api.files.update({ fileId: doc.id, ...media("three\n") }, rootUrl);
    expect([Buffer.from(doc.content ?? []).toString(), doc.doc, doc.mimeType]).toEqual(["three\n", null, docType]);
  });

  test("is copied with its content and properties", async () => {
    const world = makeWorld();
    const sheet = putFile(world, "table", { mimeType: sheetType, tabs: [{ title: "S", rows: [["x"]] }] });
    const api = await driveOf(world);
    const { data } = await api.files.copy({ fileId: sheet.id, requestBody: {}, fields: "id,name,mimeType" });
    expect(data).toMatchObject({ name: "Copy of table", mimeType: sheetType });
    sheet.tabs[0]?.rows.push(["later"]);
    expect(stateOf(world).files.get(data.id ?? "")?.tabs[0]?.rows).toEqual([["x"]]);
    const folder = putFile(world, "f", { mimeType: folderType });
    expect(await outcomeOf(api.files.copy({ fileId: folder.id }))).toBe("403 cannotCopyFile");
  });
});

describe("revisions", () => {
  test("go after 30 days or 100 newer ones, unless they are kept for ever", async () => {
    const world = makeWorld();
    const file = putFile(world, "a.md", { text: "first" });
    const api = await driveOf(world);
    const first = file.revisions[0]?.id ?? "";
    const keep = (keepForever: boolean) =>
      api.revisions.update({ fileId: file.id, revisionId: first, requestBody: { keepForever } });
    await keep(true);
    expect(await outcomeOf(keep(false))).toBe("403 illegalKeepForeverModification");
    world.clock.advance(31 * 86_400_000);
    setContent(stateOf(world), file, new Uint8Array([1]), world.clock.now());
    setContent(stateOf(world), file, new Uint8Array([2]), world.clock.now());
    world.clock.advance(31 * 86_400_000);
    const later = await driveOf(world);
    const left = (await later.revisions.list({ fileId: file.id, fields: "revisions(id,keepForever)" })).data.revisions;
    expect(left?.map(({ keepForever }) => keepForever)).toEqual([true, false]);
    for (let at = 0; at < 120; at += 1) setContent(stateOf(world), file, new Uint8Array([at]), world.clock.now());
    expect((await later.revisions.list({ fileId: file.id })).data.revisions).toHaveLength(101);
    expect(new Set(file.revisions.map(({ id }) => id)).size).toBe(101);
  });

  test("of a Doc have links to exports, no bytes, and may be merged", async () => {
    const world = makeWorld();
    const doc = putFile(world, "doc", { mimeType: docType });
    for (const text of ["a", "b"]) setContent(stateOf(world), doc, Buffer.from(text), world.clock.now());
    const api = await driveOf(world);
    const { data } = await api.revisions.list({ fileId: doc.id, fields: "*" });
    expect(data.revisions?.map(({ id }) => id)).toEqual(["1", "2", "3"]);
    expect(data.revisions?.[0]?.exportLinks?.["text/markdown"]).toContain("revision=1");
    expect(data.revisions?.[0]?.md5Checksum).toBeUndefined();
    expect(await outcomeOf(api.revisions.get({ fileId: doc.id, revisionId: "1", alt: "media" }, rootUrl))).toBe(
      "403 fileNotDownloadable",
    );
    const keep = { fileId: doc.id, revisionId: "1", requestBody: { keepForever: true } };
    expect(await outcomeOf(api.revisions.update(keep))).toBe("403 fieldNotWritable");
    world.settings.set("drive.mergeRevisions", 1);
    expect((await api.revisions.list({ fileId: doc.id })).data.revisions?.map(({ id }) => id)).toEqual(["1", "3"]);
  });
});

describe("a resumable upload", () => {
  test("goes on at the byte that was kept when the connection broke, and tells how far it is (D7)", async () => {
    const world = makeWorld();
    const api = await driveOf(world);
    const { begin, put } = await uploaderOf(world);
    const whole = new Uint8Array(2 * block + 10).map((_, at) => at % 251);
    const total = whole.byteLength;
    const session = (await begin({ name: "big.bin" })).headers.get("location") ?? "";
    await put(session, `bytes 0-${block - 1}/${total}`, whole.subarray(0, block));
    world.settings.set("drive.shortRangeBytes", 1000);
    world.faults.add({ match: /^PUT/, nth: 1, when: "after", do: "drop" });
    const second = () => put(session, `bytes ${block}-${2 * block - 1}/${total}`, whole.subarray(block, 2 * block));
    await expect(second()).rejects.toThrow("fetch failed");
    const state = await put(session, `bytes */${total}`, new Uint8Array());
    expect([state.status, state.headers.get("range")]).toEqual([308, `bytes=0-${2 * block - 1001}`]);
    const from = 2 * block - 1000;
    expect((await put(session, `bytes ${from + 1}-${total - 1}/${total}`, whole.subarray(from + 1))).status).toBe(400);
    expect((await put(session, `bytes ${from}-${total - 1}/${total}`, whole.subarray(from))).status).toBe(200);
    const { data } = await api.files.list({ fields: "files(id,size)" });
    expect(data.files).toEqual([{ id: expect.any(String), size: String(total) }]);
    const got = await api.files.get(
      { fileId: data.files?.[0]?.id ?? "", alt: "media" },
      { ...rootUrl, responseType: "arraybuffer" },
    );
    expect(Buffer.from(Object(got.data)).equals(Buffer.from(whole))).toBe(true);
  });

  test("that lost its last answer is asked about, and gives the file it made, once", async () => {
    const world = makeWorld();
    const { begin, put } = await uploaderOf(world);
    const session =
      (await begin({ name: "a.md" }, { "x-upload-content-type": "text/markdown" })).headers.get("location") ?? "";
    world.faults.add({ match: /^PUT/, nth: 1, when: "after", do: "drop" });
    await expect(put(session, null, Buffer.from("hello"))).rejects.toThrow();
    const answer = await put(session, "bytes */5", new Uint8Array());
    expect([answer.status, await answer.json()]).toMatchObject([200, { name: "a.md", mimeType: "text/markdown" }]);
    expect(world.ledger.all().filter(({ kind }) => kind === "file.created")).toHaveLength(1);
  });

  test("takes chunks of whole 256 KiB only, of the size that was announced", async () => {
    const world = makeWorld();
    const { begin, put } = await uploaderOf(world);
    const begun = await begin({ name: "a" }, { "x-upload-content-length": "600000" });
    const session = begun.headers.get("location") ?? "";
    expect((await put(session, "bytes 0-999/600000", new Uint8Array(1000))).status).toBe(400);
    expect((await put(session, `bytes 0-${block - 1}/700000`, new Uint8Array(block))).status).toBe(400);
    expect((await put(session, "bytes 0-9/600000", new Uint8Array(block))).status).toBe(400);
    expect((await put(session, `bytes 0-${block - 1}/600000`, new Uint8Array(block))).status).toBe(308);
    expect((await put(session, "nonsense", new Uint8Array(1))).status).toBe(400);
  });

  test("replaces the content of a file, refuses a used id at once, and is 404 when a week is over", async () => {
    const world = makeWorld();
    const file = putFile(world, "a.md", { text: "old" });
    const api = await driveOf(world);
    const { begin, put } = await uploaderOf(world);
    const session = (await begin({}, {}, `/${file.id}`)).headers.get("location") ?? "";
    expect((await put(session, null, Buffer.from("new"))).status).toBe(200);
    expect([Buffer.from(file.content ?? []).toString(), file.revisions.length]).toEqual(["new", 2]);
    const id = await newId(api);
    await api.files.create({ requestBody: { id, name: "b.md" } });
    expect((await begin({ id, name: "b.md" })).status).toBe(409);
    const stale = (await begin({ name: "c" })).headers.get("location") ?? "";
    world.settings.set("drive.sessionLifeMs", 1000);
    world.clock.advance(2000);
    expect((await put(stale, null, new Uint8Array(1))).status).toBe(404);
  });
});

test("what is written is in the feed, once a file, and in the ledger, once a change", async () => {
  const world = makeWorld();
  const api = await driveOf(world);
  const start = await startToken(api);
  const { data } = await api.files.create({ requestBody: { name: "a.md" } });
  await api.files.update({ fileId: data.id ?? "", requestBody: { name: "b.md" } });
  await api.files.update({ fileId: data.id ?? "", ...media("x") }, rootUrl);
  expect((await changePages(api, start)).flat().map(({ file }) => file?.name)).toEqual(["b.md"]);
  expect(world.ledger.all().map(({ kind }) => kind)).toEqual(["file.created", "file.changed", "file.changed"]);
  expect(structuredClone(stateOf(world)).files.size).toBe(2);
});
