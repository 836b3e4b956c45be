import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { type Clock, toInstant } from "../../src/core/clock.ts";
import { type StewardError, toStewardError } from "../../src/core/errors.ts";
import type { Store } from "../../src/store/open-store.ts";
import { clearPageAddress, setPageAddress } from "../../src/store/page-address.ts";
import { mintLogin } from "../../src/store/page-logins.ts";
import { listSessions } from "../../src/store/page-sessions.ts";
import { listPasskeys } from "../../src/store/passkeys.ts";
import type { Door } from "../door.ts";
import { mountAssets } from "./assets.ts";
import { type Authority, parseAuthority } from "./authority.ts";
import { mountDecide } from "./decide-route.ts";
import { type EventTimes, mountEvents } from "./events.ts";
import { guardRequest, isApi } from "./guard-request.ts";
import { listen } from "./listen.ts";
import { mostGivenBytes, pagePaths, type ViewDeps } from "./page-actions.ts";
import { mountPasskeys } from "./passkey-routes.ts";
import { makePasskeys } from "./passkeys.ts";
import { secureAnswers } from "./security-headers.ts";
import { makeShownTickets } from "./shown-tickets.ts";
import { loginUrl, mountDevices, mountSignIn } from "./sign-in.ts";
import { mountViews } from "./views/mount-views.ts";
import { pageError } from "./views/plain-pages.ts";
import { makeVisits, type Visits } from "./visits.ts";

/** Where the page is; the defaults are in the configuration's schema. */
export interface PageSettings {
  port: number;
  /** An https name the owner puts in front; null is `http://localhost` with the port. */
  address: string | null;
  /** Whether `::1` is listened on too: browsers ask there first for `localhost`, so that nobody else can answer in our place. */
  ipv6: boolean;
}

export interface PageDeps extends Pick<ViewDeps, "zone" | "verifyLedger" | "consent" | "pullThePlug"> {
  door: Door;
  /** The door's own, with every commit on disk. */
  store: Store;
  clock: Clock;
  newId(): string;
  settings: PageSettings;
  /** For what went wrong, without content. */
  log(line: string): void;
  times?: EventTimes;
  /** The user whose page it is, where the system can tell users apart; null listens to all. */
  uid: number | null;
}

export interface Page {
  app: Hono;
  authority(): Authority;
  /** Begins to answer. Contract: once. Errors: `locked` when the port is taken, `config` for what cannot be listened on. */
  listen(): Promise<RunningPage>;
}

export interface RunningPage {
  /** `http://localhost:7373`, or the https name. */
  origin: string;
  bound: AddressInfo[];
  /** A new link to sign in with: once, within five minutes. */
  mintLink(): Promise<string>;
  close(): Promise<void>;
}

const longestBodyBytes = 2_000_000;
const portsTried = 20;

/** Makes the local page over a door. Errors: `config` for an address it cannot have. */
export async function createPage(deps: PageDeps): Promise<Page> {
  const { store, settings } = deps;
  const addresses = settings.ipv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
  const authorityAt = (port: number): Authority =>
    parseAuthority(settings.address ?? `http://localhost:${port}`, addresses);
  let authority = authorityAt(settings.port);
  const { app, closeEvents } = await makeApp(deps, () => authority);
  const start = async (): Promise<RunningPage> => {
    const isNamed = settings.address !== null;
    const tries = isNamed ? 0 : portsTried;
    // Behind a proxy every connection is the proxy's.
    const onlyUid = authority.isHttps ? null : deps.uid;
    const listening = await listen(app, { port: settings.port, addresses, tries, onlyUid });
    authority = authorityAt(listening.port);
    const { origin } = authority;
    await store.write((tx) => setPageAddress(tx, origin));
    return {
      origin,
      bound: listening.bound,
      mintLink: async () => loginUrl(origin, (await mintLogin(store)).token),
      close: async () => {
        closeEvents();
        await listening.close();
        await store.write((tx) => clearPageAddress(tx, origin));
      },
    };
  };
  return { app, authority: () => authority, listen: start };
}

