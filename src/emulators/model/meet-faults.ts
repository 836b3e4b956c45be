import { ApiFailure, ModelDropped } from "./api-failure.ts";
import type { ModelFault } from "./model-faults.ts";

const html = "<!doctype html>\n<html><head><title>404 Not Found</title></head><body>nginx</body></html>\n";

/** What a request meets: an answer that replaces the server's, changes to be made to it, or nothing. */
export interface MetFaults {
  instead: Response | null;
  truncates: boolean;
}

/** Meets the faults in order. Throws for a cut connection and for the service's own errors. */
export async function meetFaults(
  faults: readonly ModelFault[],
  sleep: (ms: number) => Promise<void>,
): Promise<MetFaults> {
  const met: MetFaults = { instead: null, truncates: false };
  for (const fault of faults) {
    switch (fault.do) {
      case "drop":
        throw new ModelDropped();
      case "overload":
        throw new ApiFailure(529, "overloaded_error", "Overloaded", fault.headers);
      case "delay":
        await sleep(fault.delayMs ?? 1000);
        break;
      case "truncate":
        met.truncates = true;
        break;
      case "status":
        met.instead = statusAnswer(fault);
        break;
      case "garbage":
        met.instead = new Response('\u0000{"type": "mess{]', { headers: { "content-type": "application/json" } });
        break;
      case "html":
        met.instead = new Response(html, { status: fault.status ?? 404, headers: { "content-type": "text/html" } });
        break;
    }
  }
  return met;
}

function statusAnswer({ status = 500, body, headers }: ModelFault): Response {
  const type = errorTypes[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");
  const error = body ?? { type: "error", error: { type, message: `Scripted ${status}` }, request_id: null };
  return new Response(JSON.stringify(error), { status, headers: { "content-type": "application/json", ...headers } });
}

/** Source: errors page of the Messages API. */
const errorTypes: Record<number, string> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** Half of an answer: of a stream too, which then ends in the middle of an event. */
export async function truncate(answer: Response): Promise<Response> {
  const text = await answer.text();
  const half = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
  return new Response(half, {
    status: answer.status,
    headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
  });
}
