import { beforeEach, describe, expect, it } from "vitest";
import { readScopes } from "../../../connectors/google-account/scopes.ts";
import { type SignedIn, type SignInOptions, signIn } from "../../../connectors/google-account/sign-in.ts";
import { revokeToken, type SignInNet } from "../../../connectors/google-account/sign-in-token.ts";
import { createGoogleWorld, type GoogleWorld } from "../../../src/emulators/google/google-world.ts";
import { demoClient } from "../../../src/emulators/google/oauth/oauth-state.ts";
import { createWorldClock } from "../../../src/emulators/google/world-clock.ts";
import { answerConsent, type Person } from "./consent-robot.ts";

const clara = "clara@weiss.example";
const ana = "ana@weiss.example";
const baseUrl = "http://127.0.0.1:9";

let world: GoogleWorld;
let net: SignInNet;
beforeEach(() => {
  world = createGoogleWorld({
    accounts: [
      { address: clara, name: "Clara Weiss" },
      { address: ana, name: "Ana Weiss" },
    ],
    clock: createWorldClock(() => 0, Date.parse("2026-11-14T08:00:00Z")),
  });
  net = { fetch: world.fetch, baseUrl, signal: new AbortController().signal };
});

function start(
  person: Person | ((url: string) => Promise<unknown>) = {},
  options: Partial<SignInOptions> = {},
): Promise<SignedIn> {
  const visit =
    typeof person === "function" ? person : async (url: string) => fetch(await answerConsent(world.fetch, url, person));
  return signIn({
    client: { ...demoClient },
    account: null,
    keep: [],
    net,
    show: () => undefined,
    openBrowser: async (url) => {
      await visit(url);
      return true;
    },
    paste: null,
    timeoutMs: 5000,
    ...options,
  });
}

describe("signing in at the emulated Google", () => {
  it("goes through its page and ends with a token that lives", async () => {
    const signedIn = await start({ account: ana });
    expect(signedIn.account).toBe(ana);
    expect(signedIn.scopes.toSorted()).toEqual(readScopes.map(({ scope }) => scope).toSorted());
    expect(world.oauth().refreshTokens[signedIn.refreshToken]).toMatchObject({ account: ana, revoked: false });
    expect(world.oauth().tokenRequests).toBe(1);
  });

  it("offers the account that was named", async () => {
    expect((await start({}, { account: ana })).account).toBe(ana);
  });

  it("gives what was left ticked, and no more", async () => {
    const gmail = "https://www.googleapis.com/auth/gmail.readonly";
    const { scopes } = await start({ unticks: [gmail] });
    expect(scopes).not.toContain(gmail);
    expect(scopes).toHaveLength(readScopes.length - 1);
  });

  it("ends with a no where the person cancels", async () => {
    await expect(start({ cancels: true })).rejects.toThrow("You said no");
    expect(world.oauth().tokenRequests).toBe(0);
  });

  it("is not shown a page for a client that Google does not know", async () => {
    const client = { clientId: "other", clientSecret: "x" };
    await expect(start({}, { client, timeoutMs: 30 })).rejects.toThrow("No answer from Google");
  });

  it("refuses the answer that belongs to another sign-in, and its code, whoever brings them", async () => {
    const pages: string[] = [];
    const note = async (url: string): Promise<void> => void pages.push(url);
    await expect(start(note, { timeoutMs: 20 })).rejects.toThrow("No answer");
    const other = await answerConsent(world.fetch, pages[0] ?? "", { account: ana });
    const withForeignCode = async (url: string): Promise<void> => {
      const own = new URL(new URL(url).searchParams.get("redirect_uri") ?? "");
      own.search = other.search;
      expect((await fetch(own)).status).toBe(400);
      own.searchParams.set("state", new URL(url).searchParams.get("state") ?? "");
      expect((await fetch(own)).status).toBe(200);
    };
    await expect(start(withForeignCode)).rejects.toThrow("did not accept the code");
    expect(Object.keys(world.oauth().refreshTokens)).toEqual([]);
  });

  it("uses a code once, however often it is pasted", async () => {
    let back: URL | null = null;
    let url = "";
    const options: Partial<SignInOptions> = {
      show: (shown) => {
        url = shown;
      },
      paste: async () => {
        back ??= await answerConsent(world.fetch, url);
        back.searchParams.set("state", new URL(url).searchParams.get("state") ?? "");
        return back.href;
      },
    };
    expect((await start({}, options)).account).toBe(clara);
    await expect(start({}, options)).rejects.toThrow("did not accept the code");
  });

  it("meets a token endpoint that is down, cut off or talks nonsense: one request, and what to do", async () => {
    for (const fault of ["status", "drop", "garbage", "truncate"] as const) {
      world.faults.clear();
      world.faults.add({ match: /^POST \/token/, nth: 1, when: "after", do: fault, status: 503 });
      const before = world.oauth().tokenRequests;
      await expect(start(), fault).rejects.toMatchObject({ code: "unavailable" });
      expect(world.oauth().tokenRequests - before, fault).toBe(1);
    }
    world.faults.clear();
    expect((await start()).account).toBe(clara);
  });

  it("keeps two accounts of one person apart, and takes back only the one that is disconnected", async () => {
    const first = await start({ account: clara });
    const second = await start({ account: ana });
    expect(await revokeToken(net, first.refreshToken)).toBe(true);
    expect(await revokeToken(net, first.refreshToken)).toBe(true);
    expect(world.oauth().refreshTokens[first.refreshToken]?.revoked).toBe(true);
    expect(world.oauth().refreshTokens[second.refreshToken]?.revoked).toBe(false);
  });
});
