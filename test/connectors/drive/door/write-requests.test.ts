import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFile } from "../../../../connectors/drive/actions/create-file.ts";
import { rename } from "../../../../connectors/drive/actions/rename.ts";
import { updateFile } from "../../../../connectors/drive/actions/update-file.ts";
import { composeUpload, readDriveWrite, writtenFields } from "../../../../connectors/drive/write-requests.ts";
import type { OutgoingRequest } from "../../../../src/core/action.ts";

const id = "1abcDEF-_x".padEnd(33, "x");
const tail = `fields=${encodeURIComponent(writtenFields)}&supportsAllDrives=true`;

function requestOf(method: string, place: string, contentType: string, body: string): OutgoingRequest {
  const url = new URL(place, "https://www.googleapis.com");
  const bytes = new TextEncoder().encode(body);
  return { method, path: url.pathname, query: url.searchParams, contentType, body: bytes };
}

function uploadOf(file: Parameters<typeof composeUpload>[0]): OutgoingRequest {
  const { contentType, body } = composeUpload(file);
  return requestOf("POST", `/upload/drive/v3/files?uploadType=multipart&${tail}`, contentType, body);
}

const file = { id, folderId: `${id}f`, name: "a.md", mediaType: "text/markdown", text: "# A\r\n" };
const anyText = fc
  .oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string())
  .map((text) => text.toWellFormed());

describe("a request to Drive", () => {
  it("is read back as what was approved, whatever stands in it", () => {
    fc.assert(
      fc.property(anyText, anyText, (name, text) => {
        const given = { ...file, name, text };
        expect(readDriveWrite(uploadOf(given))).toEqual({ kind: "create", file: given });
        const write = requestOf("PATCH", `/upload/drive/v3/files/${id}?uploadType=media&${tail}`, "text/csv", text);
        expect(readDriveWrite(write)).toEqual({ kind: "write", fileId: id, mediaType: "text/csv", text });
        const change = requestOf(
          "PATCH",
          `/drive/v3/files/${id}?${tail}`,
          "application/json",
          JSON.stringify({ name }),
        );
        expect(readDriveWrite(change)).toEqual({ kind: "rename", fileId: id, name });
      }),
      { numRuns: 300 },
    );
  });

  it("leaves in no other form, place or kind", () => {
    const json = "application/json";
    const upload = composeUpload(file);
    const place = `/upload/drive/v3/files?uploadType=multipart&${tail}`;
    const wrong: OutgoingRequest[] = [
      requestOf("DELETE", `/drive/v3/files/${id}`, "", ""),
      requestOf("POST", `/drive/v3/files/${id}/permissions`, json, '{"type":"anyone","role":"reader"}'),
      requestOf("POST", `/drive/v3/files/${id}/copy?${tail}`, json, "{}"),
      requestOf("POST", `/drive/v3/files?${tail}`, json, '{"name":"a"}'),
      requestOf("DELETE", "/drive/v3/files/trash", "", ""),
      requestOf("PATCH", `/drive/v3/files/${id}?${tail}&addParents=x`, json, '{"name":"a"}'),
      requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, json, '{"name":"a","writersCanShare":true}'),
      requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, json, '{"trashed":false}'),
      requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, json, '{ "name":"a"}'),
      requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, json, '{"name":"a","name":"b"}'),
      requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, "text/plain", '{"name":"a"}'),
      requestOf("PATCH", `/drive/v3/files/${id}/revisions/r1`, json, '{"keepForever":true,"published":true}'),
      requestOf("PATCH", `/drive/v3/files/${id}/revisions/r1?x=y`, json, '{"keepForever":true}'),
      requestOf("DELETE", `/drive/v3/files/${id}/revisions/r1`, "", ""),
      requestOf("PATCH", `/upload/drive/v3/files/${id}?uploadType=resumable&${tail}`, "text/csv", "x"),
      requestOf("PATCH", `/upload/drive/v3/files/${id}?uploadType=media&${tail}`, "text/csv; charset=utf-16", "x"),
      requestOf("POST", place, upload.contentType, upload.body.replace('"name"', '"writersCanShare":true,"name"')),
      requestOf(
        "POST",
        place,
        upload.contentType,
        upload.body.replace("Content-Type: text/markdown", "Content-Type: text/html"),
      ),
      requestOf("POST", place, upload.contentType, `${upload.body}\r\n`),
      requestOf("POST", place, upload.contentType, upload.body.replace("# A", "# B")),
      requestOf("POST", place, upload.contentType.replace("related", "mixed"), upload.body),
      requestOf("POST", `${place}&ocrLanguage=de`, upload.contentType, upload.body),
      {
        ...requestOf("PATCH", `/upload/drive/v3/files/${id}?uploadType=media&${tail}`, "text/csv", ""),
        body: new Uint8Array([255]),
      },
    ];
    for (const request of wrong) {
      expect(() => readDriveWrite(request), `${request.method} ${request.path}`).toThrow("does not send");
    }
  });

  it("is compared in all that it carries", () => {
    const { name, folderId, mediaType, text } = file;
    expect(createFile.readBack(uploadOf(file))).toEqual({ name, folderId, mediaType, text });
    const write = requestOf("PATCH", `/upload/drive/v3/files/${id}?uploadType=media&${tail}`, "text/csv", "x");
    expect(updateFile.readBack(write)).toEqual({ fileId: id, mediaType: "text/csv", text: "x" });
    const keep = requestOf("PATCH", `/drive/v3/files/${id}/revisions/r1`, "application/json", '{"keepForever":true}');
    expect(updateFile.readBack(keep)).toEqual({ fileId: id, baseRevision: "r1" });
    const change = requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, "application/json", '{"name":"a"}');
    expect(rename.readBack(change)).toEqual({ fileId: id, name: "a" });
  });

  it("of one action is none of another", () => {
    const renaming = requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, "application/json", '{"name":"a"}');
    const writing = requestOf("PATCH", `/upload/drive/v3/files/${id}?uploadType=media&${tail}`, "text/csv", "x");
    const binning = requestOf("PATCH", `/drive/v3/files/${id}?${tail}`, "application/json", '{"trashed":true}');
    for (const request of [renaming, writing]) expect(() => createFile.readBack(request)).toThrow("its purpose");
    for (const request of [renaming, binning, uploadOf(file)])
      expect(() => updateFile.readBack(request)).toThrow("its purpose");
    for (const request of [writing, binning, uploadOf(file)])
      expect(() => rename.readBack(request)).toThrow("its purpose");
    // The bin is for undoing alone: no approved file is called so.
    expect(createFile.readBack(binning)).toEqual({ name: "" });
  });
});
