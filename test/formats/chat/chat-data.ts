import { existsSync } from "node:fs";

/** The material to try on, outside the project; tests that need it skip, saying so, when it is not there. */
const places = [process.env["STEWARD_DATA"], new URL("../../../../shared/data", import.meta.url).pathname];

export function chatData(path: string): string | null {
  for (const place of places) {
    if (place !== undefined && existsSync(`${place}/exports/${path}`)) return `${place}/exports/${path}`;
  }
  return null;
}
