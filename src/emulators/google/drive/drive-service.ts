import type { EmulatedService } from "../service.ts";
import { blankDrive, type DriveState } from "./drive-state.ts";
import { mountChanges } from "./routes-changes.ts";
import { mountFiles } from "./routes-files.ts";
import { mountRevisions } from "./routes-revisions.ts";
import { mountWriting } from "./routes-writing.ts";
import { seedDrive } from "./seed-drive.ts";

/**
 * Drive API v3. Settings: `drive.exportLimitBytes`,
 * `drive.searchLagMs` (properties and words are not found for so long after they were written), `drive.listLagMs`,
 * `drive.pageTokenLifeMs`, `drive.duplicatePages`, `drive.incompleteSearch`, `drive.storageFull`, `drive.storageLimitBytes`,
 * `drive.folderLimit`, `drive.mergeRevisions`, `drive.sessionLifeMs`, `drive.shortRangeBytes`.
 */
export const driveService: EmulatedService<DriveState> = {
  name: "drive",
  blank: blankDrive,
  seed: seedDrive,
  mount: (app, shared, stateOf) => {
    const drives = { shared, stateOf };
    mountChanges(app, drives);
    mountFiles(app, drives);
    mountRevisions(app, drives);
    mountWriting(app, drives);
  },
};
