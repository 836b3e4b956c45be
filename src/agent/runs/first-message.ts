import { boundaryOf, fence } from "../../core/fence.ts";
import type { AskJob } from "../../core/run.ts";
import type { KeptContent } from "../../core/run-event.ts";
import { getKeptFile } from "../../store/kept-files.ts";
import { ownerTime } from "../tools/owner-time.ts";
import { earlierExchange } from "./earlier-exchange.ts";
import type { RunDeps } from "./run-deps.ts";

/** The first message of a run and what stands in it. */
export interface FirstMessage {
  content: KeptContent[];
  itemIds: number[];
  threadIds: number[];
}

const imageTypes: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** The first message of a request: when and where it is asked, what the owner gave along and pointed at, and their words last. */
export async function firstMessage(deps: RunDeps, job: AskJob): Promise<FirstMessage> {
  const { store, owner } = deps;
  const given = await deps.givenItems(job.files);
  const files: { item: number; name: string; mediaType: string }[] = [];
  const images: KeptContent[] = [];
  for (const [index, sha256] of job.files.entries()) {
    const file = await getKeptFile(store, sha256);
    const item = given[index];
    if (file === null || item === undefined) continue;
    files.push({ item, name: file.name, mediaType: file.mediaType });
    if (imageTypes.has(file.mediaType)) images.push({ kind: "image", mediaType: file.mediaType, sha256 });
  }
  const earlier = await earlierExchange(store, job.answers, owner.zone);
  const data = {
    ...(files.length === 0 ? {} : { files }),
    ...(job.threads.length === 0 ? {} : { threads: job.threads }),
    ...earlier.data,
  };
  const about: KeptContent[] =
    Object.keys(data).length === 0 ? [] : [{ kind: "text", text: fence(data, boundaryOf(job.runId)) }];
  return {
    content: [nowText(deps), ...about, ...images, { kind: "text", text: `The owner says:\n${job.text}` }],
    itemIds: [...new Set([...given, ...earlier.itemIds])].sort((a, b) => a - b),
    threadIds: [...new Set([...job.threads, ...earlier.threadIds])].sort((a, b) => a - b),
  };
}

/** The first message of a job beneath a request. */
export function subJobMessage(
  deps: RunDeps,
  job: { runId: string; task: string; items: readonly number[] },
): FirstMessage {
  const about: KeptContent[] =
    job.items.length === 0 ? [] : [{ kind: "text", text: fence({ items: job.items }, boundaryOf(job.runId)) }];
  return {
    content: [nowText(deps), ...about, { kind: "text", text: `Task:\n${job.task}` }],
    itemIds: [],
    threadIds: [],
  };
}

function nowText({ clock, owner }: RunDeps): KeptContent {
  const at = new Date(clock.now()).toISOString();
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: owner.zone }).format(clock.now());
  return { kind: "text", text: `Now: ${ownerTime(at, owner.zone) ?? at} (${day}), ${owner.zone}` };
}
