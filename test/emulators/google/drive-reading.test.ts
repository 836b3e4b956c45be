import type { drive_v3 } from "@googleapis/drive";
import { describe, expect, test } from "vitest";
import { setAccess } from "../../../src/emulators/google/drive/drive-state.ts";
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
} from "./drive-fixture.ts";
import { authOf, base, bearerOf, clara, makeWorld } from "./google-fixture.ts";

async function names(api: drive_v3.Drive, q: string, more: drive_v3.Params$Resource$Files$List = {}) {
  const { data } = await api.files.list({ q, fields: "files(name)", ...more });
  return (data.files ?? []).map(({ name }) => name);
}

describe("a search in Drive", () => {
  test("understands and, or, not and parentheses", async () => {
    const world = makeWorld();
    putFile(world, "alpha.md");
    putFile(world, "beta.csv", { mimeType: "text/csv", starred: true });
    putFile(world, "it's gamma.pdf", { mimeType: "application/pdf" });
    const api = await driveOf(world);
    const by = (q: string) => names(api, q, { orderBy: "name" });
    expect(await by("mimeType = 'text/csv' or mimeType='application/pdf'")).toEqual(["beta.csv", "it's gamma.pdf"]);
    expect(await by("not (name = 'alpha.md' or starred = true)")).toEqual(["it's gamma.pdf"]);
    expect(await by("name = 'it\\'s gamma.pdf' and trashed=false")).toEqual(["it's gamma.pdf"]);
    expect(await by("mimeType contains 'text/' and not starred = true")).toEqual(["alpha.md"]);
    expect(await by("name contains 'gam'")).toEqual(["it's gamma.pdf"]);
    expect(await by("name contains 'amma'")).toEqual([]);
    expect(await by("'root' in parents and 'me' in owners")).toHaveLength(3);
  });

  test("compares times as instants, whatever zone they are written in", async () => {
    const world = makeWorld();
    putFile(world, "old", { modifiedTime: "2026-11-01T00:00:00.000Z" });
    putFile(world, "new", { modifiedTime: "2026-11-02T00:00:00.000Z" });
    const api = await driveOf(world);
    expect(await names(api, "modifiedTime > '2026-11-01T12:00:00'")).toEqual(["new"]);
    expect(await names(api, "modifiedTime <= '2026-11-01T01:00:00+01:00'")).toEqual(["old"]);
    expect(await names(api, "modifiedTime != '2026-11-01T00:00:00Z'")).toEqual(["new"]);
  });

  test("refuses what it does not know", async () => {
    const api = await driveOf(makeWorld());
    const wrong = ["name", "name = x", "name = 'x", "owner = 'x'", "name has 'x'", "trashed = 'true'", "(name = 'x'"];
    for (const q of [
      ...wrong,
      "name = 'x' name = 'y'",
      "modifiedTime > 'yesterday'",
      "appProperties has { key='a' }",
    ]) {
      expect(await outcomeOf(api.files.list({ q })), q).toBe("400 invalid");
    }
    expect(await outcomeOf(api.files.list({ orderBy: "colour" }))).toBe("400 invalid");
    expect(await outcomeOf(api.files.list({ pageSize: 5000 }))).toBe("400 invalidParameter");
  });

  test("finds properties only when they are indexed, and the folder's list at once (D2)", async () => {
    const world = makeWorld();
    world.settings.set("drive.searchLagMs", 60_000);
    const api = await driveOf(world);
    const requestBody = { name: "Letter", mimeType: docType, appProperties: { stewardAction: "01J" } };
    await api.files.create({ requestBody });
    const q = "appProperties has { key='stewardAction' and value='01J' } and trashed = false";
    expect(await names(api, q)).toEqual([]);
    expect(await names(api, "'root' in parents")).toEqual(["Letter"]);
    world.clock.advance(60_000);
    expect(await names(api, q)).toEqual(["Letter"]);
    expect(await names(api, "appProperties has { key='stewardAction' and value='other' }")).toEqual([]);
  });

  test("leaves out hits and says so, when it could not look everywhere", async () => {
    const world = makeWorld();
    for (const name of ["a", "b", "c"]) putFile(world, name);
    world.settings.set("drive.incompleteSearch", 1);
    const api = await driveOf(world);
    const all = { includeItemsFromAllDrives: true, supportsAllDrives: true };
    const { data } = await api.files.list({ corpora: "allDrives", ...all });
    expect([data.files?.length, data.incompleteSearch]).toEqual([2, true]);
    expect((await api.files.list()).data).toMatchObject({ incompleteSearch: false });
    expect((await api.files.list()).data.files).toHaveLength(3);
  });
});

