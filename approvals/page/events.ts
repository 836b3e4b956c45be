import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { type Clock, toInstant } from "../../src/core/clock.ts";
import type { Store } from "../../src/store/open-store.ts";
import { getSession } from "../../src/store/page-sessions.ts";
import { type ChangeName, watchChanges } from "../../src/store/watch-changes.ts";
import { pagePaths } from "./page-actions.ts";
import type { Visits } from "./visits.ts";

export interface Events {
  /** Closes what streams to a device. */
  end(sessionId: string): void;
  /** Closes everything, for good. */
  close(): void;
}

interface Listener {
  sessionId: string;
  send(names: readonly ChangeName[]): void;
  beat(): void;
  close(): void;
}

export interface EventTimes {
  /** How often the database is asked whether anything was committed. */
  pollMs: number;
  /** How often a quiet stream gets a sign of life, and its session is looked at. */
  beatMs: number;
}

/** A browser opens six connections to one place: with five streams from as many tabs one is left for the pages themselves. */
const streamsPerDevice = 5;
const streamsInAll = 30;

/**
 * `/events`: one stream a tab, that says `tick` and which kinds of things changed (`cards digest`), never what is in them. More
 * streams than the cap get 503, which an `EventSource` takes as final: such a tab is as fresh as its last load. Contract: asks the
 * database only while somebody listens; a stream closes with its session, whoever ended that.
 */
export function mountEvents(
  app: Hono,
  deps: { store: Store; clock: Clock; visits: Visits; times: EventTimes },
): Events {
  const { store, clock, visits, times } = deps;
  const listeners = new Set<Listener>();
  let watching: AbortController | null = null;
  let isClosed = false;
  const tell = async (names: readonly ChangeName[]): Promise<void> => {
    if (names.includes("devices")) await closeEnded();
    for (const listener of listeners) listener.send(names);
  };
  const closeEnded = async (): Promise<void> => {
    for (const listener of [...listeners]) {
      if ((await getSession(store, listener.sessionId, toInstant(clock.now()))) === null) listener.close();
    }
  };
  const watch = (signal: AbortSignal): void => {
    // A fault of the database ends the streams; browsers ask again, and the next one begins to watch anew.
    const fail = (): void => closeAll();
    watchChanges(store, { clock, everyMs: times.pollMs, signal }, (names) => void tell(names).catch(fail)).catch(fail);
    void beat(signal).catch(fail);
  };
  const beat = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(times.beatMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await closeEnded();
      for (const listener of listeners) listener.beat();
    }
  };
  const closeAll = (): void => {
    for (const listener of [...listeners]) listener.close();
  };
  const leave = (listener: Listener): void => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    watching?.abort();
    watching = null;
  };
  app.get(pagePaths.events, (context) => {
    if (context.req.method === "HEAD") return context.body(null);
    const sessionId = visits.of(context).session.id;
    const own = [...listeners].filter((one) => one.sessionId === sessionId).length;
    if (isClosed || own >= streamsPerDevice || listeners.size >= streamsInAll) {
      return context.text("Too many tabs listen.", 503);
    }
    return streamSSE(context, async (stream) => {
      await new Promise<void>((resolve) => {
        const write = (text: string): void => void stream.write(text).catch(() => listener.close());
        const listener: Listener = {
          sessionId,
          send: (names) => write(`event: tick\ndata: ${names.join(" ")}\n\n`),
          beat: () => write(": still here\n\n"),
          close: () => {
            leave(listener);
            resolve();
          },
        };
        listeners.add(listener);
        stream.onAbort(() => listener.close());
        write("retry: 3000\n\n");
        if (watching === null) {
          watching = new AbortController();
          watch(watching.signal);
        }
      });
    });
  });
  return {
    end: (sessionId) => {
      for (const listener of [...listeners]) if (listener.sessionId === sessionId) listener.close();
    },
    close: () => {
      isClosed = true;
      closeAll();
    },
  };
}
