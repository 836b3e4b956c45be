import type { Step } from "../../../approvals/door-setup.ts";

/** The demo's own button: once pulled, the process kills itself in the middle of the next thing it does. */
export interface Plug {
  path: string;
  pull(): void;
  atStep(step: Step): void;
}

/** Makes the plug. It is pulled right before the effect, or right after it and before that is written down, in turns by chance. */
export function makePlug(kill: () => void, random: () => number): Plug {
  let at: Step | null = null;
  return {
    path: "/demo/pull-the-plug",
    pull: () => {
      at = random() < 0.5 ? "committing" : "executed_unwritten";
    },
    atStep: (step) => {
      if (step === at) kill();
    },
  };
}