describe("a list of files", () => {
  test("is read in pages behind the last file, so that removals in between skip nothing", async () => {
    const world = makeWorld();
    for (let at = 0; at < 9; at += 1) putFile(world, `file ${at}`);
    const api = await driveOf(world);
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const asked = { pageSize: 2, orderBy: "name", q: "trashed = false", fields: "nextPageToken,files(id,name)" };
      const { data } = await api.files.list({ ...asked, ...(pageToken === undefined ? {} : { pageToken }) });
      seen.push(...(data.files ?? []).map(({ name }) => name ?? ""));
      if (seen.length === 4)
        await api.files.update({ fileId: data.files?.[0]?.id ?? "", requestBody: { trashed: true } });
      pageToken = data.nextPageToken ?? undefined;
    } while (pageToken !== undefined);
    expect(seen).toEqual(Array.from({ length: 9 }, (_, at) => `file ${at}`));
  });

  test("takes a page token for the same question only, and for so long", async () => {
    const world = makeWorld();
    for (const name of ["a", "b", "c"]) putFile(world, name);
    const api = await driveOf(world);
    const q = "trashed = false";
    const pageToken = (await api.files.list({ q, pageSize: 1 })).data.nextPageToken ?? "";
    expect(await outcomeOf(api.files.list({ q: "trashed = true", pageSize: 1, pageToken }))).toBe("400 invalid");
    expect(await outcomeOf(api.files.list({ q, pageSize: 1, pageToken: "nonsense" }))).toBe("400 invalid");
    expect(await outcomeOf(api.files.list({ q, pageSize: 1, pageToken }))).toBe("200");
    world.settings.set("drive.pageTokenLifeMs", 1000);
    world.clock.advance(2000);
    expect(await outcomeOf(api.files.list({ q, pageSize: 1, pageToken }))).toBe("400 invalid");
  });

  test("gives the asked fields, four without being asked, and refuses one that there is not", async () => {
    const world = makeWorld();
    const { id } = putFile(world, "a.md");
    const api = await driveOf(world);
    expect(Object.keys((await api.files.get({ fileId: id })).data).sort()).toEqual(["id", "kind", "mimeType", "name"]);
    expect((await api.files.get({ fileId: id, fields: "name,capabilities/canEdit" })).data).toEqual({
      name: "a.md",
      capabilities: { canEdit: true },
    });
    expect(await outcomeOf(api.files.get({ fileId: id, fields: "name,etag" }))).toBe("400 invalidParameter");
    for (const fields of ["files(id", "files(id))", "files(id)(name)", "files)id(", "", "files(id),,kind"]) {
      expect(await outcomeOf(api.files.list({ fields })), fields).toBe("400 invalidParameter");
    }
    expect(await outcomeOf(api.files.list({ fields: "files(id,colour)" }))).toBe("400 invalidParameter");
    expect(await outcomeOf(api.about.get({}))).toBe("400 required");
    expect((await api.about.get({ fields: "user/emailAddress,storageQuota" })).data).toMatchObject({
      user: { emailAddress: clara },
      storageQuota: { usage: "4" },
    });
  });

  test("shows an app that may only see its own files nothing else", async () => {
    const world = makeWorld();
    const { id } = putFile(world, "private.md");
    const api = await driveOf(world, ["https://www.googleapis.com/auth/drive.file"]);
    const made = await api.files.create({ requestBody: { name: "mine.md" } });
    expect(await names(api, "")).toEqual(["mine.md"]);
    expect(await outcomeOf(api.files.get({ fileId: id }))).toBe("404 notFound");
    expect(await outcomeOf(api.files.get({ fileId: made.data.id ?? "" }))).toBe("200");
  });

  test("costs units by the kind of call, and too many of them are 403", async () => {
    const world = makeWorld();
    const { id } = putFile(world, "a.md");
    const api = await driveOf(world);
    const cost = async (work: () => Promise<unknown>): Promise<number> => {
      const before = world.quotas.spent("drive").units;
      await work();
      return world.quotas.spent("drive").units - before;
    };
    expect(await cost(() => api.files.get({ fileId: id }))).toBe(5);
    expect(await cost(() => api.files.list())).toBe(100);
    expect(await cost(() => api.files.get({ fileId: id, alt: "media" }, rootUrl))).toBe(200);
    expect(await cost(() => api.files.update({ fileId: id, requestBody: { name: "b" } }))).toBe(50);
    expect(await cost(() => startToken(api))).toBe(5);
    world.quotas.limit("drive", 400);
    expect(await outcomeOf(api.files.list())).toBe("403 userRateLimitExceeded");
  });
});

