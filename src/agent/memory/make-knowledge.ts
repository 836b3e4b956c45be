import { loadSkills, type SkillPlaces } from "../skills/load-skills.ts";
import type { Knowledge, KnownNote } from "../tool.ts";
import { noteAge } from "./note-age.ts";
import { readNotes } from "./notes.ts";
import { type MemoryPlace, remember } from "./remember.ts";
import { searchNotes } from "./search-notes.ts";

const longest = 6_000;

/**
 * Skills and memory as the tools of one run see them. `scope` names the run: what it remembers is remembered once, however often the
 * run is taken up again. Contract: nothing the owner has not accepted comes out as a skill, no blocked text as a note.
 */
export function makeKnowledge(place: MemoryPlace & SkillPlaces, scope: string): Knowledge {
  const { store, homePath, clock } = place;
  return {
    skill: async (name) => {
      const { skills } = await loadSkills(store, place);
      const found = skills.find((skill) => skill.name === name.trim());
      return found === undefined ? null : { name: found.name, body: found.body };
    },
    notes: async (query) =>
      searchNotes(await readNotes(store, homePath), query).map(
        ({ name, at, text, blocked, itemIds }): KnownNote => ({
          name,
          at: at.length === 10 ? `${at}T00:00:00.000Z` : at,
          age: noteAge(at, clock.now()),
          text: blocked === null ? cut(text) : `[BLOCKED: ${blocked}]`,
          itemIds,
        }),
      ),
    remember: (given) => remember(place, { ...given, key: `${scope}:${given.key}` }),
  };
}

function cut(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).toWellFormed()} [cut: ${text.length - longest} more characters]`;
}
