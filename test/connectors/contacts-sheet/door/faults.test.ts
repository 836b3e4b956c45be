import { describeFaults } from "../../drive/door/describe-faults.ts";
import { sheetSamples } from "./samples.ts";
import { beginSheetLife, openSheet } from "./sheet-life.ts";

describeFaults({
  begin: () => beginSheetLife(),
  open: openSheet,
  samples: sheetSamples,
  thorough: ["contacts-sheet.write_rows"],
});