describe("what is in a file", () => {
  test("comes as it is for blobs, also in parts, and is refused for native files", async () => {
    const world = makeWorld();
    const { id } = putFile(world, "a.md", { text: "0123456789" });
    const doc = putFile(world, "doc", { mimeType: docType });
    const headers = { authorization: `Bearer ${await bearerOf(world)}` };
    const part = await world.fetch(`${base}/drive/v3/files/${id}?alt=media`, {
      headers: { ...headers, range: "bytes=2-4" },
    });
    expect([part.status, await part.text(), part.headers.get("content-range")]).toEqual([206, "234", "bytes 2-4/10"]);
    const whole = await world.fetch(`${base}/drive/v3/files/${id}?alt=media`, { headers });
    expect([await whole.text(), whole.headers.get("etag")]).toEqual(["0123456789", null]);
    const api = await driveOf(world);
    expect(await outcomeOf(api.files.get({ fileId: doc.id, alt: "media" }, rootUrl))).toBe("403 fileNotDownloadable");
    const bad = putFile(world, "virus.exe", { abusive: true, mimeType: "application/octet-stream" });
    const media = { fileId: bad.id, alt: "media" };
    expect(await outcomeOf(api.files.get(media, rootUrl))).toBe("403 cannotDownloadAbusiveFile");
    expect(await outcomeOf(api.files.get({ ...media, acknowledgeAbuse: true }, rootUrl))).toBe("200");
    bad.restricted = true;
    expect(await outcomeOf(api.files.get({ ...media, acknowledgeAbuse: true }, rootUrl))).toBe(
      "403 cannotDownloadFile",
    );
  });

  test("is exported with images in it, all tabs, no comments; a sheet as its first table (D6)", async () => {
    const world = makeWorld();
    const doc = putFile(world, "doc", {
      mimeType: docType,
      text: "# One\n\n![plan](image:p1)\n",
      doc: {
        tabs: ["# Two\n"],
        images: { p1: { mimeType: "image/png", bytes: new Uint8Array([1, 2, 3]) } },
        comments: ["too dear?"],
      },
    });
    const sheet = putFile(world, "table", {
      mimeType: sheetType,
      tabs: [
        { title: "First", rows: [["name", "note"], ["a, b", 'say "x"'], ["c"]] },
        { title: "Second", rows: [["hidden"]] },
      ],
    });
    const api = await driveOf(world);
    const text = async (fileId: string, mimeType: string): Promise<string> =>
      String((await api.files.export({ fileId, mimeType }, { ...rootUrl, responseType: "text" })).data);
    expect(await text(doc.id, "text/markdown")).toBe(
      "# One\n\n![plan][image1]\n\n# Two\n\n[image1]: <data:image/png;base64,AQID>\n",
    );
    expect(await text(doc.id, "text/plain")).toBe("One\r\n\r\n\r\n\r\nTwo\r\n");
    expect(await text(sheet.id, "text/csv")).toBe('name,note\r\n"a, b","say ""x"""\r\nc,');
    const fails = async (fileId: string, mimeType: string): Promise<string> =>
      outcomeOf(api.files.export({ fileId, mimeType }, rootUrl));
    expect(await fails(doc.id, "image/gif")).toBe("400 badRequest");
    expect(await fails(putFile(world, "a.md").id, "text/markdown")).toBe("403 fileNotExportable");
    world.settings.set("drive.exportLimitBytes", 20);
    expect(await fails(doc.id, "text/markdown")).toBe("403 exportSizeLimitExceeded");
    doc.restricted = true;
    expect(await fails(doc.id, "text/markdown")).toBe("403 cannotExportFile");
  });

  test("has checksums and a head revision for blobs only, a version for all, and nobody has an etag", async () => {
    const world = makeWorld();
    const blob = putFile(world, "a.md", { text: "abc" });
    const doc = putFile(world, "doc", { mimeType: docType });
    const api = await driveOf(world);
    const { data } = await api.files.get({ fileId: blob.id, fields: "*" });
    expect(data).toMatchObject({ md5Checksum: "900150983cd24fb0d6963f7d28e17f72", size: "3", version: "2" });
    expect(data.headRevisionId).toBe(blob.revisions[0]?.id);
    const native = (await api.files.get({ fileId: doc.id, fields: "*" })).data;
    expect([native.md5Checksum, native.sha256Checksum, native.headRevisionId, native.size]).toEqual(
      Array(4).fill(undefined),
    );
    expect(native.version).toBe("2");
    expect(JSON.stringify([data, native])).not.toContain("etag");
  });
});

