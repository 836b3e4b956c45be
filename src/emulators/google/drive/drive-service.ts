import type { EmulatedService } from "../service.ts";
import { blankDrive, type DriveState } from "./drive-state.ts";
import { mountChanges } from "./routes-changes.ts";
import { mountFiles } from "./routes-files.ts";
import { mountSheets } from "./routes-sheets.ts";
import { mountWriting } from "./routes-writing.ts";
import { seedDrive } from "./seed-drive.ts";

/**
 * Drive API v3 and Sheets API v4 over one set of files. Settings: `drive.exportLimitBytes`, `drive.searchLagMs` (new
 * appProperties are not found for so long), `drive.duplicatePages`, `drive.incompleteSearch`, `drive.storageFull`.
 */
export const driveService: EmulatedService<DriveState> = {
  name: "drive",
  blank: blankDrive,
  seed: seedDrive,
  mount: (app, shared, stateOf) => {
    const drives = { shared, stateOf };
    mountChanges(app, drives);
    mountFiles(app, drives);
    mountWriting(app, drives);
    mountSheets(app, drives);
  },
};
