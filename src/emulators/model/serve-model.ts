import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { ModelDropped } from "./api-failure.ts";
import type { ModelWorld } from "./model-world.ts";

export interface ServedModel {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  close(): Promise<void>;
}

/** Serves a model world on this machine only; port 0 takes a free one. A dropped request's socket is destroyed without an answer. */
export async function serveModel(world: ModelWorld, port = 0): Promise<ServedModel> {
  const server = createServer((incoming, outgoing) => {
    const respond = getRequestListener(
      async (request) => {
        try {
          return await world.app.fetch(request);
        } catch (error) {
          if (!(error instanceof ModelDropped)) throw error;
          incoming.socket.destroy();
          return new Response(null, { status: 500 });
        }
      },
      { overrideGlobalObjects: false },
    );
    respond(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${actual}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
