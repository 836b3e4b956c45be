import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { detectLanguage } from "../../agent/drafting/detect-language.ts";
import type { DraftDeps } from "../../agent/drafting/draft-replies.ts";
import { loadSkills } from "../../agent/skills/load-skills.ts";
import { skillWarnings } from "../../agent/skills/skill-checks.ts";
import type { Model } from "../../core/model.ts";
import type { CommandContext } from "../command-context.ts";
import { chooseReply } from "../door/reply-step.ts";
import type { OpenHome } from "../open-home.ts";

/** Of the shipped skills, the one that is about answering; the owner's own may all have a say. */
const answering = "inbox-zero";
/** Characters of rules.md that a call carries. */
const mostOfRules = 12_000;

/** What drafting needs in this home. */
export async function draftDeps(
  context: CommandContext,
  home: OpenHome,
  { model, signal }: { model: Model; signal: AbortSignal },
): Promise<DraftDeps> {
  const { store, owner, paths } = home;
  const places = { homePath: paths.home, shippedSkillsPath: join(context.checkout, "skills") };
  const { skills } = await loadSkills(store, places);
  const checking = skills.filter(({ name, from }) => from === "owner" || name === answering);
  return {
    store,
    clock: context.clock,
    model,
    newId: context.newId,
    signal,
    homePath: paths.home,
    owner,
    rules: (await readFile(paths.rules, "utf8").catch(() => "")).slice(0, mostOfRules),
    perRun: home.config.drafts.perRun,
    chooseReply: async (threadId, { itemId, all }) =>
      await chooseReply(store, { threadId, itemId, all, account: null, attachments: [], own: owner.identities }),
    skillNotes: (text, shown) => {
      // Recipients are chosen by code, so that nobody is left out.
      const draft = {
        text,
        language: detectLanguage(text),
        threadLanguage: shown.frame.language,
        recipients: [],
        everybody: null,
      };
      return checking.flatMap(({ checks }) => skillWarnings(checks, draft));
    },
  };
}
