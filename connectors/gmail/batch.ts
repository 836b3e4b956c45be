/** One answer inside a batch. */
export interface BatchPart {
  /** The `Content-ID` of its request. */
  id: string;
  status: number;
  /** `Retry-After`; null when there is none. */
  retryAfter: string | null;
  /** Unparsed JSON. */
  body: string;
}

const requestBoundary = "steward_batch";

/**
 * A batch of GETs as Google wants it: multipart/mixed, each part an HTTP request that names a path only.
 * Source: https://developers.google.com/workspace/gmail/api/guides/batch
 */
export function writeBatch(requests: readonly { id: string; path: string }[]): { contentType: string; body: string } {
  const parts = requests.map(({ id, path }) => {
    const head = `--${requestBoundary}\r\nContent-Type: application/http\r\nContent-ID: <${id}>`;
    return `${head}\r\n\r\nGET ${path}\r\nAccept: application/json\r\n\r\n`;
  });
  return {
    contentType: `multipart/mixed; boundary=${requestBoundary}`,
    body: `${parts.join("")}--${requestBoundary}--\r\n`,
  };
}

/**
 * Cuts a batch's answer into its parts, in whatever order they came. Contract: never throws; a part that was cut off is left
 * out, so that an answer that is no batch at all has none.
 */
export function readBatch(text: string): BatchPart[] {
  const boundary = /^\s*--(\S{1,200}?)\r?\n/.exec(text.slice(0, 300))?.[1];
  if (boundary === undefined) return [];
  // What follows the last boundary is either the end mark or was cut off.
  const pieces = text.split(`--${boundary}`).slice(1, -1);
  return pieces.flatMap((piece) => readPart(piece) ?? []);
}

function readPart(piece: string): BatchPart | null {
  const outer = cutHead(piece.replace(/^\r?\n/, ""));
  const inner = outer === null ? null : cutHead(outer.rest);
  if (outer === null || inner === null) return null;
  const id = /^content-id:[ \t]*<?response-([^>\r\n]*?)>?[ \t]*$/im.exec(outer.head)?.[1];
  const status = /^HTTP\/[\d.]+ (\d{3})/.exec(inner.head)?.[1];
  if (id === undefined || status === undefined) return null;
  const retryAfter = /^retry-after:[ \t]*([^\r\n]+?)[ \t]*$/im.exec(inner.head)?.[1] ?? null;
  return { id, status: Number(status), retryAfter, body: inner.rest };
}

function cutHead(text: string): { head: string; rest: string } | null {
  const found = /\r?\n\r?\n/.exec(text.slice(0, 20_000));
  return found === null ? null : { head: text.slice(0, found.index), rest: text.slice(found.index + found[0].length) };
}
