import { type GoogleService, googleServices } from "../../../connectors/google-account/account.ts";
import { StewardError, toStewardError } from "../../core/errors.ts";
import type { CommandContext } from "../command-context.ts";
import { connectWriting } from "../google/connect-writing.ts";

const urlWithinMs = 20_000;

/**
 * Begins the consent of `connect google --write` for the account and service of a card, and returns the address of Google's page.
 * The rest happens when the owner comes back from there; what goes wrong then is in the log. Errors: `unavailable`, and those of
 * `connectWriting` before Google is asked.
 */
export async function beginConsent(
  context: CommandContext,
  { account, connector }: { account: string; connector: string },
  log: (line: string) => void,
): Promise<string> {
  const service = serviceOf(connector);
  const asked = Promise.withResolvers<string>();
  const quiet: CommandContext = {
    ...context,
    terminal: { ...context.terminal, interactive: false, out: () => undefined, err: () => undefined },
    endWith: () => undefined,
    openBrowser: async (url) => {
      asked.resolve(url);
      return true;
    },
  };
  connectWriting(quiet, { services: [service], account, paste: false }).catch((error: unknown) => {
    const named = toStewardError(error, "asking for your consent");
    log(`consent: ${named.code}: ${named.message}`);
    asked.reject(named);
  });
  const late = new StewardError("unavailable", "Google's page could not be asked for.", { cure: "Try it again." });
  const timer = setTimeout(() => asked.reject(late), urlWithinMs);
  try {
    return await asked.promise;
  } finally {
    clearTimeout(timer);
  }
}

function serviceOf(connector: string): GoogleService {
  const name = connector === "contacts-sheet" ? "sheets" : connector;
  const service = googleServices.find((one) => one === name);
  if (service !== undefined) return service;
  throw new StewardError("usage", `${connector} needs no consent.`);
}
