import { z } from "zod";
import { StewardError } from "./errors.ts";
import { accountIdentity, emailIdentity, phoneIdentity } from "./identity.ts";
import type { Identity } from "./item.ts";
import { modelConfigKeys, modelConfigSchema } from "./model-config.ts";
import type { Owner } from "./thread.ts";

const address = z
  .string()
  .refine((text) => emailIdentity(text) !== null, { error: "is not an e-mail address, such as clara@weiss.example" });

/**
 * The owner's `config.json`: who they are and how steward reads for them. Defaults are here and nowhere else; a key that is
 * not listed is refused, because a misspelt setting that is silently ignored looks like one that works.
 */
export const configSchema = z.strictObject({
  owner: z
    .strictObject({
      /** How others write the owner's name, in mail and in chats. */
      names: z.array(z.string().min(1)).default([]),
      addresses: z.array(address).default([]),
      phones: z.array(z.string().min(1)).default([]),
      /** As `telegram:@clara`, or the name a chat export shows, as `whatsapp:Clara Weiss`. */
      handles: z.array(z.string().regex(/^[a-z]+:.+$/, { error: "is not of the form telegram:@name" })).default([]),
      /** What is never taken for the owner's, although it looks so: addresses, numbers, handles. */
      notMe: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  /** IANA name. All times on screen are in it. */
  zone: z.string().default("UTC").refine(isZone, { error: "is not a time zone, such as Europe/Berlin" }),
  /** ISO 3166 alpha-2: how national phone numbers are read. */
  region: z
    .string()
    .default("US")
    .refine((text) => /^[A-Z]{2}$/.test(text), { error: "is not a country code of two letters, such as DE" }),
  /** ISO 639-1 codes of the languages the owner writes in. */
  languages: z.array(z.string().regex(/^[a-z]{2}$/, { error: "is not a language code, such as en" })).default(["en"]),
  /** Whether raw mail is kept, compressed, in `originals/`. */
  keepOriginals: z.boolean().default(true),
  /** Seconds between two readings by `steward start`, by connector, where the usual ones do not suit: `{ "gmail": 30 }`. */
  poll: z
    .record(
      z.string(),
      z
        .number({ error: "is not a number of seconds" })
        .min(5, { error: "is less than 5 seconds" })
        .max(86_400, { error: "is more than a day" }),
    )
    .default({}),
  /** The local page. */
  page: z
    .strictObject({
      port: z
        .number({ error: "is not a port" })
        .int({ error: "is not a port" })
        .min(1024, { error: "is less than 1024" })
        .max(65_535, { error: "is more than 65535" })
        .default(7373),
      /** The one https name that the owner puts in front of it (Tailscale, Caddy); null is http://localhost. */
      address: z
        .string()
        .regex(/^https:\/\/[a-z0-9.-]+(?::\d+)?$/, {
          error: "is not an https address, such as https://steward.tail1.ts.net",
        })
        .nullable()
        .default(null),
      /** Whether the page listens on ::1, too. */
      ipv6: z.boolean().default(true),
    })
    .prefault({}),
  /** Answers that a model drafts by itself, each a card. */
  drafts: z
    .strictObject({
      /** Threads at most, each time something new was judged. 0 drafts nothing unasked. */
      perRun: z
        .number({ error: "is not a number of drafts" })
        .int({ error: "is not a number of drafts" })
        .min(0, { error: "is less than none" })
        .max(50, { error: "is more than 50" })
        .default(8),
    })
    .prefault({}),
  /** Which models judge and write, where they run, and what they may cost. The key is a secret and not here. */
  model: modelConfigSchema.prefault({}),
  /** Where the names and numbers of finished runs go, as OpenTelemetry: a collector's traces address, such as http://127.0.0.1:4318/v1/traces. */
  telemetry: z
    .strictObject({
      otlp: z
        .url({ protocol: /^https?$/, error: "is not an address, such as http://127.0.0.1:4318/v1/traces" })
        .nullable()
        .default(null),
      /** Whether that may be another computer than this one. */
      elsewhere: z.boolean().default(false),
    })
    .prefault({}),
});
export type Config = z.output<typeof configSchema>;

/** The config of somebody who said nothing. */
export const defaultConfig = (): Config => configSchema.parse({});

/**
 * Parses the text of a `config.json`. Contract: pure. Errors: `config`, naming the line and what is allowed there.
 */
export function parseConfig(text: string, path: string): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StewardError("config", `${path} is not valid JSON${lineOfSyntaxError(error, text)}.`, {
      cure: "Mend that line (a missing comma or quote is the usual cause), or move the file away and run: steward init",
      cause: error,
    });
  }
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw issue === undefined ? new StewardError("config", `${path} does not fit.`) : nameIssue(issue, text, path);
}

/** Who the owner is, with every way of naming them normalised; unreadable phone numbers are left out. */
export function toOwner(config: Config): Owner {
  const { names, addresses, phones, handles } = config.owner;
  const identities = [
    ...addresses.map(emailIdentity),
    ...phones.map((phone) => phoneIdentity(phone, config.region)),
    ...handles.map(readHandle),
  ];
  return {
    names,
    identities: identities.flatMap((identity) => (identity === null ? [] : [identity.value])),
    zone: config.zone,
    region: config.region,
    languages: config.languages,
  };
}

function readHandle(text: string): Identity {
  const colon = text.indexOf(":");
  return accountIdentity(text.slice(0, colon), text.slice(colon + 1));
}

/** Whether a text is an IANA zone that this Node knows. */
export function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function nameIssue(issue: z.core.$ZodIssue, text: string, path: string): StewardError {
  const keys = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const allowed = allowedKeys(keys);
    return new StewardError("config", `${path}${atLine(text, [...keys, key])} has an unknown setting: ${key}.`, {
      cure: `Remove it or mend its name. Known here: ${allowed.join(", ")}.`,
    });
  }
  const name = keys.filter((key) => !/^\d+$/.test(key)).join(".") || "the whole file";
  return new StewardError(
    "config",
    `${path}${atLine(text, keys)}: ${name} ${issue.message.replace(/^Invalid/, "has an invalid")}.`,
    {
      cure: "Correct that line, or remove it to get the default.",
    },
  );
}

function allowedKeys(path: readonly string[]): string[] {
  if (path[0] === "owner") return ["names", "addresses", "phones", "handles", "notMe"];
  if (path[0] === "page") return ["port", "address", "ipv6"];
  if (path[0] === "drafts") return ["perRun"];
  if (path[0] === "telemetry") return ["otlp", "elsewhere"];
  if (path[0] === "model") return modelConfigKeys(path.slice(1));
  return Object.keys(configSchema.shape);
}

/** V8 names line and column of a syntax error in most messages, and the position in some. */
function lineOfSyntaxError(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : "";
  const line = /line (\d+)/.exec(message)?.[1];
  if (line !== undefined) return ` in line ${line}`;
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return ` in line ${lineAt(text, Number(position))}`;
  return /end of JSON/.test(message) ? ` in line ${lineAt(text, text.length)}` : "";
}

function atLine(text: string, keys: readonly string[]): string {
  let at = 0;
  for (const key of keys) {
    const next = text.indexOf(JSON.stringify(key), at);
    if (next >= 0) at = next;
  }
  return `, line ${lineAt(text, at)}`;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
