import { z } from "zod";
import { type Action, blankPreview, type Call, type DoorConnector, type Look } from "../../src/core/action.ts";
import { isSameJson } from "../../src/core/canonical.ts";
import { StewardError } from "../../src/core/errors.ts";

/** What happens to the n-th request to a path: cut before or after it took effect, refused, or answered with nonsense. */
export interface PostFault {
  path: string;
  when: "before" | "after";
  do: "drop" | "503" | "400" | "garbage";
  /** How many requests it meets. */
  times: number;
}

interface Letter {
  id: string;
  key: string;
  to: string[];
  text: string;
}

/**
 * A small service to send letters through, with the two handles real ones have: drafts that can be sent once, and ids that the
 * client chooses. It counts what really happened, and fails as asked. What was sent is found by its key only after `lagMs`.
 */
export class PostOffice {
  readonly drafts = new Map<string, Letter>();
  readonly sent: Letter[] = [];
  readonly parcels = new Map<string, { to: string; what: string }>();
  readonly flags = new Set<string>();
  readonly faults: PostFault[] = [];
  /** The version of what letters rest on. */
  version = "1";
  lagMs = 0;
  requests = 0;
  readonly now: () => number;
  readonly #sentAt = new Map<string, number>();

  constructor(now: () => number) {
    this.now = now;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? "GET";
    this.requests += 1;
    const fault = this.faults.find((one) => one.times > 0 && `${method} ${url.pathname}`.startsWith(one.path));
    if (fault !== undefined) fault.times -= 1;
    if (fault?.when === "before") return meet(fault);
    const answer = this.#serve(method, url, String(init?.body ?? ""));
    return fault === undefined ? answer : meet(fault);
  };

