import { blankPreview, type Preview } from "../src/core/action.ts";
import type { CardRevision } from "../src/store/card-revisions.ts";

/** The preview a revision was shown with, as it was stored by this door. */
export function previewOf(revision: CardRevision): Preview {
  return { title: "", ...blankPreview, ...Object(revision.preview) };
}
