import { join } from "node:path";
import { filesDoor } from "../../../connectors/files/door.ts";
import { handoffDoor } from "../../../connectors/handoff/door.ts";
import { homeDoor } from "../../../connectors/home/door.ts";
import type { Ask } from "../../../src/cli/ask.ts";
import type { Machine } from "../../../src/cli/command-context.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { registerSource } from "../../../src/store/sources.ts";
import { PostOffice, postConnector } from "../../support/post-office.ts";
import { type Harness, makeHarness, nowAt, type Ran } from "../terminal-harness.ts";

export interface RunOptions {
  /** Somebody sits there, and answers `cli.answers` one after the other. */
  person?: boolean;
  columns?: number;
  colour?: boolean;
  machine?: Partial<Machine>;
}

/** The terminal over a door with a post office, the owner's own home, files and hand-offs; time passes when somebody waits. */
export class DoorCli {
  readonly harness: Harness = makeHarness();
  readonly post: PostOffice;
  readonly asked: string[] = [];
  answers: string[] = [];
  editor: string | null = null;
  /** Pressed at that many milliseconds from now, while keys are watched. */
  presses: { afterMs: number; key: string }[] = [];
  #timeMs = Date.parse(nowAt);
  #onKey: ((key: string) => void) | null = null;

  constructor() {
    this.post = new PostOffice(() => this.#timeMs);
  }

  readonly clock: Clock = {
    now: () => this.#timeMs,
    sleep: async (ms: number) => {
      this.#timeMs += ms;
      this.presses = this.presses.map(({ afterMs, key }) => ({ afterMs: afterMs - ms, key }));
      for (const { key } of this.presses.filter(({ afterMs }) => afterMs <= 0)) this.#onKey?.(key);
      this.presses = this.presses.filter(({ afterMs }) => afterMs > 0);
    },
  };

  readonly #ask: Ask = {
    text: async (question) => this.#answer(question),
    yes: async (question) => this.#answer(question) === "y",
    several: async () => [],
    one: async () => Promise.reject(new Error("not asked")),
    secret: async () => "",
  };

  #answer(question: string): string {
    this.asked.push(question);
    return this.answers.shift() ?? "";
  }

  async begin(): Promise<void> {
    await this.harness.run(["init", "--yes", "--address", "clara@weiss.example", "--zone", "Europe/Berlin"]);
    const source = { id: "post", connector: "post", kind: "post", location: "clara", label: "Post" };
    await this.inStore((store) =>
      store.write((tx) => registerSource(tx, { ...source, config: { account: "clara@weiss.example" } })),
    );
  }

  async inStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore(join(this.harness.home, "steward.db"), { clock: this.clock });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { person = false, columns = 78, colour = false, machine = {} } = options;
    return await this.harness.run(argv, {
      terminal: { interactive: person, isTTY: person, columns, colour },
      machine: {
        clock: this.clock,
        fetch: this.post.fetch,
        editor: this.editor,
        loadAsk: async () => this.#ask,
        watchKeys: (onKey) => {
          this.#onKey = onKey;
          return () => {
            this.#onKey = null;
          };
        },
        loadDoorConnectors: async () => [postConnector(), homeDoor, handoffDoor, filesDoor],
        ...machine,
      },
    });
  }

  /** Proposes a letter; the owner knows themselves only. */
  async letter(text: string, to: readonly string[] = ["clara@weiss.example"]): Promise<Ran> {
    return await this.run(["propose", "post.send_letter", "--json", JSON.stringify({ to, text })]);
  }

  /** What `cards N --json` says of the first card of that request. */
  async hashOf(number: number): Promise<string> {
    const { out } = await this.run(["cards", String(number), "--json"]);
    const bundle: { cards: { sha256: string }[] } = JSON.parse(out);
    return bundle.cards[0]?.sha256 ?? "";
  }

  remove(): void {
    this.harness.remove();
  }
}
