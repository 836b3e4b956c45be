const settleMs = 350;
const holdMs = 1000;

/** The buttons that say yes, and for how long the card they are about has been there. */
export interface YesButtons {
  /** Makes the buttons that need no second page out of the links that lead to one. */
  upgrade(scope: ParentNode): void;
  holdStart(button: HTMLButtonElement): void;
  holdEnd(button: HTMLButtonElement): void;
  /** A card was put in place of another, or changed under the eyes of its reader. */
  markShown(): void;
  /** Whether what is on the screen has been there long enough to be decided on: a key pressed twice is one decision. */
  isSettled(): boolean;
}

/** Contract: one a page. */
export function makeYesButtons(): YesButtons {
  const holds = makeHolds();
  let shownAtMs = performance.now();
  return {
    upgrade: (scope) => {
      for (const link of scope.querySelectorAll<HTMLAnchorElement>("a[data-yes]"))
        link.replaceWith(toButton(link, holds));
      for (const button of scope.querySelectorAll<HTMLButtonElement>("button[data-yes]")) refuseEnter(button);
      for (const input of scope.querySelectorAll<HTMLInputElement>("input[name=typed]")) watchTyped(input);
      for (const button of scope.querySelectorAll<HTMLButtonElement>('button[data-yes="hold"][value="approve"]')) {
        button.type = "button";
        holds.watch(button, () => submit(button, "hold"));
      }
    },
    holdStart: holds.start,
    holdEnd: holds.end,
    markShown: () => {
      shownAtMs = performance.now();
    },
    isSettled: () => performance.now() - shownAtMs >= settleMs,
  };
}

interface Holds {
  watch(button: HTMLButtonElement, run: () => void): void;
  start(button: HTMLButtonElement): void;
  end(button: HTMLButtonElement): void;
}

/** Runs what a button is for once it was held for a second, by a finger, a mouse or the space bar. */
function makeHolds(): Holds {
  const runs = new WeakMap<HTMLButtonElement, () => void>();
  const timers = new WeakMap<HTMLButtonElement, number>();
  const end = (button: HTMLButtonElement): void => {
    clearTimeout(timers.get(button));
    timers.delete(button);
    button.classList.remove("holding");
  };
  const start = (button: HTMLButtonElement): void => {
    const run = runs.get(button);
    if (button.disabled || run === undefined || timers.has(button)) return;
    button.classList.add("holding");
    const done = (): void => {
      end(button);
      run();
    };
    timers.set(button, window.setTimeout(done, holdMs));
  };
  const watch = (button: HTMLButtonElement, run: () => void): void => {
    runs.set(button, run);
    const begin = (event: Event): void => {
      if (event instanceof KeyboardEvent && (event.key !== " " || event.repeat)) return;
      event.preventDefault();
      start(button);
    };
    button.addEventListener("pointerdown", begin);
    button.addEventListener("keydown", begin);
    for (const type of ["pointerup", "pointerleave", "pointercancel", "blur"]) {
      button.addEventListener(type, () => end(button));
    }
    button.addEventListener("keyup", (event) => {
      if (event.key === " ") end(button);
    });
    button.addEventListener("contextmenu", (event) => event.preventDefault());
  };
  return { watch, start, end };
}

function toButton(link: HTMLAnchorElement, holds: Holds): HTMLButtonElement {
  const button = document.createElement("button");
  const how = link.dataset["yes"] ?? "tap";
  const label = link.dataset["label"] ?? "Approve";
  const key = link.querySelector("kbd");
  button.type = "button";
  button.className = link.className.replace(/\bbutton\b/, "").trim();
  button.dataset["yes"] = how;
  const say = (text: string): void => button.replaceChildren(text, " ", ...(key === null ? [] : [key]));
  say(label);
  if (how === "red") button.addEventListener("click", () => location.assign(link.href));
  else if (how === "hold") holds.watch(button, () => submit(button, how));
  else button.addEventListener("click", () => submit(button, how));
  if (link.dataset["long"] !== undefined)
    waitForEnd(
      button,
      () => say(label),
      () => say("Read to its end first"),
    );
  return button;
}

/** Off until the end of the text was in view. */
function waitForEnd(button: HTMLButtonElement, ready: () => void, wait: () => void): void {
  const end = document.querySelector("[data-end]");
  if (end === null) return;
  button.disabled = true;
  wait();
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    button.disabled = false;
    field("end", "seen");
    ready();
  });
  observer.observe(end);
}

function field(name: string, value: string): void {
  const input = document.querySelector<HTMLInputElement>(`#decide input[name="${name}"]`);
  if (input !== null) input.value = value;
}

/** Posts the yes by the form's own fields, so that it is the same with and without a keyboard. */
function submit(button: HTMLButtonElement, how: string): void {
  const form = button.form ?? document.querySelector<HTMLFormElement>("#decide");
  if (form === null) return;
  field("how", how === "hold" ? "hold" : "tap");
  const yes = document.createElement("button");
  yes.name = "kind";
  yes.value = "approve";
  yes.hidden = true;
  form.append(yes);
  form.requestSubmit(yes);
}

/** Enter on a button presses it by itself; a yes it never is. */
function refuseEnter(button: HTMLButtonElement): void {
  button.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/** The red button opens when what was typed is what was asked for. The server compares for itself. */
function watchTyped(input: HTMLInputElement): void {
  const button = input.form?.querySelector<HTMLButtonElement>('button[data-yes="typed"]');
  if (button == null) return;
  const asked = (input.dataset["asked"] ?? "").toLowerCase();
  const compare = (): void => {
    button.disabled = input.value.trim().toLowerCase() !== asked;
  };
  compare();
  input.addEventListener("input", compare);
}
