/** What the page does beyond links and forms. Everything works without it, by a second page where that is needed. */

import { watchCountdowns } from "./countdown.ts";
import { watchDrops } from "./drops.ts";
import { watchKeys } from "./keys.ts";
import { watchLive } from "./live.ts";
import { makeYesButtons } from "./yes.ts";

function start(): void {
  document.documentElement.dataset["js"] = "";
  const yes = makeYesButtons();
  yes.upgrade(document);
  showCopyButtons(document);
  watchCountdowns();
  watchKeys(yes);
  watchDrops();
  // The pages outside, such as the login, have nothing that changes.
  if (document.querySelector("[data-live]") === null) return;
  watchLive({
    prepare: (region) => {
      yes.upgrade(region);
      showCopyButtons(region);
    },
    shown: yes.markShown,
  });
  if (document.activeElement === document.body && location.hash === "") {
    document.getElementById("title")?.focus({ preventScroll: true });
  }
}

/** A copy button needs JavaScript; what it copies can be selected without. */
function showCopyButtons(scope: ParentNode): void {
  for (const button of scope.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(
        () => {
          button.textContent = "Copied";
        },
        () => {
          button.textContent = "Select it";
        },
      );
    });
  }
}

start();
