import { html } from "hono/html";
import { diffLines } from "../../../../src/core/line-diff.ts";
import { bytes, plural } from "../../../../src/core/plural.ts";
import type { CardView } from "../../../door.ts";
import type { Html } from "../layout.ts";
import { showLine, showText } from "../visible-text.ts";
import type { CardScene } from "./card-scene.ts";
import { markValues, numberSources, sourceList } from "./sources.ts";

/** The words that leave, whole, with where each name, date and amount comes from. */
export function outgoingText(view: CardView, scene: CardScene): Html {
  const { text } = view.preview;
  const sources = numberSources(view);
  if (text === null) return sourceList(sources, scene.briefs, scene);
  return html`<div class="paper" role="group" aria-label="What leaves, word for word">${showText(text, markValues(text, sources))}</div>
${sourceList(sources, scene.briefs, scene)}`;
}

/** What a document, an event or a row says now, and would say. Every line of both is there. */
export function changes({ preview }: CardView): Html {
  return html`${preview.diffs.map(({ name, before, after }) => {
    const lines = diffLines(before === "" ? [] : before.split("\n"), after === "" ? [] : after.split("\n"));
    return html`<figure class="diff"><figcaption>${showLine(name)} <span class="meta">${
      before === "" ? "new" : after === "" ? "goes away" : changeWords(lines)
    }</span></figcaption><div class="paper">${lines.map(({ kind, text }) => {
      if (kind === "both") return html`<div class="same">${showText(text)}</div>`;
      return kind === "first"
        ? html`<del><span class="vh">taken out: </span>${showText(text)}</del>`
        : html`<ins><span class="vh">put in: </span>${showText(text)}</ins>`;
    })}</div></figure>`;
  })}`;
}

function changeWords(lines: ReturnType<typeof diffLines>): string {
  const count = (kind: "first" | "second"): number => lines.filter((line) => line.kind === kind).length;
  return `${plural(count("second"), "line")} in, ${count("first")} out`;
}

/** Every file, by what it is and not by what it is called; what could be read of it stands below. */
export function fileList({ preview }: CardView): Html {
  if (preview.files.length === 0) return html``;
  return html`<ul class="files" aria-label="Files that leave">${preview.files.map(
    (file) =>
      html`<li><span class="name">${showLine(file.name)}</span> <span class="meta">${file.mediaType} · ${bytes(file.sizeBytes)} · <code title="SHA-256 ${file.sha256}">${file.sha256.slice(0, 12)}…</code></span>${
        file.text === null
          ? html` <span class="mark amber">could not be looked into</span>`
          : html`<details class="folded"><summary>What stands in it</summary><div class="theirs">${showText(file.text)}</div></details>`
      }</li>`,
  )}</ul>`;
}

/** The many things of a bulk card, by sender; ticked ones are left out. */
export function bulkLines(view: CardView): Html {
  const { lines } = view.preview;
  if (lines.length === 0) return html``;
  const groups = Map.groupBy(lines, ({ group }) => group);
  return html`<div class="bulk">${[...groups].map(
    ([group, some]) =>
      html`<details class="group" open><summary><span class="name">${showLine(group)}</span> <span class="n">${some.length}</span></summary><ul>${some.map(
        (line) =>
          html`<li>${
            view.excludable
              ? html`<label><input type="checkbox" name="leave" value="${line.id}" form="exclude-${view.card.number}"> <span class="vh">leave out</span> ${lineWords(line)}</label>`
              : lineWords(line)
          }</li>`,
      )}</ul></details>`,
  )}</div>`;
}

function lineWords({ label, detail }: { label: string; detail: string }): Html {
  return html`<span class="label">${showLine(label)}</span> <span class="detail">${showLine(detail)}</span>`;
}
