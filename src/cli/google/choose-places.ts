import type { GoogleService } from "../../../connectors/google-account/account.ts";
import type { SignInCalls } from "../../../connectors/google-account/sign-in-calls.ts";
import {
  type DrivePlace,
  findPlace,
  listPlaces,
  type PlaceKind,
  proveSheet,
} from "../../../connectors/google-account/sign-in-places.ts";
import { StewardError } from "../../core/errors.ts";
import { forScreen } from "../../core/untrusted.ts";
import type { CommandContext } from "../command-context.ts";

/** What of a Drive is read: one folder, one sheet, either or none. */
export interface ChosenPlaces {
  folder: DrivePlace | null;
  sheet: DrivePlace | null;
  /** What was wanted and could not be had. The rest of the account is connected all the same. */
  problems: StewardError[];
}

/**
 * The folder that is the source of truth and the sheet with the contacts: as the options name them, else those that are
 * read already, else as a person answers, else none. Contract: a sheet is returned only after it was read once.
 */
export async function choosePlaces(
  context: CommandContext,
  calls: SignInCalls,
  services: readonly GoogleService[],
  wanted: { folder: Wanted; sheet: Wanted },
): Promise<ChosenPlaces> {
  const problems: StewardError[] = [];
  const orProblem = async (work: () => Promise<DrivePlace | null>): Promise<DrivePlace | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StewardError) || error.code === "interrupted") throw error;
      problems.push(error);
      return null;
    }
  };
  const folder = services.includes("drive")
    ? await orProblem(() => choose(context, calls, "folder", wanted.folder))
    : null;
  // Listing sheets, and finding one by any name, takes Drive.
  const sheet =
    services.includes("sheets") && services.includes("drive")
      ? await orProblem(async () => {
          const chosen = await choose(context, calls, "sheet", wanted.sheet);
          if (chosen !== null) await proveSheet(calls, chosen.id);
          return chosen;
        })
      : null;
  return { folder, sheet, problems };
}

/** `named` is the option's text, `none` among it; `before` what is read already. */
export interface Wanted {
  named: string | null;
  before: DrivePlace | null;
}

const questions: Record<PlaceKind, { question: string; none: string; hint: string }> = {
  folder: {
    question: "Which Drive folder is the source of truth? It is copied here as Markdown and CSV.",
    none: "No folder",
    hint: "nothing of Drive is read",
  },
  sheet: { question: "Which sheet holds your contacts?", none: "No sheet", hint: "contacts.csv stays as it is" },
};

async function choose(
  context: CommandContext,
  calls: SignInCalls,
  kind: PlaceKind,
  { named, before }: Wanted,
): Promise<DrivePlace | null> {
  if (named === "none") return null;
  if (named === "root" && kind === "folder") return { id: "root", name: "My Drive" };
  if (named !== null) return await findPlace(calls, kind, named);
  if (before !== null || !context.terminal.interactive) return before;
  const ask = await context.loadAsk();
  const places = await listPlaces(calls, kind);
  const { question, none, hint } = questions[kind];
  const chosen = await ask.one<DrivePlace | "none" | "other">(question, [
    ...places.map((place) => ({ value: place, label: forScreen(place.name), hint: "" })),
    { value: "other", label: "Another one", hint: "by its address in the browser" },
    { value: "none", label: none, hint },
  ]);
  if (chosen === "none") return null;
  if (chosen !== "other") return chosen;
  const address = await ask.text("Its address, or its exact name", { initial: "" });
  return address.trim() === "" ? null : await findPlace(calls, kind, address.trim());
}
