import { z } from "zod";
import type { Clock } from "../../src/core/clock.ts";
import { StewardError } from "../../src/core/errors.ts";
import type { GoogleService } from "./account.ts";
import { type SignInNet, toGoogleUrl } from "./sign-in-token.ts";

/** The few reading calls that a sign-in makes itself, before any connector is opened. */
export interface SignInCalls {
  /** One real call of a service. Errors: `no_permission` (the API is off, or not granted), `unavailable`, `needs_reauth`. */
  get<T>(service: GoogleService, url: string, schema: z.ZodType<T>): Promise<T>;
}

const tries = 3;
const pauseMs = 1000;

export const apiNames: Record<GoogleService, { title: string; api: string }> = {
  gmail: { title: "Gmail", api: "gmail.googleapis.com" },
  drive: { title: "Google Drive", api: "drive.googleapis.com" },
  calendar: { title: "Google Calendar", api: "calendar-json.googleapis.com" },
  sheets: { title: "Google Sheets", api: "sheets.googleapis.com" },
};

export function makeSignInCalls(net: SignInNet, accessToken: string, clock: Clock): SignInCalls {
  return {
    get: async (service, url, schema) => {
      for (let left = tries - 1; ; left -= 1) {
        const { status, json } = await getOnce(net, url, accessToken);
        const answer = schema.safeParse(json);
        if (status === 200 && answer.success) return answer.data;
        const passing = status === 0 || status === 200 || status === 429 || status >= 500;
        if (!passing || left === 0) throw toError(service, status, json);
        await clock.sleep(pauseMs * (tries - left), net.signal);
      }
    },
  };
}

async function getOnce(net: SignInNet, url: string, accessToken: string): Promise<{ status: number; json: unknown }> {
  try {
    const response = await net.fetch(toGoogleUrl(url, net.baseUrl).href, {
      headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" },
      redirect: "manual",
      signal: net.signal,
    });
    return { status: response.status, json: parseJson(await response.text()) };
  } catch {
    if (net.signal.aborted) throw new StewardError("interrupted", "Stopped.");
    return { status: 0, json: null };
  }
}

const errorBody = z.object({
  error: z.object({
    status: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

function toError(service: GoogleService, status: number, json: unknown): StewardError {
  const { title, api } = apiNames[service];
  const { errors = [], details = [], status: word } = errorBody.safeParse(json).data?.error ?? {};
  const reasons = [...errors, ...details].flatMap(({ reason }) => reason ?? []);
  if (reasons.some((reason) => reason === "accessNotConfigured" || reason === "SERVICE_DISABLED")) {
    return new StewardError("no_permission", `The ${title} API is not enabled in your Cloud project.`, {
      cure: `Open https://console.cloud.google.com/apis/library/${api} and press Enable; wait a minute, then connect again.`,
    });
  }
  if (status === 401) {
    return new StewardError("needs_reauth", `${title} does not accept the sign-in.`, { cure: "Connect again." });
  }
  if (status === 403) {
    return new StewardError("no_permission", `${title} may not be read (${reasons[0] ?? word ?? "403"}).`, {
      cure: "Connect again and tick it on Google's page. In a company account its administrator may have to allow it.",
    });
  }
  if (status === 404) return new StewardError("not_found", `${title} has no such thing, or it is not shared with you.`);
  if (status === 400 && word === "FAILED_PRECONDITION") {
    return new StewardError("no_permission", `This account has no ${title}.`);
  }
  return new StewardError("unavailable", `${title} does not answer (${status === 0 ? "no connection" : status}).`, {
    cure: "Try again in a minute.",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
