import { z } from "zod";

const errorBody = z.object({
  error: z.object({ errors: z.array(z.object({ reason: z.string() })).default([]) }),
});

/** What Drive says about one file, which is no failure of the account: the next file can be read all the same. */
export const fileRefusals = {
  exportSizeLimitExceeded: "Google does not export what would be over 10 MB; only its name is known.",
  cannotExportFile: "Its owner allows no export; only its name is known.",
  cannotDownloadFile: "Its owner allows no download; only its name is known.",
  cannotDownloadAbusiveFile: "Google holds it for malware or spam and it was not fetched; only its name is known.",
  fileNotDownloadable: "Google offers no file for it; only its name is known.",
  fileNotExportable: "Google offers no export of it; only its name is known.",
  insufficientFilePermissions: "The account may not read it; only its name is known.",
} as const;
export type FileRefusal = keyof typeof fileRefusals;

/**
 * The reason in an error that Drive answered with, and its status; null for what is no answer. The body of a refused download
 * comes as bytes; it is put in its place as JSON, so that whoever looks at the error next can read it, too.
 * Source: https://developers.google.com/workspace/drive/api/guides/handle-errors
 */
export function refusalOf(error: unknown): { status: number; reason: string } | null {
  if (!(error instanceof Error)) return null;
  const response: unknown = Reflect.get(error, "response");
  if (typeof response !== "object" || response === null) return null;
  const status: unknown = Reflect.get(response, "status");
  const data: unknown = Reflect.get(response, "data");
  const body = readBody(data);
  if (body !== data) Reflect.set(response, "data", body);
  const parsed = errorBody.safeParse(body);
  const reason = parsed.success ? (parsed.data.error.errors[0]?.reason ?? "") : "";
  return typeof status === "number" ? { status, reason } : null;
}

/** What is said of the account, its quota or its rights as a whole: no file is to blame. */
const accountReasons = new Set([
  "rateLimitExceeded",
  "userRateLimitExceeded",
  "dailyLimitExceeded",
  "dailyLimitExceededUnreg",
  "quotaExceeded",
  "accessNotConfigured",
  "insufficientPermissions",
  "domainPolicy",
  "authError",
  "",
]);

/** Why Drive does not give one file's bytes; null when the answer is not about the file. */
export function fileRefusalOf(error: unknown): FileRefusal | null {
  const refusal = refusalOf(error);
  if (refusal === null) return null;
  if (isFileRefusal(refusal.reason)) return refusal.reason;
  if (refusal.status === 400) return "fileNotExportable";
  return refusal.status === 403 && !accountReasons.has(refusal.reason) ? "insufficientFilePermissions" : null;
}

function isFileRefusal(reason: string): reason is FileRefusal {
  return Object.hasOwn(fileRefusals, reason);
}

function readBody(data: unknown): unknown {
  const text = data instanceof ArrayBuffer || data instanceof Uint8Array ? new TextDecoder().decode(data) : data;
  if (typeof text !== "string") return data;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy answers in HTML: there is no reason to be found in it.
    return text;
  }
}
