import type { gmail_v1 } from "@googleapis/gmail";
import { expect, test } from "vitest";
import type { GoogleWorld } from "../../../../src/emulators/google/google-world.ts";
import { arrive, ben, gmailOf, makeWorld, rawMail } from "../google-fixture.ts";

const me = { userId: "me" };

/** Draws between 0 and 1, the same for the same seed. */
function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** What a reader knows that has only the history: labels by message. */
async function replay(
  api: gmail_v1.Gmail,
  known: Map<string, string[]>,
  startHistoryId: string,
  maxResults: number,
): Promise<string> {
  let pageToken: string | undefined;
  let historyId = startHistoryId;
  let last = Number(startHistoryId);
  do {
    const { data } = await api.users.history.list({
      ...me,
      startHistoryId,
      maxResults,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    for (const record of data.history ?? []) {
      expect(Number(record.id)).toBeGreaterThan(last);
      last = Number(record.id);
      apply(known, record);
    }
    historyId = data.historyId ?? "";
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  expect(Number(historyId)).toBeGreaterThanOrEqual(last);
  return historyId;
}

function apply(known: Map<string, string[]>, record: gmail_v1.Schema$History): void {
  for (const { message } of record.messagesAdded ?? []) known.set(message?.id ?? "", message?.labelIds ?? []);
  for (const { message } of record.messagesDeleted ?? []) known.delete(message?.id ?? "");
  for (const { message, labelIds } of record.labelsAdded ?? []) {
    known.set(message?.id ?? "", [...(known.get(message?.id ?? "") ?? []), ...(labelIds ?? [])]);
  }
  for (const { message, labelIds } of record.labelsRemoved ?? []) {
    const left = (known.get(message?.id ?? "") ?? []).filter((label) => labelIds?.includes(label) !== true);
    known.set(message?.id ?? "", left);
  }
}

/** The mailbox as its lists and labels say it. */
async function look(api: gmail_v1.Gmail): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const all = await api.users.messages.list({ ...me, includeSpamTrash: true, maxResults: 500 });
  for (const { id } of all.data.messages ?? []) {
    const { data } = await api.users.messages.get({ ...me, id: id ?? "", format: "minimal" });
    found.set(id ?? "", data.labelIds ?? []);
  }
  return found;
}

const sorted = (mailbox: Map<string, string[]>): [string, string[]][] =>
  [...mailbox].map(([id, labels]): [string, string[]] => [id, labels.toSorted()]).sort();

async function act(world: GoogleWorld, api: gmail_v1.Gmail, draw: () => number): Promise<void> {
  const { messages } = world.state("gmail", "clara@weiss.example");
  const { drafts } = world.state("gmail", "clara@weiss.example");
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(draw() * from.length)];
  const id = pick([...messages.keys()]) ?? "";
  const draft = pick([...drafts.keys()]) ?? "";
  const isDraft = [...drafts.values()].some(({ messageId }) => messageId === id);
  const message = { raw: rawMail({ To: ben, Subject: `About ${Math.floor(draw() * 5)}` }) };
  const labels = ["STARRED", "UNREAD", "INBOX", "IMPORTANT", "CATEGORY_UPDATES", "SPAM"];
  const kind = Math.floor(draw() * 10);
  if (kind <= 2 || messages.size < 3) await arrive(world, { subject: `About ${kind}`, labels: ["INBOX", "UNREAD"] });
  else if (kind === 3) await api.users.drafts.create({ ...me, requestBody: { message } });
  else if (kind === 4 && draft !== "") await api.users.drafts.update({ ...me, id: draft, requestBody: { message } });
  else if (kind === 5 && draft !== "") await api.users.drafts.send({ ...me, requestBody: { id: draft } });
  else if (kind === 6 && !isDraft) await api.users.messages.trash({ ...me, id });
  else if (kind === 7 && !isDraft && draw() < 0.4) await api.users.messages.delete({ ...me, id });
  else {
    const [add = "STARRED", remove = "UNREAD"] = [pick(labels), pick(labels)];
    const requestBody = { addLabelIds: [add], removeLabelIds: add === remove ? [] : [remove] };
    await api.users.messages.modify({ ...me, id, requestBody });
  }
  if (draw() < 0.3) world.clock.advance(Math.floor(draw() * 3000) - 500);
}

test.each([
  1, 2, 3, 4, 5,
])("its history tells all that happened, in order, from any point on (life %i)", async (seed) => {
  const draw = drawing(seed);
  const world = makeWorld();
  const api = await gmailOf(world);
  const known = new Map<string, string[]>();
  let historyId = (await api.users.getProfile(me)).data.historyId ?? "";
  for (let round = 0; round < 6; round += 1) {
    for (let n = 0; n < 20; n += 1) await act(world, api, draw);
    historyId = await replay(api, known, historyId, 1 + Math.floor(draw() * 9));
    expect(sorted(known)).toEqual(sorted(await look(api)));
  }
  const { messagesTotal, threadsTotal } = (await api.users.getProfile(me)).data;
  expect(messagesTotal).toBe(known.size);
  const { messages, threads, byDate } = world.state("gmail", "clara@weiss.example");
  expect(threadsTotal).toBe(threads.size);
  expect([...threads.values()].flat().toSorted()).toEqual([...messages.keys()].toSorted());
  expect(byDate.toSorted()).toEqual([...messages.keys()].toSorted());
  const dates = byDate.map((id) => messages.get(id)?.internalDate ?? 0);
  expect(dates).toEqual(dates.toSorted((a, b) => a - b));
});
