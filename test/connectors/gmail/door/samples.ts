import type { MailDoor } from "./mail-door.ts";

/** One action as it is asked for over a `MailLife`, what it does to the world, and the request that does it. */
export interface MailSample {
  action: string;
  ask(door: MailDoor): Promise<unknown>;
  /** How often it really happened: 0, 1 or, which must never be, more. */
  count(door: MailDoor): number;
  effect: RegExp;
}

const sends = { count: (door: MailDoor) => door.sent().length, effect: /POST \S+\/drafts\/send/ };
const paul = async (door: MailDoor) => await door.threadOf(door.life.ids.paul);
const news = async (door: MailDoor) => await Promise.all(door.life.ids.news.map((id) => door.threadOf(id)));

/** Half done is no number; twice is the same as once. */
function labelled(
  wanted: (labels: readonly string[]) => boolean,
  which: (index: number) => boolean = () => true,
): Pick<MailSample, "count" | "effect"> {
  const count = (door: MailDoor): number => {
    const ids = door.life.ids.news.filter((_, index) => which(index));
    const right = ids.filter((id) => wanted(door.labelsOf(id))).length;
    return right === 0 ? 0 : right === ids.length ? 1 : Number.NaN;
  };
  return { count, effect: /POST \S+\/batchModify/ };
}

export const mailSamples: readonly MailSample[] = [
  {
    action: "gmail.send_message",
    ask: async () => ({ to: ["Paul Adler <paul@adler.example>"], subject: "Keys", text: "The keys are with Ana." }),
    ...sends,
  },
  { action: "gmail.reply", ask: async (door) => ({ thread: await paul(door), text: "Yes, 14:00 is fine." }), ...sends },
  { action: "gmail.reply_all", ask: async (door) => ({ thread: await paul(door), text: "Yes, fine." }), ...sends },
  {
    action: "gmail.forward",
    ask: async (door) => ({ thread: await paul(door), to: ["ana@weiss.example"], text: "See below." }),
    ...sends,
  },
  {
    action: "gmail.archive",
    ask: async (door) => ({ threads: await news(door) }),
    ...labelled((labels) => !labels.includes("INBOX")),
  },
  {
    action: "gmail.label",
    ask: async (door) => ({ threads: await news(door), label: "travel" }),
    ...labelled(
      (labels) => labels.includes("Label_7"),
      (index) => index !== 2,
    ),
  },
  {
    action: "gmail.mark_read",
    ask: async (door) => ({ threads: await news(door) }),
    ...labelled((labels) => !labels.includes("UNREAD")),
  },
  {
    action: "gmail.trash",
    ask: async (door) => ({ threads: await news(door) }),
    ...labelled((labels) => labels.includes("TRASH")),
  },
];
