/** The closed list of failures a person may meet, each with the exit code of the terminal. */
export const errorExitCodes = {
  usage: 2,
  not_found: 3,
  no_permission: 4,
  wrong_kind: 5,
  unreadable: 6,
  database_newer: 7,
  database_corrupt: 8,
  database_busy: 9,
  disk_full: 10,
  config: 11,
  needs_reauth: 12,
  rate_limited: 13,
  unavailable: 14,
  gone: 15,
  locked: 16,
  moved: 17,
  budget: 18,
  interrupted: 130,
  internal: 70,
} as const;

export type ErrorCode = keyof typeof errorExitCodes;

/**
 * The one error class. `message` is for the owner and names no secret; `cure` says what to do about it, as an imperative
 * sentence or a command. Anything else thrown is a bug and becomes `internal` at the edge that catches it.
 */
export class StewardError extends Error {
  readonly code: ErrorCode;
  readonly cure: string | null;
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cure?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "StewardError";
    this.code = code;
    this.cure = options.cure ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

const definitive: ReadonlySet<ErrorCode> = new Set([
  "usage",
  "not_found",
  "no_permission",
  "wrong_kind",
  "unreadable",
  "config",
  "needs_reauth",
  "rate_limited",
  "gone",
  "locked",
  "moved",
  "budget",
]);

/** Whether a failure of an effect with this code means that nothing happened; of every other it is not known. */
export function isDefinitive(code: ErrorCode): boolean {
  return definitive.has(code);
}

/** Throws `interrupted` when the owner has asked to stop. */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new StewardError("interrupted", "Reading was stopped.");
}

const diskFullCodes = new Set(["ENOSPC", "EDQUOT"]);
const permissionCodes = new Set(["EACCES", "EPERM"]);
const wrongKinds = new Map([
  ["EISDIR", "a folder, not a file,"],
  ["ENOTDIR", "a file, not a folder,"],
]);

/**
 * Names what went wrong when the operating system or SQLite refused: disk full, no permission, not found, a folder where a
 * file is meant or the reverse, a disk that cannot be read, busy. Returns
 * the same `StewardError` when it is one already. Contract: never throws.
 */
export function toStewardError(error: unknown, doing: string): StewardError {
  if (error instanceof StewardError) return error;
  const code = errorField(error, "code");
  const text = error instanceof Error ? error.message : String(error);
  if (diskFullCodes.has(code) || /database or disk is full/.test(text)) {
    return new StewardError("disk_full", `The disk is full while ${doing}.`, {
      cure: "Free some space, then run the same command again: it goes on where it stopped.",
      cause: error,
    });
  }
  if (permissionCodes.has(code)) {
    return new StewardError("no_permission", `No permission while ${doing}.`, {
      cure: "Check who owns the file (ls -l), or grant the terminal access to it.",
      cause: error,
    });
  }
  const wrong = wrongKinds.get(code);
  if (wrong !== undefined) {
    return new StewardError("wrong_kind", `There is ${wrong} while ${doing}.`, { cause: error });
  }
  if (code === "EIO") {
    return new StewardError("unreadable", `The disk could not be read while ${doing}.`, {
      cure: "Check the disk, or copy the file elsewhere and try again.",
      cause: error,
    });
  }
  if (code === "ENOENT") return new StewardError("not_found", `Nothing is there while ${doing}.`, { cause: error });
  if (/database is locked/.test(text)) {
    return new StewardError("database_busy", `Another steward is busy with the database while ${doing}.`, {
      cure: "Wait for it to finish, or stop it, and try again.",
      cause: error,
    });
  }
  return new StewardError("internal", `Something unexpected happened while ${doing}: ${text}`, { cause: error });
}

function errorField(error: unknown, name: string): string {
  if (typeof error !== "object" || error === null) return "";
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : "";
}
