import { say } from "./say.ts";

export interface LiveHooks {
  prepare(region: Element): void;
  shown(): void;
}

/** Puts in what changed, whenever the server says that something did. `prepare` readies what was put in; `shown` hears of another card. */
export function watchLive(hooks: LiveHooks): void {
  let timer: number | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => refresh(hooks), 120);
  };
  const events = new EventSource("/events");
  events.addEventListener("tick", soon);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") soon();
  });
}

/**
 * Fetches this page again and takes over the regions of another version. The answer is parsed by XMLHttpRequest, which runs
 * no script and is no sink for strings.
 */
function refresh(hooks: LiveHooks): void {
  const request = new XMLHttpRequest();
  request.open("GET", location.pathname + location.search);
  request.responseType = "document";
  request.addEventListener("load", () => {
    const { response, status } = request;
    if (status === 401) location.reload();
    else if (status === 200 && response instanceof Document) takeOver(response, hooks);
  });
  request.send();
}

function takeOver(fresh: Document, hooks: LiveHooks): void {
  for (const region of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const next = fresh.getElementById(region.id);
    if (next === null || next.dataset["version"] === region.dataset["version"]) continue;
    if (isBusy(region)) {
      region.dataset["version"] = next.dataset["version"] ?? "";
      noteChange(region);
      continue;
    }
    swap(region, next, hooks);
  }
  if (fresh.title !== document.title) document.title = fresh.title;
}

/** Somebody is writing or holding in there: nothing may be pulled from under their hands. */
function isBusy(region: HTMLElement): boolean {
  const isHeld = region.querySelector(".holding") !== null;
  const isEditing = region.querySelector("details[data-edit][open]") !== null;
  const typed = [...region.querySelectorAll<HTMLInputElement>("input[name=typed], textarea")];
  return isHeld || isEditing || typed.some((one) => one.value !== one.defaultValue);
}

function noteChange(region: HTMLElement): void {
  if (region.querySelector(".refused.meanwhile") !== null) return;
  const note = document.createElement("p");
  note.className = "refused meanwhile";
  const link = document.createElement("a");
  link.href = location.pathname + location.search;
  link.textContent = "Show it as it is now";
  note.append("This changed while you were at it. ", link);
  region.prepend(note);
}

function swap(region: HTMLElement, next: HTMLElement, hooks: LiveHooks): void {
  const focused = region.contains(document.activeElement) ? placeOf(document.activeElement) : null;
  const { scrollTop } = region;
  const taken = document.importNode(next, true);
  region.replaceWith(taken);
  taken.scrollTop = scrollTop;
  hooks.prepare(taken);
  if (taken.id === "card") {
    hooks.shown();
    taken.classList.add("changed");
    say("This card changed.");
  }
  if (focused !== null)
    (taken.querySelector<HTMLElement>(focused) ?? taken.querySelector<HTMLElement>("#title"))?.focus();
}

/** Where an element is found again after its region was put in anew. */
function placeOf(element: Element | null): string | null {
  if (!(element instanceof HTMLElement)) return null;
  if (element.id !== "") return `#${CSS.escape(element.id)}`;
  for (const name of ["data-key", "data-yes", "name", "href"]) {
    const value = element.getAttribute(name);
    if (value !== null) return `${element.tagName.toLowerCase()}[${name}="${CSS.escape(value)}"]`;
  }
  return null;
}
