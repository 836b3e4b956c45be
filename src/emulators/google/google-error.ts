/**
 * The JSON body of an error as Google's APIs write it.
 * Source: https://developers.google.com/workspace/gmail/api/guides/handle-errors
 */
export interface GoogleError {
  error: {
    code: number;
    message: string;
    /** Not in the answers of Sheets. */
    errors?: { message: string; domain: string; reason: string }[];
    status: string;
    details?: unknown[];
  };
}

const statuses: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  410: "FAILED_PRECONDITION",
  412: "FAILED_PRECONDITION",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** Builds such a body; `reason` is the one programs look at. */
export function googleError(code: number, message: string, reason: string, details?: unknown[]): GoogleError {
  return {
    error: {
      code,
      message,
      errors: [{ message, domain: domainOf(reason), reason }],
      status: statuses[code] ?? "UNKNOWN",
      ...(details === undefined ? {} : { details }),
    },
  };
}

function domainOf(reason: string): string {
  if (reason.endsWith("LimitExceeded") || reason === "quotaExceeded") return "usageLimits";
  return "global";
}

/** What a route throws to answer with an error. */
export class GoogleFailure extends Error {
  readonly code: number;
  readonly reason: string;
  readonly headers: Record<string, string>;
  readonly details: unknown[] | undefined;

  constructor(
    code: number,
    message: string,
    reason: string,
    more: { headers?: Record<string, string>; details?: unknown[] } = {},
  ) {
    super(message);
    this.name = "GoogleFailure";
    this.code = code;
    this.reason = reason;
    this.headers = more.headers ?? {};
    this.details = more.details;
  }

  toBody(): GoogleError {
    return googleError(this.code, this.message, this.reason, this.details);
  }
}

export function notFound(message = "Requested entity was not found."): GoogleFailure {
  return new GoogleFailure(404, message, "notFound");
}

export function badRequest(message: string, reason = "invalidArgument"): GoogleFailure {
  return new GoogleFailure(400, message, reason);
}
