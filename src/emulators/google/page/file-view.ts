import { html } from "hono/html";
import { documentType, type StoredFile } from "../drive/drive-state.ts";
import { renderCell } from "../drive/render-values.ts";
import type { Html } from "./layout.ts";

const shownBytes = 100_000;
const shownRows = 200;

/** One file: its text, the rows of its sheets, or only what it is. */
export function fileView(account: string, file: StoredFile, when: (ms: number) => string): Html {
  const back = `/?account=${encodeURIComponent(account)}&view=drive`;
  return html`<p><a href="${back}">← all files</a></p>
    <h2>${file.name}</h2>
    <p class="sub">${file.mimeType} · ${when(Date.parse(file.modifiedTime))} · version ${file.version}</p>
    ${file.tabs.map((tab) => sheet(tab))} ${isText(file) ? html`<pre>${textOf(file)}</pre>` : ""}`;
}

function isText(file: StoredFile): boolean {
  return file.content !== null && (file.mimeType === documentType || /^text\/|json$/.test(file.mimeType));
}

function textOf(file: StoredFile): string {
  return Buffer.from((file.content ?? new Uint8Array()).subarray(0, shownBytes)).toString("utf8");
}

function sheet(tab: StoredFile["tabs"][number]): Html {
  return html`<h2>${tab.title}</h2>
    <div class="wide">
      <table>
        ${tab.rows
          .slice(0, shownRows)
          .map((row) => html`<tr>${row.map((cell) => html`<td>${renderCell(cell, "FORMATTED_VALUE")}</td>`)}</tr>`)}
      </table>
    </div>`;
}
