import { html } from "hono/html";
import type { HandOff } from "../../../../src/core/action.ts";
import type { Html } from "../layout.ts";
import { showLine, showText } from "../visible-text.ts";

/** What the owner does themselves: where to go, and each value with a button that copies it. */
export function handOffSteps({ url, steps }: HandOff): Html {
  return html`<div class="handoff">${url === null ? "" : outside(url, "Open")}<ol>${steps.map(
    (step) =>
      html`<li><p>${showLine(step.title)} ${step.url === null ? "" : outside(step.url, "Open")}</p>${
        step.values.length === 0
          ? ""
          : html`<dl class="values">${step.values.map(
              ({ label, value }) =>
                html`<dt>${showLine(label)}</dt><dd><div class="value">${showText(value)}</div><button type="button" class="copy" data-copy="${value}" hidden>Copy</button></dd>`,
            )}</dl>`
      }</li>`,
  )}</ol></div>`;
}

/** A link that leaves the page says where it leads, as the browser will read it. */
function outside(url: string, words: string): Html {
  const parsed = URL.parse(url);
  if (parsed === null || !["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol)) {
    return html`<span class="mark red">no link: ${showLine(url)}</span>`;
  }
  const where = parsed.host === "" ? parsed.protocol.slice(0, -1) : parsed.host;
  return html`<a class="outside" href="${parsed.href}" target="_blank" rel="noopener noreferrer">${words} <span class="host">${showLine(where)}</span></a>`;
}
