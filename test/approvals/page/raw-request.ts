import { createServer } from "node:http";
import { connect } from "node:net";

export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  text: string;
}

export interface RawRequest {
  method: string;
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string;
  version?: "1.0" | "1.1";
}

/** Sends exactly these bytes to loopback and reads the answer to its end; status 0 is a connection that was closed on them. */
export async function sendRaw(port: number, request: RawRequest, host = "127.0.0.1"): Promise<RawAnswer> {
  const { method, target, headers, body = "", version = "1.1" } = request;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = body === "" ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
  const bytes = Buffer.from(`${method} ${target} HTTP/${version}\r\n${lines}${length}connection: close\r\n\r\n${body}`);
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve) => {
    const socket = connect(port, host, () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
  });
  return parse(Buffer.concat(chunks).toString("utf8"));
}

function parse(answer: string): RawAnswer {
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(" ")[1] ?? 0), headers: new Map(headers), text: rest.join("\r\n\r\n") };
}

/** A port that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === "object" && address !== null ? address.port : 0;
}
