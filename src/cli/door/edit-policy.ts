import { readFile } from "node:fs/promises";
import { sha256Hex } from "../../core/canonical.ts";
import { toStewardError } from "../../core/errors.ts";
import { diffLines, withContext } from "../../core/line-diff.ts";
import { parsePolicy } from "../../core/parse-policy.ts";
import { defaultPolicy, type Policy } from "../../core/policy.ts";
import { writePrivateFile } from "../../daemon/home.ts";
import { appendLedger } from "../../store/ledger.ts";
import type { CommandContext } from "../command-context.ts";
import type { OpenHome } from "../open-home.ts";
import { makePaint } from "../render/paint.ts";
import { showText } from "../render/visible-text.ts";
import { wrap } from "../render/width.ts";
import { byTerminal } from "./by-terminal.ts";
import { policyLoosened } from "./policy-loosened.ts";
import { writeWords } from "./write-words.ts";

/**
 * Lets the owner edit policy.yaml in their editor, shows what is different and in what it asks them less, and puts it in force after
 * their yes. Contract: what cannot be read never counts; the change is written into the ledger. `actions`: every action there is.
 */
export async function editPolicy(context: CommandContext, home: OpenHome, actions: readonly string[]): Promise<void> {
  const path = home.paths.policy;
  const before = await readText(path);
  const given = { name: "policy.yaml", initial: before, otherwise: `an editor of your own on ${path}` };
  const { after, policy } = await writeWords(context, given, async (text) => ({
    after: text,
    policy: parsePolicy(text, "policy.yaml", { actions }),
  }));
  if (after === before) {
    context.terminal.out("Nothing was changed.\n");
    return;
  }
  context.terminal.out(`${differenceLines(context, before, after, policy, actions).join("\n")}\n`);
  const ask = await context.loadAsk();
  if (!(await ask.yes("Put it in force?", false))) {
    context.terminal.out("The policy stays as it was.\n");
    return;
  }
  await writePrivateFile(path, after);
  await home.store.write((tx) =>
    appendLedger(tx, {
      kind: "policy",
      cardId: null,
      body: { before: sha256Hex(before), after: sha256Hex(after), decidedBy: byTerminal("terminal") },
    }),
  );
  context.terminal.out("It is in force from the next card on.\n");
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const named = toStewardError(error, `reading ${path}`);
    if (named.code === "not_found") return "";
    throw named;
  }
}

function differenceLines(
  context: CommandContext,
  before: string,
  after: string,
  policy: Policy,
  actions: readonly string[],
): string[] {
  const paint = makePaint(context.terminal.colour);
  const width = Math.min(context.terminal.columns, 78);
  const rows = withContext(diffLines(showText(before), showText(after)), 2).flatMap((row) => {
    if (row === null) return [paint.dim("  ⋮")];
    const mark = { both: " ", first: "-", second: "+" }[row.kind];
    const colour = { both: paint.dim, first: paint.red, second: paint.green }[row.kind];
    return wrap(row.text, width - 4).map((text) => colour(`  ${mark} ${text}`.trimEnd()));
  });
  const less = policyLoosened(readOld(before, actions), policy);
  const words =
    less.length === 0
      ? ["", "It asks you for nothing less than before."]
      : ["", "It asks you less:", ...less.map((one) => `  ${one}`)];
  return [...rows, ...words.flatMap((line) => wrap(line, width)).map(less.length === 0 ? paint.dim : paint.yellow)];
}

/** One that could not be read was as strict as the defaults. */
function readOld(text: string, actions: readonly string[]): Policy {
  try {
    return parsePolicy(text, "policy.yaml", { actions });
  } catch {
    return defaultPolicy();
  }
}
