import type { Hono } from "hono";
import { z } from "zod";
import { faultKinds } from "./faults.ts";
import { deliverMail } from "./gmail/deliver-mail.ts";
import { badRequest } from "./google-error.ts";
import type { GoogleWorld, WorldSnapshot } from "./google-world.ts";
import type { EmulatorEnv } from "./service.ts";

/** What the control routes need of a world. */
export type EmulatorControl = GoogleWorld;

const mailSchema = z.strictObject({
  account: z.string().optional(),
  raw: z.string().optional(),
  from: z.string().default("Somebody <somebody@elsewhere.example>"),
  to: z.string().optional(),
  subject: z.string().default(""),
  text: z.string().default(""),
  inReplyTo: z.string().optional(),
  labels: z.array(z.string()).default(["INBOX", "UNREAD"]),
});

const faultSchema = z.strictObject({
  match: z.string(),
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
export function mountControl(app: Hono<EmulatorEnv>, world: EmulatorControl): void {
  const snapshots = new Map<string, WorldSnapshot>();
  const body = async <T>(request: Request, schema: z.ZodType<T>): Promise<T> => {
    const parsed = schema.safeParse(await request.json().catch(() => null));
    if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
    return parsed.data;
  };
  app.get("/_world/ledger", (c) => c.json(world.ledger.all()));
  app.get("/_world/state", (c) =>
    c.json({
      now: new Date(world.clock.now()).toISOString(),
      accounts: world.accounts(),
      settings: Object.fromEntries(world.settings),
      spent: Object.fromEntries(
        ["gmail", "drive", "sheets", "calendar"].map((name) => [name, world.quotas.spent(name)]),
      ),
      tokenRequests: world.oauth().tokenRequests,
      faultHits: world.faults.hits(),
    }),
  );
  app.post("/_world/mail", async (c) => {
    const mail = await body(c.req.raw, z.union([mailSchema, z.array(mailSchema)]));
    const ids = (Array.isArray(mail) ? mail : [mail]).map((one) => deliver(world, one));
    return c.json({ ids });
  });
  app.post("/_world/clock", async (c) => {
    const { advanceMs } = await body(c.req.raw, z.strictObject({ advanceMs: z.number() }));
    world.clock.advance(advanceMs);
    return c.json({ now: new Date(world.clock.now()).toISOString() });
  });
  app.post("/_world/faults", async (c) => {
    const faults = await body(c.req.raw, z.array(faultSchema));
    if (faults.length === 0) world.faults.clear();
    world.faults.add(...faults.map(({ match, ...fault }) => dropUndefined({ ...fault, match: new RegExp(match) })));
    return c.json({ added: faults.length });
  });
  app.post("/_world/settings", async (c) => {
    const settings = await body(c.req.raw, z.record(z.string(), z.number()));
    for (const [name, value] of Object.entries(settings)) world.settings.set(name, value);
    return c.json(Object.fromEntries(world.settings));
  });
  app.post("/_world/quota", async (c) => {
    const limits = await body(c.req.raw, z.record(z.string(), z.number().nullable()));
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

function deliver(world: EmulatorControl, mail: z.output<typeof mailSchema>): string {
  const account = mail.account ?? world.accounts()[0] ?? "";
  if (!world.accounts().includes(account)) throw badRequest(`There is no account ${account} here.`);
  return deliverMail(world, world.state("gmail", account), account, {
    ...(mail.raw === undefined
      ? { compose: { ...mail, to: mail.to ?? account } }
      : { raw: Buffer.from(mail.raw, "base64") }),
    labelIds: mail.labels,
  }).id;
}

/** What JSON leaves out is absent, not undefined. */
function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
