import type { GmailDoorClient } from "./door-client.ts";

interface Change {
  ids: readonly string[];
  add: readonly string[];
  remove: readonly string[];
}

interface PutBackGroup {
  ids: string[];
  add: string[];
  remove: string[];
}

/** Asking for each message is quicker than listing a whole label for a few. */
const fewMessages = 40;
const atOnce = 4;

/**
 * What a change of labels would really alter, as what puts it back: messages by the labels they lose and get. Empty when all is
 * as it should be already. Messages that are gone count as being so.
 */
export async function labelsBefore(
  change: Change,
  client: GmailDoorClient,
  signal: AbortSignal,
): Promise<PutBackGroup[]> {
  const { ids } = change;
  const touched = [...new Set([...change.add, ...change.remove])];
  const has =
    ids.length <= fewMessages ? await askEach(ids, client, signal) : await listLabels(ids, touched, client, signal);
  const groups = new Map<string, PutBackGroup>();
  for (const id of ids) {
    const labels = has.get(id);
    if (labels === undefined) continue;
    const add = change.remove.filter((label) => labels.has(label));
    const remove = change.add.filter((label) => !labels.has(label));
    if (add.length === 0 && remove.length === 0) continue;
    const key = JSON.stringify([add, remove]);
    const group = groups.get(key) ?? { ids: [], add, remove };
    groups.set(key, group);
    group.ids.push(id);
  }
  return [...groups.values()];
}

async function askEach(
  ids: readonly string[],
  client: GmailDoorClient,
  signal: AbortSignal,
): Promise<Map<string, ReadonlySet<string>>> {
  const has = new Map<string, ReadonlySet<string>>();
  for (let at = 0; at < ids.length; at += atOnce) {
    const heads = await Promise.all(ids.slice(at, at + atOnce).map((id) => client.head(id, ["From"], signal)));
    for (const head of heads) if (head !== null) has.set(head.id, new Set(head.labelIds));
  }
  return has;
}

async function listLabels(
  ids: readonly string[],
  touched: readonly string[],
  client: GmailDoorClient,
  signal: AbortSignal,
): Promise<Map<string, ReadonlySet<string>>> {
  const has = new Map(ids.map((id): [string, Set<string>] => [id, new Set()]));
  for (const label of touched) {
    let pageToken: string | null = null;
    for (;;) {
      const page = await client.labelled(label, pageToken, signal);
      for (const id of page.ids) has.get(id)?.add(label);
      pageToken = page.nextPageToken;
      if (pageToken === null) break;
    }
  }
  return has;
}
