import { html } from "hono/html";
import type { Html } from "./layout.ts";

/** A form of the page's own: where it posts, what it carries unseen, what stands in it. */
export function postForm(
  given: {
    csrf: string;
    action: string;
    hidden?: readonly (readonly [name: string, value: string])[];
    class?: string;
    id?: string;
  },
  content: Html,
): Html {
  const hidden = [["csrf", given.csrf] as const, ...(given.hidden ?? [])];
  return html`<form method="post" action="${given.action}" class="${given.class ?? ""}" ${given.id === undefined ? "" : html`id="${given.id}"`}>${hidden.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${content}</form>`;
}
