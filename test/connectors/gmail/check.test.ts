import { expect, test } from "vitest";
import { googleSecretName } from "../../../connectors/google-account/secret-names.ts";
import { revoke } from "../../../src/emulators/google/oauth/mount-oauth.ts";
import { clara, connectGmail, fillMailbox, Mirror, mailboxOf, setUpGmail } from "./gmail-fixture.ts";

test("a mailbox that can be read is ok, after a real call", async () => {
  const setup = setUpGmail();
  expect(await (await connectGmail(setup)).check()).toEqual({ state: "ok" });
  expect(setup.requests.some((one) => one.includes("/profile"))).toBe(true);
});

test("a sign-in that ended needs its owner", async () => {
  const setup = setUpGmail();
  setup.world.settings.set("oauth.refuse", 1);
  const cure = `steward connect google --account ${clara}`;
  expect(await (await connectGmail(setup)).check()).toEqual({ state: "needs_reauth", cure });
});

test("a service that is down is degraded", async () => {
  const setup = setUpGmail();
  setup.world.faults.add({ match: /profile/, when: "before", do: "drop" });
  const health = await (await connectGmail(setup)).check();
  expect(health).toEqual({ state: "degraded", reason: "Gmail does not answer." });
});

test("the mail of a sign-in without the right to read it stays out, and nobody is asked", async () => {
  const setup = setUpGmail();
  const client = await connectGmail(setup, { scopes: ["https://www.googleapis.com/auth/drive.readonly"] });
  expect(await client.check()).toMatchObject({ state: "degraded" });
  expect(setup.requests).toEqual([]);
});

test("a token that is revoked in the middle of a first read ends it at once, hammering nothing", async () => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 300);
  const client = await connectGmail(setup);
  const mirror = new Mirror();
  mirror.take(await client.pull(null));
  revoke(setup.world.oauth(), setup.secrets.get(googleSecretName(clara, "refresh_token")) ?? "");
  const before = setup.requests.length;
  for (let n = 0; n < 5; n += 1) {
    await expect(client.pull(mirror.cursor)).rejects.toMatchObject({ code: "needs_reauth" });
  }
  const after = setup.requests.slice(before);
  expect(after.filter((one) => one.includes("/token"))).toHaveLength(1);
  expect(after.length).toBeLessThanOrEqual(5);
});

test("a damaged cursor is named", async () => {
  const client = await connectGmail(setUpGmail());
  await expect(client.pull({ version: 1 })).rejects.toMatchObject({ code: "config" });
});
