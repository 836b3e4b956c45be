import type { MiddlewareHandler } from "hono";
import type { Fault, FaultScript } from "./faults.ts";
import { googleError } from "./google-error.ts";

/** Thrown where a connection is to be cut without an answer: the server destroys the socket, the in-process fetch rejects. */
export class ConnectionDropped extends Error {
  constructor() {
    super("socket hang up");
    this.name = "ConnectionDropped";
  }
}

const garbage = "\u0000<!doctype html><title>502</title>{]";

/** Makes a request meet what the script holds for it, before or after its effect. */
export function meetFaults(script: FaultScript, sleep: (ms: number) => Promise<void>): MiddlewareHandler {
  return async (c, next) => {
    const url = new URL(c.req.url);
    const faults = script.take(`${c.req.method} ${url.pathname}${url.search}`);
    for (const fault of faults.filter(({ when }) => when === "before")) {
      const answer = await meet(fault, sleep, null);
      if (answer !== null) return answer;
    }
    await next();
    for (const fault of faults.filter(({ when }) => when === "after")) {
      const answer = await meet(fault, sleep, c.res);
      if (answer !== null) c.res = answer;
    }
    return undefined;
  };
}

async function meet(
  fault: Fault,
  sleep: (ms: number) => Promise<void>,
  done: Response | null,
): Promise<Response | null> {
  switch (fault.do) {
    case "drop":
      throw new ConnectionDropped();
    case "delay":
      await sleep(fault.delayMs ?? 1000);
      return null;
    case "garbage":
      return new Response(garbage, { status: 200, headers: { "content-type": "application/json; charset=UTF-8" } });
    case "truncate": {
      const text = done === null ? '{"kind": "tru' : await done.text();
      const kept = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
      return new Response(kept, {
        status: done?.status ?? 200,
        headers: { "content-type": "application/json; charset=UTF-8" },
      });
    }
    case "status": {
      const status = fault.status ?? 503;
      const body = fault.body ?? googleError(status, "Backend Error", "backendError");
      return new Response(JSON.stringify(body), {
        status,
        headers: { "content-type": "application/json; charset=UTF-8", ...fault.headers },
      });
    }
  }
}
