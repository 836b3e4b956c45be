import { toInstant } from "../src/core/clock.ts";
import { type StewardError, toStewardError } from "../src/core/errors.ts";
import { appendLedger } from "../src/store/ledger.ts";
import {
  listUnreadableProposals,
  listWaitingProposals,
  type Proposal,
  settleProposal,
} from "../src/store/proposals.ts";
import { type DoorSetup, isDrill } from "./door-setup.ts";
import { isTypedByOwner, refuseProposal, takeProposal } from "./propose.ts";

/** When each proposal is tried again whose service did not answer, milliseconds by id. Lost with the process, which is right. */
export type ProposalWaits = Map<string, number>;

const tryAgainMs = 15_000;
const longestWaitMs = 3_600_000;
/** A service that does not answer for so long: whoever proposed it has to say it again. */
const giveUpMs = 86_400_000;
/** Whoever writes for the owner takes their proposal themselves, at once. */
const ownersTurnMs = 60_000;

const ofTheDatabase: ReadonlySet<string> = new Set(["interrupted", "database_busy", "disk_full"]);

/**
 * Makes a card of every proposal the reading side wrote, or says why not. Contract: each proposal ends as one card or one
 * refusal, whatever is killed in between; one whose service does not answer waits, and holds up no other. Returns how many
 * cards were made. Errors: those of the database, `config` for a policy that cannot be read.
 */
export async function takeProposals(setup: DoorSetup, waits: ProposalWaits, signal: AbortSignal): Promise<number> {
  // A policy that cannot be read allows nothing and refuses nothing: everything waits.
  await setup.policy();
  await refuseUnreadable(setup);
  const waiting = await listWaitingProposals(setup.store, 1000);
  let made = 0;
  for (const proposal of waiting) {
    if (signal.aborted) return made;
    if (!isDue(setup, waits, proposal)) continue;
    try {
      if (await takeProposal(setup, asTold(proposal), signal)) made += 1;
      waits.delete(proposal.id);
    } catch (error) {
      if (isDrill(error)) throw error;
      const named = toStewardError(error, `proposing ${proposal.action}`);
      if (ofTheDatabase.has(named.code)) throw named;
      await wait(setup, waits, proposal, named);
    }
  }
  return made;
}

function isDue({ clock }: DoorSetup, waits: ProposalWaits, { id, origin, proposedAt }: Proposal): boolean {
  const nowMs = clock.now();
  const againMs = waits.get(id) ?? nowMs;
  // Further ahead it was written down by a clock that has been set back since.
  if (againMs > nowMs && againMs <= nowMs + longestWaitMs) return false;
  return !isTypedByOwner(origin) || Math.abs(nowMs - Date.parse(proposedAt)) >= ownersTurnMs;
}

async function wait(setup: DoorSetup, waits: ProposalWaits, proposal: Proposal, error: StewardError): Promise<void> {
  const nowMs = setup.clock.now();
  if (proposal.proposedAt <= toInstant(nowMs - giveUpMs)) {
    waits.delete(proposal.id);
    await refuseProposal(setup, proposal, `${error.message} It was tried for a day.`);
    return;
  }
  setup.deps.log(`proposal ${proposal.id}: ${error.message}`);
  waits.set(proposal.id, nowMs + Math.min(longestWaitMs, Math.max(tryAgainMs, error.retryAfterMs ?? 0)));
}

/** A row says what it likes. That the owner typed it themselves is believed of the door's own surfaces, never of a row. */
function asTold(proposal: Proposal): Proposal {
  const { origin } = proposal;
  return isTypedByOwner(origin) ? { ...proposal, origin: { ...origin, by: "model", utterance: null } } : proposal;
}

/** Rows that are no proposals: nobody can act on them, so they are not asked about again. */
async function refuseUnreadable(setup: DoorSetup): Promise<void> {
  const ids = await listUnreadableProposals(setup.store, 1000);
  if (ids.length === 0) return;
  const refusal = "It cannot be read as a proposal.";
  await setup.store.write(async (tx) => {
    for (const id of ids) {
      if (!(await settleProposal(tx, id, { refusal }))) continue;
      await appendLedger(tx, { kind: "refused", cardId: null, body: { proposal: id, refusal } });
    }
  });
}
