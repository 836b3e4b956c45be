// Holds R41, R100, R139.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createPage } from "../../../approvals/page/create-page.ts";
import { csrfOf } from "../../../approvals/page/visits.ts";
import { verifyLedger } from "../../../approvals/verify-ledger.ts";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { toStewardError } from "../../../src/core/errors.ts";
import { openEventLog } from "../../../src/daemon/event-log.ts";
import { openSecrets, type Secrets } from "../../../src/daemon/secrets/open-secrets.ts";
import type { Fault } from "../../../src/emulators/google/faults.ts";
import { startSession } from "../../../src/store/page-sessions.ts";
import { type MailDoor, MailLife } from "../../connectors/gmail/door/mail-door.ts";
import { clara } from "../../connectors/gmail/gmail-fixture.ts";
import { securityFile } from "../gate/security-data.ts";

const planted = z
  .object({ items: z.array(z.object({ kind: z.string(), value: z.string() })) })
  .safeParse(securityFile("canary_secrets.json"));
const canary = (kind: string): string => planted.data?.items.find((one) => one.kind === kind)?.value ?? "";
/** Stands in a mail and nowhere else: content has no place in a log. */
const inMail = ["463820-in-a-mail", "the garden gate code is 7193#"];

/** A value in every form in which it might lie around: whole or in part, encoded, backwards. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const slices = Array.from({ length: Math.max(1, value.length - 11) }, (_, at) => value.slice(at, at + 12));
  // What stands before it shifts base64 by up to two bytes; the ends depend on the neighbours.
  const shifted = [0, 1, 2].map((by) =>
    Buffer.concat([Buffer.alloc(by), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  const spelt = [
    bytes.toString("hex"),
    encodeURIComponent(value),
    [...value].reverse().join(""),
    JSON.stringify(value),
  ];
  // Twelve zeros lie everywhere.
  return [...slices, ...shifted, ...spelt].filter((form) => form.length >= 8 && new Set(form).size > 4);
}

function found(haystacks: ReadonlyMap<string, string>, values: readonly string[]): string[] {
  const forms = values.map((value) => ({ value, forms: formsOf(value) }));
  return [...haystacks].flatMap(([where, text]) =>
    forms.filter((one) => one.forms.some((form) => text.includes(form))).map(({ value }) => `${where}: ${value}`),
  );
}

function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return new Map(paths.filter((path) => statSync(path).isFile()).map((path) => [path, readFileSync(path, "latin1")]));
}

const effects = [
  /POST \/token/,
  /GET \S+\/settings\/sendAs/,
  /GET \S+\/drafts\?/,
  /POST \S+\/drafts$/,
  /POST \S+\/drafts\/send/,
  /POST \S+\/batchModify/,
];
const answers: Pick<Fault, "do" | "status">[] = [
  { do: "status", status: 400 },
  { do: "status", status: 401 },
  { do: "status", status: 403 },
  { do: "status", status: 500 },
  { do: "garbage" },
  { do: "drop" },
];

describe.skipIf(!planted.success)("planted secrets (skipped without the shared data)", () => {
  const life = new MailLife();
  const tokens = new Set<string>();
  const said: string[] = [];
  const screens = new Map<string, string>();
  let door: MailDoor;
  let secrets: Secrets | null = null;

  /** A message and everything behind it, as a debugging terminal prints it. */
  function note(error: unknown): void {
    for (let at: unknown = error; at instanceof Error; at = at.cause) said.push(`${at.message} ${at.stack ?? ""}`);
  }

  beforeAll(async () => {
    const { deps, secrets: given } = life.setup;
    deps.secret = async (name) => (secrets === null ? (given.get(name) ?? null) : await secrets.get(name));
    deps.log = (line) => openEventLog(join(door.home, "steward.log"), door.clock).write(line);
    const from = { From: "Shop <news@shop.example>", To: clara, "Message-ID": "<c@shop.example>" };
    await life.begin((one) => {
      life.ids.news.push(one.arrive({ ...from, Subject: inMail[0] ?? "" }, inMail.join("\n")).id);
    });
    door = await life.open();
    secrets = await plant(life, door);
  }, 60_000);
  afterAll(async () => {
    await door.close();
    life.end();
  });

  /** One card from asking to the end, whatever comes in between. */
  async function liveThrough(action: string, ask: unknown): Promise<void> {
    try {
      const { seen } = await door.propose(action, ask);
      await door.approve(seen);
      await door.live(seen.cardId, 3);
      said.push(JSON.stringify(await door.door.card(seen.cardId)));
    } catch (error) {
      note(error);
      // As the running door reports what a turn throws.
      const named = toStewardError(error, "taking a turn");
      openEventLog(join(door.home, "steward.log"), door.clock).write(`door: ${named.code}: ${named.message}`);
    }
  }

  it("are in no row, no log, no file, no error and on no screen, in no encoding, whatever went wrong", async () => {
    const { world } = life.setup;
    const thread = await door.threadOf(life.ids.paul);
    const secret = [...(planted.data?.items ?? [])].filter(({ kind }) => kind !== "totp_code_in_mail");
    door.network = async (input, init) => {
      const answer = await world.fetch(input, init);
      if (new URL(String(input)).pathname.endsWith("/token")) tokens.add(tokenIn(await answer.clone().text()));
      return answer;
    };
    await liveThrough("gmail.reply", { thread, text: "Thank you." });
    const echo = {
      error: { code: 400, message: secret.map(({ value }) => value).join(" "), errors: [{ reason: canary("db_key") }] },
    };
    for (const match of effects) {
      for (const fault of answers) {
        world.faults.clear();
        world.faults.add({ ...fault, match, nth: 1, when: "before", body: echo });
        await liveThrough("gmail.reply", {
          thread,
          text: `Thank you, ${match.source} ${fault.do} ${fault.status ?? ""}.`,
        });
        if (match.source.includes("batchModify"))
          await liveThrough("gmail.archive", { threads: [await door.threadOf(life.ids.news.at(-1) ?? "")] });
      }
    }
    world.faults.clear();
    // As `fetch` itself does with a header it cannot send.
    door.network = async (_input, init) => {
      throw new TypeError(
        `Headers.append: "${new Headers(init?.headers).get("authorization")}" is an invalid header value.`,
      );
    };
    await liveThrough("gmail.send_message", { to: ["paul@adler.example"], subject: "Keys", text: "Here." });
    await visit(door, screens);
    expect(tokens.size).toBeGreaterThan(0);
    expect(said.length).toBeGreaterThan(20);
    expect(screens.size).toBeGreaterThan(5);
    const values = [...secret.map(({ value }) => value), ...tokens];
    const everywhere = new Map([...filesBelow(door.home), ...screens, ["what was said", said.join("\n")]]);
    expect(found(everywhere, values)).toEqual([]);
    const logs = new Map([...everywhere].filter(([where]) => /steward\.log|ledger\.head/.test(where)));
    expect(logs.size).toBeGreaterThan(1);
    expect(found(logs, inMail)).toEqual([]);
  }, 120_000);

  it("would be found in every one of these forms, if they lay there", () => {
    const value = canary("google_refresh_token");
    const forms = [
      value,
      `x${value}y`,
      Buffer.from(`ab${value}cd`).toString("base64"),
      Buffer.from(value).toString("hex"),
      [...value].reverse().join(""),
    ];
    for (const form of [...forms, encodeURIComponent(value), value.slice(4, 16)]) {
      expect(found(new Map([["here", `before ${form} after`]]), [value]), form).toHaveLength(1);
    }
  });
});

