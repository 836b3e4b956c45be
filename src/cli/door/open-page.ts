import { createPage, type RunningPage } from "../../../approvals/page/create-page.ts";
import { verifyLedger } from "../../../approvals/verify-ledger.ts";
import type { CommandContext } from "../command-context.ts";
import { beginConsent } from "./begin-consent.ts";
import type { Plug } from "./plug.ts";
import type { HomeWithDoor } from "./with-door.ts";

/** Opens the local page over a door. Errors: `locked` when its port is taken, `config`. */
export async function openPage(
  context: CommandContext,
  { home, door }: HomeWithDoor,
  options: { plug: Plug | null; log(line: string): void },
): Promise<RunningPage> {
  const { plug, log } = options;
  const page = await createPage({
    door,
    store: home.store,
    clock: context.clock,
    newId: context.newId,
    settings: home.config.page,
    zone: () => home.config.zone,
    verifyLedger: () => verifyLedger(home.store, context.home),
    consent: (given) => beginConsent(context, given, log),
    pullThePlug: plug === null ? null : { path: plug.path },
    log,
    uid: process.getuid?.() ?? null,
  });
  if (plug !== null) {
    page.app.post(plug.path, (c) => {
      plug.pull();
      return c.redirect("/", 303);
    });
  }
  return await page.listen();
}
