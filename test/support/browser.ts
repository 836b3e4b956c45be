import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** Whether there is a Chromium to test with; tests that need one skip, saying `noBrowser`, where there is none. */
export const hasBrowser = existsSync(executablePath);
export const noBrowser = `there is no ${executablePath} here (scripts/install-chromium.sh puts it there)`;

/** A real, headless Chromium that talks to nobody by itself. The caller closes it. */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}