/** The order is the security: who does not get through one line does not reach the next. */
async function makeApp(deps: PageDeps, authority: () => Authority): Promise<{ app: Hono; closeEvents: () => void }> {
  const { store, clock, door, newId } = deps;
  const app = new Hono();
  const visits = makeVisits({ store, clock, authority });
  const passkeys = makePasskeys({ store, clock, authority });
  const tickets = makeShownTickets(randomBytes(32));
  const views = viewDeps(deps, { authority, visits, tickets });
  let endStreams: (sessionId: string) => void = () => undefined;
  const signIn = { store, clock, newId, authority, visits, ended: (id: string) => endStreams(id) };

  app.onError((error, context) => answerError(deps, error, context));
  app.notFound((context) => sayThat(context, 404, "There is no such page.", "It may have been there before."));
  app.use(secureAnswers());
  app.use(guardRequest(authority));
  app.use(limitBodies());
  await mountAssets(app);
  mountSignIn(app, signIn);
  app.use(visits.enter);
  app.use(methodNotAllowed({ app }));
  mountDevices(app, signIn);
  mountPasskeys(app, { store, clock, authority, visits, passkeys });
  mountDecide(app, { door, clock, tickets, visits, passkeys, views });
  const times = deps.times ?? { pollMs: 250, beatMs: 15_000 };
  const events = mountEvents(app, { store, clock, visits, times });
  endStreams = events.end;
  mountViews(app, views);
  return { app, closeEvents: events.close };
}

/** Files come to one place only. */
function limitBodies(): MiddlewareHandler {
  const onError = (context: Context): Response => context.text("Too much at once", 413);
  const small = bodyLimit({ maxSize: longestBodyBytes, onError });
  const withFiles = bodyLimit({ maxSize: mostGivenBytes, onError });
  return (context, next) => (context.req.path === pagePaths.ask ? withFiles : small)(context, next);
}

function viewDeps(
  deps: PageDeps,
  { authority, visits, tickets }: { authority: () => Authority; visits: Visits; tickets: ViewDeps["tickets"] },
): ViewDeps {
  const { door, store, clock, newId, zone, verifyLedger, consent, pullThePlug } = deps;
  return {
    ...{ door, store, clock, newId, zone, verifyLedger, pullThePlug, tickets },
    ...(consent === undefined ? {} : { consent }),
    csrf: (context) => visits.of(context).csrf,
    session: (context) => ({ id: visits.of(context).session.id }),
    devices: async (context) => {
      const here = visits.of(context).session.id;
      const sessions = await listSessions(store, toInstant(clock.now()));
      return sessions.map(({ id, name, signedInAt, lastSeenAt }) => ({
        ...{ id, name, signedInAt, lastSeenAt },
        isThis: id === here,
      }));
    },
    passkeys: async () => {
      const kept = await listPasskeys(store, authority().rpId);
      return kept.map(({ id, name, addedAt, usedAt }) => ({ id, name, addedAt, usedAt }));
    },
  };
}

const statusOf: Partial<Record<StewardError["code"], 404 | 409 | 503>> = {
  not_found: 404,
  locked: 409,
  moved: 409,
  database_busy: 503,
  disk_full: 503,
  unavailable: 503,
};

/** Says what the owner can do about it; of a bug nothing but that there was one. */
function answerError(deps: PageDeps, error: unknown, context: Context): Response | Promise<Response> {
  const named = toStewardError(error, "showing the page");
  deps.log(`page: ${named.code}: ${named.message}`);
  if (named.code === "internal") {
    return sayThat(context, 500, "Something unexpected happened.", "steward.log says more. Nothing was decided by it.");
  }
  return sayThat(context, statusOf[named.code] ?? 500, named.message, named.cure ?? "Try it once more.");
}

function sayThat(
  context: Context,
  status: 404 | 409 | 500 | 503,
  title: string,
  cure: string,
): Response | Promise<Response> {
  return isApi(context)
    ? context.json({ kind: "error", text: `${title} ${cure}` }, status)
    : context.html(pageError(title, cure), status);
}
