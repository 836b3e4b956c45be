import { Hono } from "hono";
import type { World } from "../world/schema.ts";
import { checkBearer } from "./check-bearer.ts";
import { mountControl } from "./control.ts";
import { ConnectionDropped, meetFaults } from "./fault-middleware.ts";
import { createFaultScript } from "./faults.ts";
import { GoogleFailure, googleError } from "./google-error.ts";
import { createInFlight, type InFlight } from "./in-flight.ts";
import { createLedger, type LedgerEntry } from "./ledger.ts";
import { mountOauth } from "./oauth/mount-oauth.ts";
import { blankOauth, type OauthState } from "./oauth/oauth-state.ts";
import { mountPage } from "./page/mount-page.ts";
import { createQuotas } from "./quota.ts";
import { refuseOtherSites } from "./same-origin.ts";
import type { EmulatedService, EmulatorEnv, SharedWorld } from "./service.ts";
import { forEachService, type ServiceStates, services } from "./services.ts";
import type { WorldClock } from "./world-clock.ts";

export interface GoogleWorldOptions {
  accounts: readonly { address: string; name: string }[];
  clock: WorldClock;
  /** Fills the first account with the demo life as of the clock's now; the others stay empty. */
  world?: World;
  /** For the draws of `share` faults. */
  seed?: number;
  /** How `delay` faults wait; real time by default. */
  sleep?(ms: number): Promise<void>;
}

/** Everything of a world that can be put back: plain data. */
export interface WorldSnapshot {
  oauth: OauthState;
  services: Record<string, Record<string, unknown>>;
  ledger: LedgerEntry[];
  settings: [string, number][];
}

/** One emulated Google: all services of all its accounts behind one address. */
export interface GoogleWorld extends SharedWorld {
  app: Hono<EmulatorEnv>;
  /** In-process requests, without a port. A dropped connection rejects as the real `fetch` does. */
  fetch: typeof fetch;
  /** How many calls were under way at once. */
  inFlight: Pick<InFlight, "most">;
  oauth(): OauthState;
  state<K extends keyof ServiceStates>(service: K, account: string): ServiceStates[K];
  snapshot(): WorldSnapshot;
  restore(snapshot: WorldSnapshot): void;
  /** Back to how it was made. */
  reset(): void;
}

/** Makes a world. Contract: deterministic for the same options and requests; nothing outside memory is touched. */
export function createGoogleWorld(options: GoogleWorldOptions): GoogleWorld {
  const { accounts } = options;
  const shared = shareWorld(options);
  let oauth = blankOauth(accounts);
  let states = new Map<string, Map<string, unknown>>();
  const app = new Hono<EmulatorEnv>();
  app.onError((error) => toAnswer(error));
  app.notFound((c) => c.json(googleError(404, `Not Found: ${c.req.method} ${c.req.path}`, "notFound"), 404));
  const sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  const inFlight = createInFlight(shared.settings);
  app.use(refuseOtherSites(), inFlight.count);
  app.use(meetFaults(shared.faults, sleep));
  app.use(checkBearer(() => oauth, shared));
  mountOauth(app, shared, () => oauth);
  const fill = (): void => {
    oauth = blankOauth(accounts);
    states = new Map();
    forEachService((service) => states.set(service.name, seedService(service, options)));
  };
  fill();
  forEachService((service) => mountService(app, shared, service, () => states));
  const world: GoogleWorld = {
    ...shared,
    app,
    fetch: (input, init) => requestInProcess(app, input, init),
    inFlight,
    oauth: () => oauth,
    state: (service, account) => readState(states, service, account),
    snapshot: () =>
      structuredClone({
        oauth,
        services: Object.fromEntries([...states].map(([name, byAccount]) => [name, Object.fromEntries(byAccount)])),
        ledger: [...shared.ledger.all()],
        settings: [...shared.settings],
      }),
    restore: (snapshot) => {
      const copy = structuredClone(snapshot);
      oauth = copy.oauth;
      states = new Map(
        Object.entries(copy.services).map(([name, byAccount]) => [name, new Map(Object.entries(byAccount))]),
      );
      shared.ledger.replace(copy.ledger);
      shared.settings.clear();
      for (const [name, value] of copy.settings) shared.settings.set(name, value);
    },
    reset: () => {
      fill();
      shared.ledger.replace([]);
      shared.faults.clear();
      shared.settings.clear();
      shared.quotas.clear();
      inFlight.clear();
    },
  };
  mountControl(app, world);
  mountPage(app, world);
  return world;
}

function shareWorld({ clock, accounts, seed }: GoogleWorldOptions): SharedWorld {
  const addresses = accounts.map(({ address }) => address);
  return {
    clock,
    ledger: createLedger(() => clock.now()),
    faults: createFaultScript(seed),
    quotas: createQuotas(() => clock.now()),
    settings: new Map(),
    accounts: () => addresses,
  };
}

async function requestInProcess(app: Hono<EmulatorEnv>, ...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  try {
    return await app.request(input instanceof URL ? input.href : input, init);
  } catch (error) {
    if (error instanceof ConnectionDropped) throw new TypeError("fetch failed", { cause: error });
    throw error;
  }
}

function seedService<S>(service: EmulatedService<S>, options: GoogleWorldOptions): Map<string, unknown> {
  return new Map(
    options.accounts.map(({ address }, index) => [
      address,
      index === 0 && options.world !== undefined
        ? service.seed(options.world, options.clock.now())
        : service.blank(address),
    ]),
  );
}

function mountService<S>(
  app: Hono<EmulatorEnv>,
  shared: SharedWorld,
  service: EmulatedService<S>,
  states: () => Map<string, Map<string, unknown>>,
): void {
  service.mount(app, shared, (account) => decodeState(service, states().get(service.name)?.get(account)));
}

function readState<K extends keyof ServiceStates>(
  states: Map<string, Map<string, unknown>>,
  name: K,
  account: string,
): ServiceStates[K] {
  return decodeState(services[name], states.get(name)?.get(account));
}

/** The one place where a kept state gets its type back: only a service's own `seed` and `blank` put it there. */
function decodeState<S>(service: EmulatedService<S>, state: unknown): S {
  if (state === undefined) throw new GoogleFailure(404, `No such account at ${service.name}.`, "notFound");
  return state as S;
}

function toAnswer(error: Error): Response {
  if (error instanceof ConnectionDropped) throw error;
  if (error instanceof GoogleFailure) {
    return new Response(JSON.stringify(error.toBody()), {
      status: error.code,
      headers: { "content-type": "application/json; charset=UTF-8", ...error.headers },
    });
  }
  const body = googleError(500, `The emulator itself failed: ${error.message}`, "backendError");
  return new Response(JSON.stringify(body), { status: 500, headers: { "content-type": "application/json" } });
}
