import { type Block, textField } from "./messages-api.ts";
import type { ModelFault } from "./model-faults.ts";
import type { PolicyAnswer } from "./policy.ts";
import type { Profile } from "./profiles.ts";

interface Trouble {
  faults: ModelFault[];
  change(answer: PolicyAnswer): PolicyAnswer;
}

const any = /./;
const same = (answer: PolicyAnswer): PolicyAnswer => answer;
const slowMs = 50;

/** What goes wrong with a server that does everything wrong, one after the other. */
const troubles: readonly Trouble[] = [
  { faults: [{ match: any, do: "overload" }], change: same },
  { faults: [{ match: any, do: "overload" }], change: same },
  { faults: [], change: same },
  { faults: [{ match: any, do: "html" }], change: same },
  { faults: [], change: (answer) => mapBlocks(answer, shiftIds) },
  { faults: [{ match: any, do: "truncate" }], change: same },
  { faults: [{ match: any, do: "delay", delayMs: slowMs }], change: (answer) => mapBlocks(answer, doubleIds) },
  { faults: [], change: () => ({ content: [] }) },
];

/** The trouble of request number `serial`; none with a profile that is in order. */
export function garble({ garbage }: Profile, serial: number): Trouble {
  if (!garbage) return { faults: [], change: same };
  return troubles[serial % troubles.length] ?? { faults: [], change: same };
}

function mapBlocks(answer: PolicyAnswer, change: (block: Block, at: number) => Block): PolicyAnswer {
  return { ...answer, content: answer.content.map(change) };
}

/** Ids in JSON that were never asked for. */
function shiftIds(block: Block): Block {
  if (block.type !== "text") return { ...block, id: "" };
  return { ...block, text: textField(block, "text").replace(/"id":\s*"([a-z])(\d+)"/g, '"id":"$1$2999"') };
}

/** Every id the first one, in JSON and of calls. */
function doubleIds(block: Block): Block {
  if (block.type !== "text") return { ...block, id: "toolu_same" };
  return { ...block, text: textField(block, "text").replace(/"id":\s*"([a-z])\d+"/g, '"id":"$11"') };
}
