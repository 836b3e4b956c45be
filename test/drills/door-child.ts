import { z } from "zod";
import { type Step, steps } from "../../approvals/door-setup.ts";
import { openDoor } from "../../approvals/open-door.ts";
import { calendarDoor } from "../../connectors/calendar/door.ts";
import { driveDoor } from "../../connectors/drive/door.ts";
import { gmailDoor } from "../../connectors/gmail/door.ts";
import { homeDoor } from "../../connectors/home/door.ts";
import { defaultPolicy } from "../../src/core/policy.ts";
import { openStore } from "../../src/store/open-store.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

/** A door in a process of its own, that takes one turn and kills itself with SIGKILL at the step it is given. */
const given = z
  .strictObject({
    database: z.string(),
    home: z.string(),
    url: z.string(),
    now: z.string(),
    dieAt: z.enum(steps),
    owner: z.strictObject({
      names: z.array(z.string()),
      identities: z.array(z.string()),
      zone: z.string(),
      region: z.string(),
      languages: z.array(z.string()),
    }),
    secrets: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(process.argv[2] ?? "{}"));

const clock = new VirtualClock(given.now);
const store = await openStore(given.database, { clock, durability: "full" });
let ids = 0;
const newId = (): string => {
  ids += 1;
  return `child-${process.pid}-${ids}`;
};
const toEmulator: typeof fetch = (input, init) => fetch(String(input).replace("http://127.0.0.1:1", given.url), init);
const door = await openDoor({
  store,
  clock,
  newId,
  connectors: [gmailDoor, homeDoor, calendarDoor, driveDoor],
  deps: {
    fetch: toEmulator,
    clock,
    newId,
    secret: async (name) => given.secrets[name] ?? null,
    log: () => {},
    homePath: given.home,
  },
  owner: () => given.owner,
  policy: async () => defaultPolicy(),
  hasPasskey: async () => false,
  atStep: (step: Step) => {
    if (step === given.dieAt) process.kill(process.pid, "SIGKILL");
  },
});
await door.turn(new AbortController().signal);
await store.close();
