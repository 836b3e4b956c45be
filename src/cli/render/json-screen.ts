const unseen =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

/**
 * A value as JSON for `--json`. What drives a terminal or is not seen stands as `\uXXXX`: `JSON.stringify` leaves it as it is but for
 * the first 32 characters. Contract: reads back as the same value.
 */
export function jsonScreen(value: unknown): string {
  return (JSON.stringify(value, null, 2) ?? "null").replace(unseen, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  );
}
