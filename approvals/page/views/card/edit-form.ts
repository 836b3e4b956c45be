import { html } from "hono/html";
import type { CardView } from "../../../door.ts";
import { pagePaths, writeSeen } from "../../page-actions.ts";
import type { Html } from "../layout.ts";
import { postForm } from "../post-form.ts";
import type { CardScene } from "./card-scene.ts";

/** The owner's words in place of what stands there. Saving makes a new card to look at; it approves nothing. */
export function editForm(view: CardView, scene: CardScene): Html {
  const { editable, card, sha256 } = view;
  if (editable === null || scene.confirming) return html``;
  const field = (name: "to" | "cc", label: string): Html =>
    editable[name] === undefined
      ? html``
      : html`<label>${label}<input name="${name}" value="${editable[name].join(", ")}" autocomplete="off" spellcheck="false"></label>`;
  const isOpen = scene.editing === card.number;
  return html`<details class="edit" ${isOpen ? html`open id="edit"` : ""} data-edit><summary>Edit${scene.bundle.cards.length > 1 ? html` step ${card.position + 1}` : ""}</summary>${postForm(
    {
      csrf: scene.csrf,
      action: pagePaths.edit(card.number),
      hidden: [["seen", writeSeen({ cardId: card.id, revision: card.revision, sha256 })]],
    },
    html`${field("to", "To")}${field("cc", "Cc")}${
      editable.subject === undefined
        ? ""
        : html`<label>Subject<input name="subject" value="${editable.subject}" autocomplete="off"></label>`
    }${
      editable.text === undefined
        ? ""
        : html`<label>Text<textarea name="text" rows="${Math.min(30, Math.max(6, editable.text.split("\n").length + 2))}" ${isOpen ? "autofocus" : ""}>
${editable.text}</textarea></label>`
    }
<p class="buttons"><button>Save, then look at it again</button> <span class="hint">Saving approves nothing.</span></p>`,
  )}</details>`;
}

/** The lines the owner ticked stay out: a new card without them. */
export function excludeForm({ card, sha256, excludable, preview }: CardView, scene: CardScene): Html {
  if (!excludable || preview.lines.length === 0 || scene.confirming) return html``;
  return postForm(
    {
      csrf: scene.csrf,
      action: pagePaths.exclude(card.number),
      hidden: [["seen", writeSeen({ cardId: card.id, revision: card.revision, sha256 })]],
      id: `exclude-${card.number}`,
      class: "exclude",
    },
    html`<button class="small">Leave the ticked ones out</button>`,
  );
}
