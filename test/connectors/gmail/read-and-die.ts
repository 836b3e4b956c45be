import { setTimeout as sleep } from "node:timers/promises";
import { openStoredMailbox } from "./stored-mailbox.ts";

/**
 * A process that reads a mailbox into a home and ends itself without warning once so many pages are stored; 0 reads to the
 * end. `node read-and-die.ts '{"folder", "baseUrl", "account", "clientId", "scopes", "secrets", "pages"}'`.
 */
const given = JSON.parse(process.argv[2] ?? "{}");
const secrets = new Map<string, string>(given.secrets);
const mailbox = await openStoredMailbox({
  ...given,
  deps: {
    fetch,
    clock: {
      now: () => Date.now(),
      sleep: async (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
    },
    newId: () => crypto.randomUUID(),
    secret: async (name) => secrets.get(name) ?? null,
    log: () => undefined,
  },
});
let pages = 0;
const report = await mailbox.read(given.account, () => {
  pages += 1;
  if (pages === given.pages) process.kill(process.pid, "SIGKILL");
});
await mailbox.close();
process.stdout.write(JSON.stringify({ stopped: report.stopped }));
