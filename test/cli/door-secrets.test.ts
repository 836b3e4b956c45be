import { expect, it } from "vitest";
import { googleSecretName } from "../../connectors/google-account/secret-names.ts";
import type { CommandContext } from "../../src/cli/command-context.ts";
import { connectorDeps, writingDeps } from "../../src/cli/connector-deps.ts";

it("what reads never gets a secret that can change something, even where it is kept", async () => {
  const asked: string[] = [];
  const kept = {
    get: async (name: string) => {
      asked.push(name);
      return "kept";
    },
  };
  const context: CommandContext = Object.assign(Object.create(null), {
    home: "/nowhere",
    openSecrets: async () => kept,
  });
  const write = googleSecretName("clara@weiss.example", "write_refresh_token");
  expect(await connectorDeps(context).secret(write)).toBeNull();
  expect(asked).toEqual([]);
  expect(await connectorDeps(context).secret(googleSecretName("clara@weiss.example", "refresh_token"))).toBe("kept");
  expect(await writingDeps(context).secret(write)).toBe("kept");
});
