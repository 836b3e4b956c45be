import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contactsSheet, lifeFolder } from "../../emulators/google/drive/seed-drive.ts";
import { demoClient } from "../../emulators/google/oauth/oauth-state.ts";
import type { CommandContext } from "../command-context.ts";
import { connectGoogle } from "../google/connect-google.ts";
import { connectWriting } from "../google/connect-writing.ts";
import { pressContinue } from "./press-continue.ts";

/**
 * Connects the emulated Google account by the command's own code, to read and to act with the owner's yes: the same client
 * file, consent page, codes and tokens as for a real one. Only the owner's hand on the page is played. What the command says is kept for when it fails.
 */
export async function connectDemo(context: CommandContext, url: string): Promise<void> {
  const clientFile = join(context.home, "client_secret_demo.json");
  const client = { client_id: demoClient.clientId, client_secret: demoClient.clientSecret };
  await writeFile(clientFile, `${JSON.stringify({ installed: client })}\n`, { mode: 0o600 });
  let said = "";
  const quiet: CommandContext = {
    ...context,
    terminal: {
      ...context.terminal,
      interactive: false,
      out: (text) => {
        said += typeof text === "string" ? text : "";
      },
    },
    openBrowser: async (page) => {
      void pressContinue(context.fetch, page).catch((error: unknown) => {
        said += `${error instanceof Error ? error.message : String(error)}\n`;
      });
      return true;
    },
  };
  try {
    await connectGoogle(quiet, {
      clientFile,
      paste: false,
      account: null,
      driveFolder: lifeFolder,
      contactsSheet,
      baseUrl: url,
      read: false,
    });
    await connectWriting(quiet, { services: [], account: null, paste: false });
  } catch (error) {
    context.terminal.err(said);
    throw error;
  }
}
