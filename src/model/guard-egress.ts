import { StewardError } from "../core/errors.ts";

/** What a request may tell a server. The wire client would add this computer's system, its versions and the environment's own. */
const sentHeaders = ["accept", "authorization", "anthropic-version", "content-type"] as const;

/**
 * A `fetch` that reaches the Messages API of one server and nothing else. Contract: another origin, path or method is refused before
 * anything is sent; a redirect is not followed, whoever sends it.
 */
export function guardEgress(inner: typeof fetch, baseUrl: string, options: { hasKey: boolean }): typeof fetch {
  const allowed = new Set(["/v1/messages", "/v1/messages/count_tokens"].map((path) => `${baseUrl}${path}`));
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!allowed.has(url) || (init?.method ?? "GET").toUpperCase() !== "POST") {
      throw new StewardError("internal", "A request to another place than the model's server was stopped.");
    }
    const given = new Headers(init?.headers);
    const headers = new Headers({ "user-agent": "steward" });
    for (const name of sentHeaders) {
      const value = given.get(name);
      if (value !== null && (options.hasKey || name !== "authorization")) headers.set(name, value);
    }
    const response = await inner(url, { ...init, headers, redirect: "manual" });
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      throw new StewardError(
        "config",
        "The model's server wants to send steward elsewhere, which it does not follow.",
        {
          cure: "Give the address it is really at: steward model use URL",
        },
      );
    }
    return response;
  };
}
