import { describeFaults } from "./describe-faults.ts";
import { FileLife } from "./file-door.ts";
import { driveSamples } from "./samples.ts";

describeFaults({
  begin: () => new FileLife().begin(),
  open: (life) => life.open(),
  samples: driveSamples,
  thorough: ["drive.update_file"],
});
