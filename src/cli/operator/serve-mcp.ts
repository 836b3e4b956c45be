import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { makeKnowledge } from "../../agent/memory/make-knowledge.ts";
import { type SessionDeps, ToolSession } from "../../agent/tool-session.ts";
import { listActions } from "../../store/action-list.ts";
import { isLeaseOwnerGone, makeLeaseOwner } from "../../store/lease-owner.ts";
import type { CommandContext } from "../command-context.ts";
import { isDoorRunning } from "../door/is-door-running.ts";
import type { OpenHome } from "../open-home.ts";
import { makeMcpServer, mcpInstructions } from "./make-mcp-server.ts";
import { makeToolParts } from "./tool-parts.ts";

const doorWaitMs = 10_000;

/** Serves the tools of a home over standard input and output until the other agent closes them. Standard error gets what went wrong. */
export async function serveMcp(context: CommandContext, home: OpenHome): Promise<void> {
  const ended = new AbortController();
  const session = await openSession(context, home, ended.signal);
  const actions = (await listActions(home.store)).map(({ name }) => name);
  const said = { version: context.version, instructions: mcpInstructions(actions) };
  const interrupted = context.takeInterrupts();
  const transport = new StdioServerTransport();
  await new Promise<void>((resolve) => {
    const handle = serveStdio(() => makeMcpServer(home.store, session, said), {
      transport,
      onerror: (error) => context.terminal.err(`steward mcp: ${error.message.slice(0, 200)}\n`),
    });
    const closing = transport.onclose;
    transport.onclose = () => {
      closing?.();
      resolve();
    };
    interrupted.addEventListener("abort", () => void handle.close().then(resolve));
  });
  ended.abort();
  await session.end();
}

async function openSession(context: CommandContext, home: OpenHome, signal: AbortSignal): Promise<ToolSession> {
  const { store, owner } = home;
  const parts = await makeToolParts({ store, owner, clock: context.clock, home: context.home }, context.checkout);
  const runId = context.newId();
  const deps: SessionDeps = {
    store,
    owner,
    clock: context.clock,
    surroundings: { ...parts, knowledge: makeKnowledge(parts, runId) },
    door: doorOf(context),
    lease: { owner: makeLeaseOwner(context.newId), isGone: isLeaseOwnerGone },
    signal,
    log: (line) => context.terminal.err(`steward mcp: ${line}\n`),
  };
  return await ToolSession.open(deps, runId, "steward mcp");
}

/** Where nothing carries out, nobody is waited for. */
function doorOf({ home }: CommandContext): SessionDeps["door"] {
  const door = {
    waitMs: 0,
    takeIn: async (): Promise<void> => {
      door.waitMs = (await isDoorRunning(home)) ? doorWaitMs : 0;
    },
  };
  return door;
}
