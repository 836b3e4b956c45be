import { badRequest, GoogleFailure } from "../google-error.ts";
import { writeCsv } from "./csv.ts";
import { documentType, isNative, type StoredFile, spreadsheetType } from "./drive-state.ts";
import { exportFormats } from "./file-resource.ts";
import { settingOf } from "./list-files.ts";
import type { DriveDesk } from "./open-drive.ts";
import { renderCell } from "./render-values.ts";

/** Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/export (10 MB) */
const exportLimitBytes = 10 * 1024 * 1024;

/**
 * `files.export`: a Doc as Markdown (images as data URIs at the end, all tabs one after the other, no comments) or plain text,
 * a Sheet as the CSV of its first sheet. Errors: 403 for what is no native file, may not be exported or is over the limit; 400
 * for a kind that it has no export of.
 *
 * Setting: `drive.exportLimitBytes`.
 */
export function exportFile(desk: DriveDesk, file: StoredFile, mimeType: string): Response {
  if (mimeType === "") throw badRequest("Required parameter: mimeType", "required");
  const formats = exportFormats[file.mimeType];
  if (!isNative(file.mimeType) || formats === undefined) {
    throw new GoogleFailure(403, "Export only supports Docs Editors files.", "fileNotExportable");
  }
  if (file.restricted) throw new GoogleFailure(403, "This file cannot be exported by the user.", "cannotExportFile");
  const text = exportText(file, mimeType);
  if (text === null) throw badRequest("The requested conversion is not supported.", "badRequest");
  const bytes = Buffer.from(text, "utf8");
  if (bytes.byteLength > settingOf(desk, "exportLimitBytes", exportLimitBytes)) {
    throw new GoogleFailure(403, "This file is too large to be exported.", "exportSizeLimitExceeded");
  }
  return new Response(bytes, { headers: { "content-type": mimeType } });
}

/** The text of an export, or null for a kind there is none of. */
export function exportText(file: StoredFile, mimeType: string): string | null {
  if (file.mimeType === spreadsheetType && mimeType === "text/csv") {
    // Only the first sheet: CSV has no room for more.
    const rows = file.tabs[0]?.rows ?? [];
    return writeCsv(rows.map((row) => row.map((cell) => String(renderCell(cell, "FORMATTED_VALUE")))));
  }
  if (file.mimeType !== documentType) return null;
  const tabs = [Buffer.from(file.content ?? []).toString("utf8"), ...(file.doc?.tabs ?? [])];
  const markdown = tabs.map((tab, at) => (at === tabs.length - 1 ? tab : tab.trimEnd())).join("\n\n");
  if (mimeType === "text/markdown") return withImages(markdown, file);
  if (mimeType === "text/plain") return toPlain(markdown);
  return mimeType === "text/html" ? `<html><body><pre>${escapeHtml(markdown)}</pre></body></html>` : null;
}

/** Google puts images behind the text, as reference definitions that hold the whole image. */
function withImages(markdown: string, file: StoredFile): string {
  const definitions: string[] = [];
  const text = markdown.replace(/!\[([^\]]*)\]\(image:([^)]+)\)/g, (_all, alt: string, key: string) => {
    const image = file.doc?.images[key];
    if (image === undefined) return "";
    const name = `image${definitions.length + 1}`;
    const data = Buffer.from(image.bytes).toString("base64");
    definitions.push(`[${name}]: <data:${image.mimeType};base64,${data}>`);
    return `![${alt}][${name}]`;
  });
  return definitions.length === 0 ? text : `${text.trimEnd()}\n\n${definitions.join("\n\n")}\n`;
}

/** Plain text begins with a byte order mark and ends its lines as Windows does. */
function toPlain(markdown: string): string {
  const text = markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/^#+ /gm, "")
    .replace(/\*\*([^*]+)\*\*/g, "$1");
  return `\ufeff${text.replace(/\n/g, "\r\n")}`;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
