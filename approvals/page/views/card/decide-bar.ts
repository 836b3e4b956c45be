import { html } from "hono/html";
import { plural } from "../../../../src/core/plural.ts";
import { isLongRead } from "../../is-long-read.ts";
import { pagePaths, writeSeen } from "../../page-actions.ts";
import type { Html } from "../layout.ts";
import { postForm } from "../post-form.ts";
import { showLine } from "../visible-text.ts";
import type { CardScene } from "./card-scene.ts";

/**
 * The decision about a bundle. What a yes costs: green is a button; amber a link to the second page that JavaScript makes a
 * button to hold; red a passkey or a typed name. Enter never approves: the form's first button is one that does nothing.
 */
export function decideBar(scene: CardScene): Html {
  const { bundle, csrf, ticket } = scene;
  const number = bundle.cards.find(({ card }) => card.id === bundle.open[0]?.cardId)?.card.number;
  if (number === undefined) return html``;
  const hidden = [
    ...bundle.open.map((seen) => ["seen", writeSeen(seen)] as const),
    ["ticket", ticket] as const,
    ["how", "tap"] as const,
    ["end", ""] as const,
    ["assertion", ""] as const,
  ];
  return postForm(
    { csrf, action: pagePaths.decide(number), hidden, class: "decide", id: "decide" },
    html`<button type="submit" disabled hidden></button>
<div class="yes-side" data-friction="${bundle.friction}">${yes(scene, number)}</div>
${scene.confirming ? html`<a class="button" href="${pagePaths.card(number)}">Back to the card</a>` : noSide(scene, number)}
<span class="words" title="The first letters of the hash of what is approved, as words: the same everywhere">${words(scene)}</span>`,
  );
}

function words({ bundle }: CardScene): string {
  const open = bundle.cards.filter(({ card }) => bundle.open.some(({ cardId }) => cardId === card.id));
  return open.map((view) => view.words).join(" · ");
}

function noSide({ bundle }: CardScene, number: number): Html {
  const first = bundle.cards.find((view) => view.editable !== null);
  return html`${first === undefined ? "" : html`<a class="button" href="${pagePaths.card(number)}?edit=${first.card.number}#edit" data-key="e">Edit <kbd>e</kbd></a>`}
<button name="kind" value="reject" data-key="r">Reject <kbd>r</kbd></button>
<button name="kind" value="later" data-key="l">Later <kbd>l</kbd></button>`;
}

function yes(scene: CardScene, number: number): Html {
  const { bundle, confirming } = scene;
  const missing = bundle.cards.find((view) => view.missingAccess !== null)?.missingAccess;
  if (missing != null)
    return html`<p class="gate">Steward may not do this yet: ${showLine(missing.why)} <a class="button" href="${pagePaths.consent(number)}">Give your consent</a></p>`;
  const long = isLongRead(bundle) && !confirming;
  switch (bundle.friction) {
    case "never":
      return html`<p class="gate">${bundle.cards.find(({ verdict }) => verdict.refusal !== null)?.verdict.refusal ?? "Steward never does this."}</p>`;
    case "nothing":
    case "green":
      return long
        ? second(scene, number, "green", "tap")
        : html`<button class="yes green" name="kind" value="approve" data-yes="tap">${label(scene)} <kbd>a</kbd></button>`;
    case "amber":
      return confirming
        ? html`<button class="yes amber" name="kind" value="approve" data-yes="hold">${label(scene)}</button>`
        : second(scene, number, "amber", "hold");
    case "red":
      return long ? second(scene, number, "red", "red") : redYes(scene);
  }
}

/** Leads to the second page; JavaScript makes the button of it that needs no second page. */
function second(scene: CardScene, number: number, friction: string, how: string): Html {
  const long = isLongRead(scene.bundle) ? "Read to the end, then " : "";
  const verb = how === "hold" ? `hold to ${label(scene).toLowerCase()}` : label(scene).toLowerCase();
  const text = `${long}${verb}`;
  return html`<a class="yes ${friction} button" href="${pagePaths.confirm(number)}" data-yes="${how}" ${long === "" ? "" : "data-long"} data-label="${how === "hold" ? `Hold to ${label(scene).toLowerCase()}` : label(scene)}">${text.charAt(0).toUpperCase()}${text.slice(1)} <kbd>a</kbd></a>`;
}

/** The button and the field stand by JavaScript or not: what was typed is compared by the server. */
function redYes(scene: CardScene): Html {
  if (scene.hasPasskey) {
    return html`<button type="button" class="yes red" data-passkey data-yes="passkey">${label(scene)} with your passkey <kbd>a</kbd></button><noscript><p class="gate">A passkey needs JavaScript. In the terminal: steward cards</p></noscript>`;
  }
  const asked = [
    ...new Set(
      scene.bundle.cards.flatMap(({ verdict }) => (verdict.friction === "red" ? [verdict.typeToApprove ?? "yes"] : [])),
    ),
  ];
  return html`<label class="typed"><span>Type <code>${asked.join(" ")}</code> to approve</span> <input name="typed" autocomplete="off" autocapitalize="off" spellcheck="false" data-asked="${asked.join(" ")}"></label>
<button class="yes red" name="kind" value="approve" data-yes="typed">${label(scene)} <kbd>a</kbd></button>`;
}

function label({ bundle }: CardScene): string {
  const count = bundle.open.length;
  if (count === 1) return bundle.cards.length === 1 ? "Approve" : "Approve this step";
  return count === 2 ? "Approve both" : `Approve all ${plural(count, "step")}`;
}