  #serve(method: string, url: URL, body: string): Response {
    const given: Record<string, unknown> = body === "" ? {} : JSON.parse(body);
    switch (`${method} ${url.pathname}`) {
      case "GET /version":
        return Response.json({ version: this.version });
      case "POST /drafts": {
        const id = `d${this.drafts.size + this.sent.length + 1}`;
        const { key, to, text } = letterSchema.parse(given);
        this.drafts.set(id, { id, key, to, text });
        return Response.json({ id });
      }
      case "GET /drafts": {
        const key = url.searchParams.get("key");
        return Response.json({ drafts: [...this.drafts.values()].filter((draft) => draft.key === key) });
      }
      case "POST /send": {
        const draft = this.drafts.get(String(given["draft"]));
        if (draft === undefined) return Response.json({}, { status: 404 });
        this.drafts.delete(draft.id);
        this.sent.push(draft);
        this.#sentAt.set(draft.id, this.now());
        return Response.json({ id: draft.id });
      }
      case "GET /sent": {
        const key = url.searchParams.get("key");
        const visible = this.sent.filter((one) => this.now() - (this.#sentAt.get(one.id) ?? 0) >= this.lagMs);
        return Response.json({ letters: visible.filter((one) => one.key === key) });
      }
      case "POST /parcels": {
        const { id, to, what } = parcelSchema.parse(given);
        if (this.parcels.has(id)) return Response.json({}, { status: 409 });
        this.parcels.set(id, { to, what });
        return Response.json({ id });
      }
      case "GET /parcels": {
        const parcel = this.parcels.get(url.searchParams.get("id") ?? "");
        return parcel === undefined ? Response.json({}, { status: 404 }) : Response.json(parcel);
      }
      case "POST /flags": {
        const { add, remove } = flagSchema.parse(given);
        for (const id of add) this.flags.add(id);
        for (const id of remove) this.flags.delete(id);
        return Response.json({});
      }
      case "GET /flags":
        return Response.json({ flags: [...this.flags] });
      default:
        return Response.json({}, { status: 400 });
    }
  }
}

const letterSchema = z.strictObject({ key: z.string(), to: z.array(z.string()), text: z.string() });
const parcelSchema = z.strictObject({ id: z.string(), to: z.string(), what: z.string() });
const flagSchema = z.strictObject({ add: z.array(z.string()), remove: z.array(z.string()) });

function meet(fault: PostFault): Response {
  if (fault.do === "drop") throw new TypeError("fetch failed");
  if (fault.do === "garbage") return new Response("<html>");
  return Response.json({}, { status: Number(fault.do) });
}

type Client = (method: string, path: string, body?: unknown) => Promise<unknown>;

const toInput = z.strictObject({
  to: z.array(z.string()),
  text: z.string(),
  version: z.string(),
  thread: z.number().nullable(),
});
const toAsk = z.strictObject({ to: z.array(z.string()).min(1), text: z.string(), thread: z.number().optional() });
type Input = z.output<typeof toInput>;
const draftHandle = z.strictObject({ draft: z.string() });
const done = z.strictObject({ id: z.string() });

function need(call: Call<Client> | Look<Client>): Client {
  if (call.client === null) throw new StewardError("needs_reauth", "No post office.");
  return call.client;
}

async function versionOf(look: Look<Client>): Promise<string> {
  return z.object({ version: z.string() }).parse(await need(look)("GET", "/version")).version;
}

/** A draft that can be sent once: as Gmail's. */
const sendLetter: Action<z.output<typeof toAsk>, Input, z.output<typeof draftHandle>, z.output<typeof done>, Client> = {
  name: "post.send_letter",
  tier: "send",
  description: "Send a letter.",
  ask: toAsk,
  input: toInput,
  handle: draftHandle,
  result: done,
  resolve: async ({ to, text, thread }, look) => ({ to, text, version: await versionOf(look), thread: thread ?? null }),
  raise: () => "send",
  preview: async ({ to, text, thread }, look) => ({
    ...blankPreview,
    title: `Letter to ${to.join(", ")}`,
    recipients: to.map((address) => ({ role: "to", channel: "mail", address, name: "" })),
    text,
    about: { threadId: thread, itemIds: [] },
    basis: [{ what: "the address book", version: await versionOf(look) }],
  }),
  prepare: async (input, call) => {
    const client = need(call);
    const found = await findDraft(client, call.idempotencyKey);
    if (found !== null) return { draft: found };
    const { id } = done.parse(
      await client("POST", "/drafts", { key: call.idempotencyKey, to: input.to, text: input.text }),
    );
    return { draft: id };
  },
  execute: async (_input, handle, call) => done.parse(await need(call)("POST", "/send", { draft: handle?.draft })),
  readBack: ({ method, path, body }) => {
    const given: Record<string, unknown> = JSON.parse(new TextDecoder().decode(body));
    if (method === "POST" && path === "/send") return {};
    if (method !== "POST" || path !== "/drafts") throw new Error("never");
    const { to, text } = letterSchema.parse(given);
    return { to, text };
  },
  reconcile: async (_input, _handle, call) => {
    const client = need(call);
    if ((await findDraft(client, call.idempotencyKey)) !== null) return { kind: "not_done" };
    const { letters } = z
      .object({ letters: z.array(z.object({ id: z.string() })) })
      .parse(await client("GET", `/sent?key=${call.idempotencyKey}`));
    const [sent] = letters;
    return sent === undefined
      ? { kind: "unknown", reason: "It is neither there nor sent.", askAgainMs: call.attempt < 1 ? null : 60_000 }
      : { kind: "done", result: { id: sent.id } };
  },
  edit: {
    read: ({ to, text }) => ({ to, text }),
    apply: (input, { to, text }) => ({ ...input, to: to ?? input.to, text: text ?? input.text }),
  },
  receipt: ({ to }) => `Sent to ${to.join(", ")}.`,
};

async function findDraft(client: Client, key: string): Promise<string | null> {
  const { drafts } = z
    .object({ drafts: z.array(z.object({ id: z.string() })) })
    .parse(await client("GET", `/drafts?key=${key}`));
  return drafts[0]?.id ?? null;
}

const parcelInput = z.strictObject({ to: z.string(), what: z.string() });
/** An id that the client chooses: as a calendar event's. */
const sendParcel: Action<
  z.output<typeof parcelInput>,
  z.output<typeof parcelInput>,
  null,
  z.output<typeof done>,
  Client
> = {
  name: "post.send_parcel",
  tier: "change",
  description: "Send a parcel.",
  ask: parcelInput,
  input: parcelInput,
  handle: z.null(),
  result: done,
  resolve: async (ask) => ask,
  raise: ({ to }) => (to === "" ? "change" : "send"),
  preview: async ({ to, what }) => ({
    ...blankPreview,
    title: `Parcel for ${to}`,
    recipients: to === "" ? [] : [{ role: "to", channel: "mail", address: to, name: "" }],
    text: what,
  }),
  execute: async (input, _handle, call) => {
    const id = call.idempotencyKey;
    return done.parse(await need(call)("POST", "/parcels", { id, ...input }));
  },
  readBack: ({ method, path, body }) => {
    if (method !== "POST" || path !== "/parcels") throw new Error("never");
    const { to, what } = parcelSchema.parse(JSON.parse(new TextDecoder().decode(body)));
    return { to, what };
  },
  reconcile: async (input, _handle, call) => {
    const found = await need(call)("GET", `/parcels?id=${call.idempotencyKey}`).catch((error: unknown) => {
      if (error instanceof StewardError && error.code === "not_found") return null;
      throw error;
    });
    if (found === null) return { kind: "not_done" };
    return isSameJson(found, input)
      ? { kind: "done", result: { id: call.idempotencyKey } }
      : { kind: "unknown", reason: "Another parcel has this number." };
  },
  undo: async () => {},
  receipt: ({ to }) => `Parcel sent to ${to}.`,
};

const flagInput = z.strictObject({ ids: z.array(z.string()).min(1) });
/** Set semantics: as labels. */
const flagLetters: Action<
  z.output<typeof flagInput>,
  z.output<typeof flagInput>,
  null,
  z.output<typeof flagInput>,
  Client
> = {
  name: "post.flag",
  tier: "change",
  description: "Flag letters.",
  ask: flagInput,
  input: flagInput,
  handle: z.null(),
  result: flagInput,
  resolve: async (ask) => ask,
  raise: () => "change",
  preview: async ({ ids }) => ({
    ...blankPreview,
    title: `Flag ${ids.length} letters`,
    lines: ids.map((id) => ({ id, label: id, detail: "", group: "" })),
  }),
  execute: async (input, _handle, call) => {
    await need(call)("POST", "/flags", { add: input.ids, remove: [] });
    return input;
  },
  readBack: ({ method, path, body }) => {
    if (method !== "POST" || path !== "/flags") throw new Error("never");
    const { add, remove } = flagSchema.parse(JSON.parse(new TextDecoder().decode(body)));
    return remove.length > 0 ? {} : { ids: add };
  },
  reconcile: async (input, _handle, call) => {
    const { flags } = z.object({ flags: z.array(z.string()) }).parse(await need(call)("GET", "/flags"));
    return input.ids.every((id) => flags.includes(id)) ? { kind: "done", result: input } : { kind: "not_done" };
  },
  undo: async (result, call) => {
    await need(call)("POST", "/flags", { add: [], remove: result.ids });
  },
  exclude: (input, lineIds) => ({ ids: input.ids.filter((id) => !lineIds.includes(id)) }),
  receipt: ({ ids }) => `Flagged ${ids.length} letters.`,
};

const configSchema = z.object({ account: z.string() });

/** The post office as the door knows a service. */
export function postConnector(): DoorConnector {
  const connector: DoorConnector<z.output<typeof configSchema>, Client> = {
    name: "post",
    config: configSchema,
    needsAccount: true,
    connect: async (_config, deps) => async (method, path, body) => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const answer = await deps.fetch(`http://post.example${path}`, init);
      if (answer.status === 404) throw new StewardError("not_found", "It is not there.");
      if (answer.status === 409) throw new StewardError("internal", "It is there already.");
      if (answer.status === 400) throw new StewardError("usage", "The post office refuses it.");
      if (!answer.ok) throw new StewardError("unavailable", "The post office is closed.");
      const data: unknown = await answer.json();
      return data;
    },
    access: async () => ({ state: "ok" }),
    isReading: ({ method }) => method === "GET",
    actions: [sendLetter, sendParcel, flagLetters],
  };
  return connector;
}
