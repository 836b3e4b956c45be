import { appendFileSync, renameSync, statSync } from "node:fs";
import { type Clock, toInstant } from "../core/clock.ts";

/** Says what happened, for whoever looks later. */
export interface EventLog {
  write(line: string): void;
}

const lineLimit = 400;

/** What looks like a credential, whoever wrote it into a message. */
const secretShapes: readonly RegExp[] = [
  /\bya29\.[\w.-]+/g,
  /\b1\/\/[\w-]{10,}/g,
  /\bGOCSPX-[\w-]+/g,
  /\b4\/[\w-]{20,}/g,
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/gi,
  /\b((?:access_token|refresh_token|client_secret|code_verifier|code|token|passphrase|password)["']?\s*[=:]\s*["']?)[^\s"'&,}]{6,}/gi,
];

/**
 * Opens the log of a home: one line an event, `steward.log`, and the one before it, `steward.log.1`, when it is over
 * `limitBytes`.
 *
 * Contract: never throws (a full disk must not end the daemon); a line is one line, short, without control characters and
 * without anything that looks like a credential; callers give it no text that others wrote. Readable by the owner only; two
 * processes may write.
 */
export function openEventLog(path: string, clock: Clock, limitBytes = 1_000_000): EventLog {
  return {
    write: (line) => {
      try {
        if (sizeOf(path) > limitBytes) renameSync(path, `${path}.1`);
        appendFileSync(path, `${toInstant(clock.now())} ${toLogLine(line)}\n`, { mode: 0o600 });
      } catch {
        // There is nowhere left to say it.
        return;
      }
    },
  };
}

/** A text as one safe line of the log. Contract: pure. */
export function toLogLine(text: string): string {
  let line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  for (const shape of secretShapes) {
    // Without a group, what comes second is where it was found.
    line = line.replace(shape, (_found, name: unknown) => `${typeof name === "string" ? name : ""}[removed]`);
  }
  return line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
