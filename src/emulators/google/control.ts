import type { Hono } from "hono";
import { z } from "zod";
import { mountDeeds } from "./control-deeds.ts";
import { faultKinds } from "./faults.ts";
import { badRequest } from "./google-error.ts";
import type { GoogleWorld, WorldSnapshot } from "./google-world.ts";
import { readBody } from "./read-body.ts";
import type { EmulatorEnv } from "./service.ts";

const faultSchema = z.strictObject({
  /** A regular expression. */
  match: z.string().transform((text, context) => {
    try {
      return new RegExp(text);
    } catch {
      context.addIssue({ code: "custom", message: "is no regular expression" });
      return z.NEVER;
    }
  }),
  nth: z.union([z.number(), z.array(z.number()), z.literal("every")]).optional(),
  share: z.number().optional(),
  when: z.enum(["before", "after"]),
  do: z.enum(faultKinds),
  status: z.number().optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delayMs: z.number().optional(),
});

/**
 * Routes by which a test, the demo or a person at the page moves the world: below `/_world/`, JSON in and out, no sign-in.
 * The server listens on this machine only.
 */
export function mountControl(app: Hono<EmulatorEnv>, world: GoogleWorld): void {
  const snapshots = new Map<string, WorldSnapshot>();
  app.get("/_world/ledger", (c) => c.json(world.ledger.all()));
  app.get("/_world/state", (c) =>
    c.json({
      now: new Date(world.clock.now()).toISOString(),
      accounts: world.accounts(),
      settings: Object.fromEntries(world.settings),
      spent: Object.fromEntries(
        ["gmail", "drive", "sheets", "calendar"].map((name) => [name, world.quotas.spent(name)]),
      ),
      mostInFlight: Object.fromEntries(
        ["gmail", "drive", "sheets", "calendar"].map((name) => [name, world.inFlight.most(name)]),
      ),
      tokenRequests: world.oauth().tokenRequests,
      faultHits: world.faults.hits(),
    }),
  );
  mountDeeds(app, world);
  app.post("/_world/clock", async (c) => {
    const { advanceMs } = await readBody(c.req.raw, z.strictObject({ advanceMs: z.number() }));
    world.clock.advance(advanceMs);
    return c.json({ now: new Date(world.clock.now()).toISOString() });
  });
  app.post("/_world/faults", async (c) => {
    const faults = await readBody(c.req.raw, z.array(faultSchema));
    if (faults.length === 0) world.faults.clear();
    world.faults.add(...faults.map(dropUndefined));
    return c.json({ added: faults.length });
  });
  app.post("/_world/settings", async (c) => {
    const settings = await readBody(c.req.raw, z.record(z.string(), z.number().nullable()));
    for (const [name, value] of Object.entries(settings)) {
      if (value === null) world.settings.delete(name);
      else world.settings.set(name, value);
    }
    return c.json(Object.fromEntries(world.settings));
  });
  app.post("/_world/quota", async (c) => {
    const limits = await readBody(c.req.raw, z.record(z.string(), z.number().nullable()));
    for (const [name, units] of Object.entries(limits)) world.quotas.limit(name, units);
    return c.json({});
  });
  app.post("/_world/reset", (c) => {
    world.reset();
    return c.json({});
  });
  app.post("/_world/snapshots/:name", (c) => {
    snapshots.set(c.req.param("name"), world.snapshot());
    return c.json({});
  });
  app.post("/_world/snapshots/:name/restore", (c) => {
    const snapshot = snapshots.get(c.req.param("name"));
    if (snapshot === undefined) throw badRequest("There is no such snapshot.");
    world.restore(snapshot);
    return c.json({});
  });
}

/** What JSON leaves out is absent, not undefined. */
function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
