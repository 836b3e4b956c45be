import { html } from "hono/html";
import { count, plural } from "../../../src/core/plural.ts";
import { duration, moment } from "../../../src/core/times.ts";
import type { Notice } from "../../../src/store/notices.ts";
import type { SourceHealth } from "../../../src/store/source-health.ts";
import type { FoundProblem, Source } from "../../../src/store/sources.ts";
import { type DeviceRow, type PasskeyRow, pagePaths } from "../page-actions.ts";
import type { Html } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { postForm } from "./post-form.ts";
import { showLine } from "./visible-text.ts";

export interface HealthScene extends Reader {
  csrf: string;
  sources: readonly { source: Source; health: SourceHealth | null }[];
  problems: readonly FoundProblem[];
  notices: readonly Notice[];
  devices: readonly DeviceRow[];
  passkeys: readonly PasskeyRow[];
  stopped: string | null;
  pullThePlug: { path: string } | null;
}

/** What is read and how well, who is signed in, and the big switch. It shows no content. */
export function healthBody(scene: HealthScene): Html {
  const ill = scene.sources.filter(({ health }) => isIll(health)).length;
  return html`<section class="column health" id="health" data-live data-version="${version(scene)}"><h1 tabindex="-1" id="title">${ill === 0 ? "All is well" : `${plural(ill, "source")} ${ill === 1 ? "needs" : "need"} you`}</h1>
${notices(scene)}
<section><h2>Sources</h2><ul class="rows">${scene.sources.filter(({ health }) => needsWords(health)).map((one) => sourceRow(one, scene))}</ul>
<ul class="rows compact">${scene.sources.filter(({ health }) => !needsWords(health)).map((one) => quietRow(one, scene))}</ul>${scene.sources.length === 0 ? html`<p class="none">Nothing is read yet. In the terminal: steward begin</p>` : ""}</section>
${problems(scene)}
${devices(scene)}
${passkeys(scene)}
${stopSection(scene)}</section>`;
}

function isIll(health: SourceHealth | null): boolean {
  return health?.state === "needs_reauth" || health?.state === "degraded";
}

function needsWords(health: SourceHealth | null): boolean {
  return isIll(health) || health?.state === "catching_up";
}

function quietRow({ source, health }: HealthScene["sources"][number], { zone, nowMs }: Reader): Html {
  const asked = health?.polledAt ?? source.readAt;
  const read = asked === null ? "never read" : moment(asked, zone, nowMs);
  return html`<li><span>${showLine(source.label)}</span><span class="meta">${plural(source.itemCount, "item")}, ${stateWords(source, health)}</span><span class="age">${read}</span></li>`;
}

function version({ sources, devices: signedIn, passkeys: keys, stopped, notices: told }: HealthScene): string {
  const states = sources.map(({ health }) => `${health?.state}${health?.polledAt}${health?.progress?.done}`).join();
  return `${states}|${signedIn.length}|${keys.length}|${stopped ?? ""}|${told[0]?.id ?? 0}`;
}

function sourceRow({ source, health }: HealthScene["sources"][number], { zone, nowMs }: Reader): Html {
  const asked = health?.polledAt ?? source.readAt;
  const read = asked === null ? "never read" : `read ${moment(asked, zone, nowMs)}`;
  return html`<li><p class="head"><strong>${showLine(source.label)}</strong> <span class="stateword ${health?.state ?? "ok"}">${stateWords(source, health)}</span><span class="age">${read}</span></p>
<p class="meta">${plural(source.itemCount, "item")}</p>${cure(health, { zone, nowMs })}</li>`;
}

function stateWords(source: Source, health: SourceHealth | null): string {
  switch (health?.state) {
    case undefined:
      return source.readAt === null ? "not read to its end yet" : "ok";
    case "ok":
      return "ok";
    case "needs_reauth":
      return "sign-in needed";
    case "degraded":
      return "cannot be read right now";
    case "catching_up": {
      const { progress } = health;
      if (progress === null || progress.total <= 0) return "catching up";
      const left = progress.secondsLeft === null ? "" : `, ${duration(progress.secondsLeft * 1000)} left`;
      return `catching up, ${Math.min(99, Math.floor((progress.done / progress.total) * 100))} %${left}`;
    }
  }
}

