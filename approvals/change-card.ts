import type { EditableText } from "../src/core/action.ts";
import type { DecidedBy, GateVerdict } from "../src/core/card.ts";
import { toStewardError } from "../src/core/errors.ts";
import { getRevision, insertRevision, readContent } from "../src/store/card-revisions.ts";
import { type Card, getCard, changeCard as move } from "../src/store/cards.ts";
import { insertDecision } from "../src/store/decisions.ts";
import { appendLedger } from "../src/store/ledger.ts";
import type { Tx } from "../src/store/open-store.ts";
import { accountOfCard } from "./accounts.ts";
import { answering, Refused, takeSeen } from "./decide.ts";
import type { CardSeen, DecisionAnswer } from "./door.ts";
import { type DoorSetup, needAction } from "./door-setup.ts";
import { listBehind } from "./drop-dependents.ts";
import { dropPrepared } from "./end-card.ts";
import { makeLook } from "./look.ts";
import { type Drafted, draftRevision } from "./make-card.ts";

/** The owner's words in place of what stood there: a new revision that asks again. It approves nothing. */
export async function editCard(
  setup: DoorSetup,
  seen: CardSeen,
  text: EditableText,
  decidedBy: DecidedBy,
): Promise<DecisionAnswer> {
  return await revise(setup, seen, decidedBy, (action, input) => {
    if (action.edit === undefined) throw new Refused("never", seen.cardId, "There is nothing to edit in this card.");
    return action.edit.apply(input, { ...action.edit.read(input), ...text });
  });
}

/** A new revision without the lines the owner left out. */
export async function excludeLines(
  setup: DoorSetup,
  seen: CardSeen,
  lineIds: readonly string[],
  decidedBy: DecidedBy,
): Promise<DecisionAnswer> {
  return await revise(setup, seen, decidedBy, (action, input) => {
    if (action.exclude === undefined) throw new Refused("never", seen.cardId, "No line of this card can be left out.");
    return action.exclude(input, lineIds);
  });
}

type Rewrite = (action: ReturnType<typeof needAction>["action"], input: unknown) => unknown;

async function revise(
  setup: DoorSetup,
  seen: CardSeen,
  decidedBy: DecidedBy,
  rewrite: Rewrite,
): Promise<DecisionAnswer> {
  return await answering(async () => {
    const { card, input } = await setup.store.write(async (tx) => {
      const taken = await takeSeen(tx, seen);
      refuseClosed(taken.card);
      return { card: taken.card, input: readContent(taken.revision).input };
    });
    const drafted = await redraw(setup, card, input, rewrite);
    return await setup.store.write(async (tx) => {
      const taken = await takeSeen(tx, seen);
      refuseClosed(taken.card);
      await saveNext(tx, setup, { card: taken.card, drafted, decidedBy, sha256: taken.revision.sha256 });
      const after = await getCard(tx, card.id);
      return after === null ? [] : [after];
    });
  });
}

async function redraw(setup: DoorSetup, card: Card, input: unknown, rewrite: Rewrite): Promise<Drafted> {
  const { connector, action } = needAction(setup.connectors, card.action);
  const acting = await accountOfCard(setup.store, connector, card);
  const look = await makeLook(setup, connector, acting, { signal: AbortSignal.timeout(30_000), online: true });
  try {
    const rewritten = action.input.parse(rewrite(action, action.input.parse(input)));
    const { account } = card;
    const given = { connector, action, input: rewritten, account, origin: card.origin, look };
    return await draftRevision(setup, given);
  } catch (error) {
    if (error instanceof Refused) throw error;
    if (error instanceof Error && error.name === "ZodError") {
      throw new Refused("never", card.id, `That cannot be sent as it stands: ${firstIssue(error)}.`);
    }
    const named = toStewardError(error, "reading what you wrote");
    if (named.code === "usage") throw new Refused("never", card.id, named.message);
    throw named;
  }
}

function firstIssue(error: Error): string {
  const issues: unknown = Reflect.get(error, "issues");
  const first: unknown = Array.isArray(issues) ? issues[0] : null;
  if (typeof first !== "object" || first === null) return "it does not fit";
  const path: unknown = Reflect.get(first, "path");
  return `${Array.isArray(path) ? path.map(String).join(".") : ""} ${String(Reflect.get(first, "message"))}`.trim();
}

/** Also asks again for the steps that wait for this one: what they follow on has changed. */
async function saveNext(
  tx: Tx,
  setup: DoorSetup,
  { card, drafted, decidedBy, sha256 }: { card: Card; drafted: Drafted; decidedBy: DecidedBy; sha256: string },
): Promise<void> {
  const revision = card.revision + 1;
  const { content, preview, facts, verdict } = drafted;
  const id = setup.newId();
  await insertDecision(tx, {
    id,
    cardId: card.id,
    revision: card.revision,
    sha256,
    kind: "edit",
    reason: "",
    decidedBy,
  });
  const next = await insertRevision(tx, {
    cardId: card.id,
    revision,
    content,
    preview,
    facts,
    verdict,
    madeBy: "owner",
  });
  await move(tx, card.id, ["proposed"], { revision, expiresAt: content.expiresAt });
  await appendLedger(tx, {
    kind: "revised",
    cardId: card.id,
    body: { revision, sha256: next, was: sha256, title: preview.title, friction: verdict.friction, decidedBy },
  });
  for (const one of await listBehind(tx, card)) {
    if (one.state === "approved" || one.state === "prepared") await askAgain(tx, one);
  }
}

/** Puts an approved card that has not begun back before the owner, as a new revision of the same bytes. */
export async function askAgain(tx: Tx, card: Card, judged?: GateVerdict): Promise<void> {
  const revision = await getRevision(tx, card.id, card.revision);
  if (revision === null) return;
  const next = card.revision + 1;
  const content = readContent(revision);
  const { preview, facts } = revision;
  const verdict = judged ?? revision.verdict;
  await dropPrepared(tx, card, "It is asked about again.");
  const sha256 = await insertRevision(tx, {
    cardId: card.id,
    revision: next,
    content,
    preview,
    facts,
    verdict,
    madeBy: "again",
  });
  await move(tx, card.id, ["approved", "prepared"], { state: "proposed", revision: next, sendAt: null, reason: "" });
  await appendLedger(tx, { kind: "revised", cardId: card.id, body: { revision: next, sha256, was: revision.sha256 } });
}

function refuseClosed(card: Card): void {
  if (card.state !== "proposed")
    throw new Refused("already_decided", card.id, `Card ${card.number} is ${card.state} already.`);
}
