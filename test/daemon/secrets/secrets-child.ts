import { writeSync } from "node:fs";
import { openSecrets } from "../../../src/daemon/secrets/open-secrets.ts";

/** Works on the secrets of a home until it is done or killed; a line on standard output acknowledges each step. */
const [home = "", what = "", prefix = "", times = "0"] = process.argv.slice(2);
const secrets = openSecrets(home, {
  loadKeychain: null,
  passphrase: null,
  credentialsDirectory: null,
  askPassphrase: null,
});
for (let step = 0; step < Number(times); step += 1) {
  if (what === "set") await secrets.set(`${prefix}.${step}`, `value-${prefix}-${step}`);
  else await secrets.rotate(null);
  writeSync(1, `${step}\n`);
}