/** Every planted value as a secret of the home; what Google itself knows is called the same there. */
async function plant(life: MailLife, door: MailDoor): Promise<Secrets> {
  const secrets = openSecrets(door.home, {
    loadKeychain: null,
    passphrase: null,
    credentialsDirectory: null,
    askPassphrase: null,
  });
  const oauth = life.setup.world.oauth();
  const token = life.setup.secrets.get(googleSecretName(clara, "write_refresh_token")) ?? "";
  const grant = oauth.refreshTokens[token];
  if (grant === undefined) throw new Error("no grant");
  oauth.refreshTokens[canary("google_refresh_token")] = grant;
  delete oauth.refreshTokens[token];
  for (const client of oauth.clients) client.clientSecret = canary("google_client_secret");
  for (const { kind, value } of planted.data?.items ?? []) await secrets.set(`canary.${kind}`, value);
  await secrets.set(googleSecretName(clara, "write_refresh_token"), canary("google_refresh_token"));
  await secrets.set(googleSecretName(clara, "client_secret"), canary("google_client_secret"));
  return secrets;
}

function tokenIn(body: string): string {
  return z.object({ access_token: z.string() }).safeParse(JSON.parse(body)).data?.access_token ?? "none was given";
}

/** The page as a signed-in device sees it, its own secrets among what must not be in it. */
async function visit(door: MailDoor, screens: Map<string, string>): Promise<void> {
  const { store, clock, door: opened } = door;
  const log = openEventLog(join(door.home, "steward.log"), clock);
  const page = await createPage({
    ...{ store, clock, door: opened, pullThePlug: null, uid: null },
    newId: () => "page",
    settings: { port: 7373, address: null, ipv6: false },
    zone: () => "UTC",
    verifyLedger: () => verifyLedger(store, door.home),
    log: (line) => log.write(line),
  });
  const token = await store.write((tx) => startSession(tx, { id: "device-1", name: "Firefox on Linux" }));
  const { origin, cookieName } = page.authority();
  const headers = { host: new URL(origin).host, cookie: `${cookieName}=${token}`, "sec-fetch-site": "none" };
  const cards = (await opened.history(100)).map(({ card }) => `/cards/${card.number}`);
  for (const path of ["/", "/cards", "/search?q=garden", "/people", "/ledger", "/health", "/nothing", ...cards]) {
    const answer = await page.app.request(`${origin}${path}`, { headers });
    const text = await answer.text();
    // Each form carries its own session's token, and nothing carries the session.
    screens.set(path, text.replaceAll(csrfOf(token), ""));
    expect(text, path).not.toContain(token);
  }
}
