import { say } from "./say.ts";
import type { YesButtons } from "./yes.ts";

const places: Record<string, string> = {
  c: "/",
  t: "/today",
  a: "/ask",
  p: "/people",
  l: "/ledger",
  h: "/health",
  s: "/search",
};

/** The keys of the page. None of them works while something is typed, and Enter is none of them. */
export function watchKeys(yes: YesButtons): void {
  let goingTo = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      return;
    }
    if (isTyping(event.target)) return;
    if (goingTo) {
      goingTo = false;
      const path = places[event.key];
      if (path !== undefined) location.assign(path);
      return;
    }
    if (event.key === "g" && !event.repeat) {
      goingTo = true;
      setTimeout(() => {
        goingTo = false;
      }, 1200);
      return;
    }
    if (press(event, yes)) event.preventDefault();
  });
  document.addEventListener("keyup", (event) => {
    const button = yesButton();
    if (event.key === "a" && button !== null) yes.holdEnd(button);
  });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return target.type !== "checkbox" && target.type !== "radio" && !target.readOnly;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Does what a key stands for. False when it stands for nothing here. */
function press(event: KeyboardEvent, yes: YesButtons): boolean {
  switch (event.key) {
    case "a":
      if (!event.repeat) approve(yes);
      return true;
    case "e":
      return openEditor() || click("e");
    case "u":
      return clickFirst("[data-undo] button");
    case "/":
      return search();
    case "?":
      document.getElementById("help")?.togglePopover();
      return true;
    case "j":
    case "k":
      return (!event.repeat && click(event.key)) || moveRow(event.key === "j" ? 1 : -1);
    case "o":
      return click("o") || openRow();
    default:
      return /^[rl1-5]$/.test(event.key) && !event.repeat && yes.isSettled() && click(event.key);
  }
}

function yesButton(): HTMLButtonElement | null {
  return document.querySelector<HTMLButtonElement>("button[data-yes]");
}

/** Green at once, amber while it is held, red leads to what it asks for. */
function approve(yes: YesButtons): void {
  const button = yesButton();
  if (button === null || !yes.isSettled()) return;
  if (button.disabled && button.dataset["yes"] !== "typed") {
    say("Read to its end first.");
    return;
  }
  if (button.dataset["yes"] === "hold") yes.holdStart(button);
  else if (button.dataset["yes"] === "typed")
    document.querySelector<HTMLInputElement>("#decide input[name=typed]")?.focus();
  else button.click();
}

function openEditor(): boolean {
  const editor = document.querySelector<HTMLDetailsElement>("details[data-edit]");
  if (editor === null) return false;
  editor.open = true;
  editor.scrollIntoView({ block: "nearest" });
  editor.querySelector<HTMLElement>("textarea, input:not([type=hidden])")?.focus();
  return true;
}

function search(): boolean {
  const field = document.querySelector<HTMLInputElement>("#q");
  if (field === null) location.assign("/search");
  else field.select();
  return true;
}

function click(key: string): boolean {
  return clickFirst(`[data-key="${CSS.escape(key)}"]`);
}

function clickFirst(selector: string): boolean {
  const target = document.querySelector<HTMLElement>(selector);
  target?.click();
  return target !== null;
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")];
}

function moveRow(by: number): boolean {
  const all = rows();
  const at = all.findIndex((row) => row.matches(":focus"));
  const next = all[at === -1 ? (by > 0 ? 0 : all.length - 1) : at + by];
  next?.focus();
  return next !== undefined;
}

function openRow(): boolean {
  const row = rows().find((one) => one === document.activeElement);
  row?.click();
  return row !== undefined;
}
