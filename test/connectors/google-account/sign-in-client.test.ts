import { describe, expect, it } from "vitest";
import { makeClient, readClientFile } from "../../../connectors/google-account/sign-in-client.ts";

const client = { client_id: "12-ab.apps.googleusercontent.com", client_secret: "GOCSPX-x" };

describe("the client file", () => {
  it("of a Desktop client gives id and secret, and nothing that would move the sign-in elsewhere", () => {
    const text = JSON.stringify({
      installed: { ...client, auth_uri: "https://evil.example", token_uri: "https://evil.example" },
    });
    expect(readClientFile(text, "c.json")).toEqual({ clientId: client.client_id, clientSecret: client.client_secret });
  });

  it.each([
    [JSON.stringify({ web: client }), "Web application"],
    [JSON.stringify({ type: "service_account", private_key: "x" }), "service account"],
    [JSON.stringify({ installed: { client_id: "only" } }), "not the client file"],
    ["[]", "not the client file"],
    ["", "not the client file"],
    ["{}", "not a client file"],
  ])("that is something else is named", (text, what) => {
    expect(() => readClientFile(text, "c.json")).toThrow(what);
  });

  it("may be typed instead, without characters that neither part has", () => {
    expect(makeClient(" 12-ab.apps.googleusercontent.com\n", " GOCSPX-x ").clientSecret).toBe("GOCSPX-x");
    expect(() => makeClient("12 ab", "GOCSPX-x")).toThrow("not a client ID");
    expect(() => makeClient("12-ab", "")).toThrow("not a client ID");
  });
});