/** What to do about it: a command to copy, or when it tries again by itself. */
function cure(health: SourceHealth | null, { zone, nowMs }: Reader): Html {
  if (health?.state === "needs_reauth") {
    return html`<p class="cure">In the terminal: <code class="command">${health.detail}</code> <button type="button" class="copy" data-copy="${health.detail}" hidden>Copy</button></p>`;
  }
  if (health?.state !== "degraded") return html``;
  const next = health.retryAt === null ? "" : ` Next try at ${moment(health.retryAt, zone, nowMs)}.`;
  return html`<p class="cure">${showLine(health.detail)}${next}</p>`;
}

function notices({ notices: told, zone, nowMs }: HealthScene): Html {
  if (told.length === 0) return html``;
  return html`<section><h2>Lately</h2><ul class="ended">${told.map((one) => html`<li><span>${showLine(one.text)}</span><span class="age">${moment(one.at, zone, nowMs)}</span></li>`)}</ul></section>`;
}

function problems({ problems: found }: HealthScene): Html {
  if (found.length === 0) return html``;
  const reasons = [...Map.groupBy(found, ({ reason }) => reason)].sort((a, b) => b[1].length - a[1].length);
  return html`<section><h2>Not read</h2><ul class="ended">${reasons.slice(0, 8).map(([reason, some]) => html`<li><span>${showLine(reason)}</span><span class="age">${count(some.length)}</span></li>`)}</ul><p class="meta">Each with its place: steward sources --problems</p></section>`;
}

function devices({ devices: rows, csrf, zone, nowMs }: HealthScene): Html {
  return html`<section><h2>Signed in</h2><ul class="rows">${rows.map(
    (one) =>
      html`<li><p class="head"><strong>${showLine(one.name)}</strong>${one.isThis ? html` <span class="meta">this one</span>` : ""}<span class="age">seen ${moment(one.lastSeenAt, zone, nowMs)}</span></p><div class="meta rowform">since ${moment(one.signedInAt, zone, nowMs)} ${postForm({ csrf, action: pagePaths.revokeDevice(one.id) }, html`<button class="small">${one.isThis ? "Sign out" : "Revoke"}</button>`)}</div></li>`,
  )}</ul></section>`;
}

function passkeys({ passkeys: rows, csrf, zone, nowMs }: HealthScene): Html {
  return html`<section id="passkeys"><h2>Passkeys</h2>${
    rows.length === 0
      ? html`<p class="meta">None yet: red cards ask for a typed name until there is one.</p>`
      : html`<ul class="rows">${rows.map(
          (one) =>
            html`<li><p class="head"><strong>${showLine(one.name)}</strong><span class="age">${one.usedAt === null ? "never used" : `used ${moment(one.usedAt, zone, nowMs)}`}</span></p><div class="meta rowform">since ${moment(one.addedAt, zone, nowMs)} ${postForm({ csrf, action: pagePaths.removePasskey(one.id) }, html`<button class="small" data-proves>Remove</button>`)}</div></li>`,
        )}</ul>`
  }<p class="buttons"><button type="button" class="small" data-add-passkey hidden>Add a passkey</button></p></section>`;
}

function stopSection({ csrf, stopped, pullThePlug }: HealthScene): Html {
  const plug =
    pullThePlug === null
      ? ""
      : html`<section><h2>The demo</h2><p class="meta">Kills the door in the middle of whatever it does. The emulated mailbox still counts one.</p>${postForm({ csrf, action: pullThePlug.path }, html`<button class="stop">Pull the plug</button>`)}<p><a class="button" href="${pagePaths.fool}">Try to fool it</a></p></section>`;
  return html`<section><h2>Stop</h2>${
    stopped === null
      ? html`<p class="meta">Freezes everything within a second, also between two steps, and stays until you lift it. The same: steward stop, or a file named STOP in the home.</p>${postForm({ csrf, action: pagePaths.stop, hidden: [["back", pagePaths.health]] }, html`<button class="stop">Stop everything</button>`)}`
      : html`<p>${stopped}</p>${postForm({ csrf, action: pagePaths.resume, hidden: [["back", pagePaths.health]] }, html`<button>Lift it</button>`)}`
  }</section>${plug}`;
}