describe("the feed of changes", () => {
  test("gives a new start token on the last page only, and can be read again from any page (D3)", async () => {
    const world = makeWorld();
    const api = await driveOf(world);
    const start = await startToken(api);
    for (let at = 0; at < 5; at += 1) putFile(world, `f${at}`);
    const pages = await changePages(api, start, 2);
    expect(pages.map((page) => page.map(({ file }) => file?.name))).toEqual([["f0", "f1"], ["f2", "f3"], ["f4"]]);
    expect(await changePages(api, start, 2)).toEqual(pages);
    expect(await outcomeOf(api.changes.list({ pageToken: "99999" }))).toBe("400 invalid");
    expect(await outcomeOf(api.changes.list({ pageToken: "x" }))).toBe("400 invalid");
  });

  test("can deliver pages twice (D12)", async () => {
    const world = makeWorld();
    world.settings.set("drive.duplicatePages", 1);
    const api = await driveOf(world);
    const start = await startToken(api);
    for (let at = 0; at < 3; at += 1) putFile(world, `f${at}`);
    const pages = (await changePages(api, start, 2)).map((page) => page.map(({ file }) => file?.name).join());
    expect(pages).toEqual(["f0,f1", "f0,f1", "f2"]);
  });

  test("says nothing of what is in a folder that is trashed, moved, lost or deleted (D8)", async () => {
    const world = makeWorld();
    const folder = putFile(world, "Life", { mimeType: folderType });
    const other = putFile(world, "Other", { mimeType: folderType });
    const child = putFile(world, "car.md", { parents: [folder.id] });
    const api = await driveOf(world);
    const told = async (work: () => unknown): Promise<(string | null | undefined)[]> => {
      const start = await startToken(api);
      await work();
      return (await changePages(api, start)).flat().map(({ fileId, removed }) => `${fileId === folder.id} ${removed}`);
    };
    const fileId = folder.id;
    expect(await told(() => api.files.update({ fileId, requestBody: { trashed: true } }))).toEqual(["true false"]);
    expect((await api.files.get({ fileId: child.id, fields: "trashed,explicitlyTrashed" })).data).toEqual({
      trashed: true,
      explicitlyTrashed: false,
    });
    await api.files.update({ fileId, requestBody: { trashed: false } });
    const root = stateOf(world).rootId;
    const moving = { fileId, addParents: other.id, removeParents: root };
    expect(await told(() => api.files.update(moving))).toEqual(["true false"]);
    expect(await told(() => setAccess(stateOf(world), fileId, false))).toEqual(["true true"]);
    expect(await outcomeOf(api.files.get({ fileId: child.id }))).toBe("404 notFound");
    expect(await told(() => setAccess(stateOf(world), fileId, true))).toEqual(["true false"]);
    expect(await told(() => api.files.delete({ fileId }))).toEqual(["true true"]);
    expect(await outcomeOf(api.files.get({ fileId: child.id }))).toBe("404 notFound");
  });

  test("gives of what is removed an id and a time, and leaves it out when asked to", async () => {
    const world = makeWorld();
    const file = putFile(world, "a.md");
    const api = await driveOf(world);
    const start = await startToken(api);
    world.clock.advance(5000);
    await api.files.delete({ fileId: file.id });
    const { data } = await api.changes.list({ pageToken: start, fields: "changes" });
    expect(data.changes).toEqual([
      {
        kind: "drive#change",
        type: "file",
        changeType: "file",
        fileId: file.id,
        removed: true,
        time: "2026-11-14T08:12:05.000Z",
      },
    ]);
    expect((await api.changes.list({ pageToken: start, includeRemoved: false })).data.changes).toEqual([]);
    expect(await outcomeOf(api.files.delete({ fileId: file.id }))).toBe("404 notFound");
  });
});

test("a client with its retries on replays a delete whose answer was lost, and meets 404", async () => {
  const world = makeWorld();
  const file = putFile(world, "a.md");
  const auth = await authOf(world);
  world.faults.add({ match: /^DELETE/, nth: 1, when: "after", do: "drop" });
  const { drive } = await import("@googleapis/drive");
  const api = drive({ version: "v3", auth, rootUrl: `${base}/`, retry: true });
  expect(await outcomeOf(api.files.delete({ fileId: file.id }))).toBe("404 notFound");
  expect(world.ledger.all().filter(({ kind }) => kind === "file.deleted")).toHaveLength(1);
});
