import { z } from "zod";
import { type Action, blankPreview, type DoorConnector, type Preview, type Tier } from "../../../src/core/action.ts";

const input = z.looseObject({ preview: z.looseObject({ title: z.string() }), text: z.string().nullable() });
type Input = z.output<typeof input>;

/** What a test wants on a card; everything absent is blank. */
export type Staged = Partial<Preview> & { title: string };

/** An ask that shows exactly this. */
export function staged(preview: Staged): Input {
  return input.parse({ preview, text: preview.text ?? null });
}

function toPreview({ preview, text }: Input): Preview {
  const whole: Preview = { ...blankPreview, ...preview, text };
  return whole;
}

/** An action that does nothing and shows what it was asked to: for looking at pages. */
function stageAction(name: string, tier: Tier): Action<Input, Input, null, { at: number }, null> {
  return {
    name,
    tier,
    description: "Shows what it was asked to.",
    ask: input,
    input,
    handle: z.null(),
    result: z.object({ at: z.number() }),
    resolve: async (ask) => ask,
    raise: () => tier,
    preview: async (given) => toPreview(given),
    execute: async (_input, _handle, call) => ({ at: call.clock.now() }),
    readBack: () => ({}),
    reconcile: async () => ({ kind: "not_done" }),
    receipt: (given) => {
      const [first] = toPreview(given).recipients;
      return tier === "change" ? "Archived 41 mails." : `Sent to ${first?.name ?? "nobody"}.`;
    },
    edit: {
      read: (given) => ({
        ...(given.text === null ? {} : { text: given.text }),
        ...(toPreview(given).recipients.length === 0
          ? {}
          : { to: toPreview(given).recipients.map((one) => one.address) }),
      }),
      apply: (given, { text }) => ({ ...given, text: text ?? given.text }),
    },
    ...(tier === "change"
      ? {
          undo: async () => undefined,
          exclude: (given: Input, ids: readonly string[]): Input => ({
            ...given,
            preview: { ...given.preview, lines: toPreview(given).lines.filter(({ id }) => !ids.includes(id)) },
          }),
        }
      : {}),
  };
}

/** A connector by the name of a real one, whose actions only show. */
export function stageConnector(name: string, actions: readonly [verb: string, tier: Tier][]): DoorConnector {
  return {
    name,
    config: z.looseObject({}),
    needsAccount: false,
    connect: async () => null,
    access: async () => ({ state: "ok" }),
    isReading: () => true,
    actions: actions.map(([verb, tier]) => stageAction(`${name}.${verb}`, tier)),
  };
}
