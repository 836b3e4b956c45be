import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { StewardError, toStewardError } from "../../src/core/errors.ts";
import { peerUid } from "./peer-user.ts";
import { securityHeaders } from "./security-headers.ts";

export interface ListenOptions {
  port: number;
  /** Loopback addresses, all on the same port; `::1` may be missing on a computer without IPv6. */
  addresses: readonly string[];
  /** How many ports after it are tried when it is taken. */
  tries: number;
  /** Only this user of the computer, and root, is listened to; null listens to all, for what stands behind a proxy. */
  onlyUid: number | null;
}

export interface Listening {
  port: number;
  bound: AddressInfo[];
  close(): Promise<void>;
}

const loopback = ["127.0.0.1", "::1"];

/**
 * Serves the app on loopback. Errors: `config` for any other address, which no setting allows; `locked` when every port is taken.
 */
export async function listen(app: Hono, options: ListenOptions): Promise<Listening> {
  const foreign = options.addresses.find((address) => !loopback.includes(address));
  if (foreign !== undefined) {
    throw new StewardError("config", `The page does not listen on ${foreign}: only this computer reaches it.`, {
      cure: "To reach it from elsewhere, put an https name in front of it (Tailscale, Caddy) and set it as page.address.",
    });
  }
  for (let port = options.port; ; port++) {
    const servers = await listenAt(app, options, port);
    if (servers !== null)
      return { port: portOf(servers) ?? port, bound: boundOf(servers), close: () => closeAll(servers) };
    if (port >= options.port + options.tries) {
      throw new StewardError("locked", `Port ${options.port} is taken by another program.`, {
        cure: "End it, or set another page.port in config.json.",
      });
    }
  }
}

/** All addresses on this port; null when it is taken on one of them. Port 0 is any free one. */
async function listenAt(app: Hono, { addresses, onlyUid }: ListenOptions, port: number): Promise<Server[] | null> {
  const servers: Server[] = [];
  try {
    for (const address of addresses) {
      const server = makeServer(app, onlyUid);
      if (await bind(server, address, portOf(servers) ?? port)) servers.push(server);
    }
    return servers;
  } catch (error) {
    await closeAll(servers);
    if (codeOf(error) === "EADDRINUSE") return null;
    throw toStewardError(error, `listening on port ${port}`);
  }
}

async function bind(server: Server, host: string, port: number): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true }, () => resolve());
    });
    return true;
  } catch (error) {
    if (host === "::1" && ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(codeOf(error))) return false;
    throw error;
  }
}

function makeServer(app: Hono, onlyUid: number | null): Server {
  // The door's own requests go through the global Request: nobody may put another one there.
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const strangers = new WeakSet<object>();
  const options = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 };
  const server = createServer(options, (incoming, outgoing) => {
    if (strangers.has(incoming.socket))
      return refuse(outgoing, 403, "This page belongs to another user of this computer.");
    if (!isPlain(incoming)) return refuse(outgoing, 400, "Bad request");
    void answer(incoming, outgoing);
  });
  server.on("connection", (socket) => {
    if (onlyUid === null) return;
    const uid = peerUid(socket);
    if (uid !== null && uid !== onlyUid && uid !== 0) strangers.add(socket);
  });
  return server;
}

/** A path and one Host: what two readers could read in two ways is not read at all. */
function isPlain({ url, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  return hosts === 1 && url?.startsWith("/") === true;
}

function refuse(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, {
    ...securityHeaders,
    "cache-control": "no-store",
    "content-type": "text/plain",
    connection: "close",
  });
  outgoing.end(text);
}

function boundOf(servers: readonly Server[]): AddressInfo[] {
  return servers.map((server) => server.address()).filter((address) => typeof address === "object" && address !== null);
}

function portOf(servers: readonly Server[]): number | null {
  return boundOf(servers)[0]?.port ?? null;
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    }),
  );
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : null;
  return typeof code === "string" ? code : "";
}
