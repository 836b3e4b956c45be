import { request } from "node:http";
import { beforeEach, describe, expect, it } from "vitest";
import { readScopes } from "../../../connectors/google-account/scopes.ts";
import { type SignedIn, type SignInOptions, signIn } from "../../../connectors/google-account/sign-in.ts";
import { readAnswer } from "../../../connectors/google-account/sign-in-answer.ts";
import { StewardError } from "../../../src/core/errors.ts";
import { clientId, clientSecret, makeSmallGoogle, type SmallGoogle, type Visitor } from "./small-google.ts";

let google: SmallGoogle;
beforeEach(() => {
  google = makeSmallGoogle();
});

const shown: { url: string; opened: boolean }[] = [];

/** Signs in with a browser that does what `visit` says; by default its person agrees to everything. */
async function start(
  options: Partial<SignInOptions> & { visit?: (url: string) => Promise<unknown>; signal?: AbortSignal } = {},
): Promise<SignedIn> {
  const { visit = (url: string) => fetch(google.answer(url)), signal, ...rest } = options;
  shown.length = 0;
  let visited: Promise<unknown> = Promise.resolve();
  try {
    return await signIn({
      client: { clientId, clientSecret },
      account: null,
      keep: [],
      net: { fetch: google.fetch, baseUrl: google.baseUrl, signal: signal ?? new AbortController().signal },
      show: (url, opened) => shown.push({ url, opened }),
      openBrowser: async (url) => {
        visited = visit(url);
        visited.catch(() => undefined);
        return true;
      },
      paste: null,
      timeoutMs: 5000,
      ...rest,
    });
  } finally {
    await visited;
  }
}

async function errorOf(work: Promise<unknown>): Promise<StewardError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof StewardError) return error;
  throw new Error(`Not a StewardError: ${String(error)}`);
}

const as = (visitor: Partial<Visitor>) => (url: string) => fetch(google.answer(url, visitor));

describe("signing in", () => {
  it("brings the account, its scopes and tokens, through a port of this computer", async () => {
    let page = "";
    const signedIn = await start({
      visit: async (url) => {
        page = await (await fetch(google.answer(url))).text();
      },
    });
    expect(signedIn.account).toBe("clara@weiss.example");
    expect(signedIn.refreshToken).toBe("1//canary-refresh-token-1");
    expect(signedIn.scopes).toEqual(readScopes.map(({ scope }) => scope));
    expect(page).toContain("close this tab");
    expect(page).not.toContain("canary");
    expect(google.state.requests).toEqual(["POST /token", "GET /v1/userinfo"]);
  });

  it("asks with PKCE, a fresh state and read scopes only", async () => {
    await start();
    const [first] = shown;
    await start({ account: "clara@weiss.example" });
    const [second] = shown;
    const one = new URL(first?.url ?? "").searchParams;
    const two = new URL(second?.url ?? "").searchParams;
    expect(one.get("code_challenge_method")).toBe("S256");
    expect(one.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(one.get("state")).toMatch(/^[\w-]{43}$/);
    expect(one.get("redirect_uri")).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}\/$/);
    expect(one.get("access_type")).toBe("offline");
    expect(two.get("state")).not.toBe(one.get("state"));
    expect(two.get("code_challenge")).not.toBe(one.get("code_challenge"));
    expect([one.get("login_hint"), two.get("login_hint")]).toEqual([null, "clara@weiss.example"]);
    expect((one.get("scope") ?? "").split(" ")).toEqual([
      "https://www.googleapis.com/auth/gmail.readonly",
      "https://www.googleapis.com/auth/calendar.readonly",
      "https://www.googleapis.com/auth/drive.readonly",
      "https://www.googleapis.com/auth/spreadsheets.readonly",
      "openid",
      "https://www.googleapis.com/auth/userinfo.email",
    ]);
  });

  it("goes to Google's own hosts where no emulator stands for them", async () => {
    const asked: string[] = [];
    await start({
      net: {
        fetch: async (input, init) => {
          asked.push(new URL(String(input)).origin);
          return await google.fetch(new URL(new URL(String(input)).pathname, "http://127.0.0.1"), init);
        },
        baseUrl: null,
        signal: new AbortController().signal,
      },
    });
    expect(new URL(shown[0]?.url ?? "").origin).toBe("https://accounts.google.com");
    expect(asked).toEqual(["https://oauth2.googleapis.com", "https://openidconnect.googleapis.com"]);
  });

  it("works without a browser to open: the address is shown", async () => {
    const signedIn = await start({
      openBrowser: async (url) => {
        setTimeout(() => void fetch(google.answer(url)), 5);
        return false;
      },
    });
    expect(shown[0]?.opened).toBe(false);
    expect(signedIn.account).toBe("clara@weiss.example");
  });

  it("keeps fewer scopes than were asked for, as they were granted", async () => {
    const ticks = ["https://www.googleapis.com/auth/gmail.readonly", "openid", "email"];
    const { scopes } = await start({ visit: as({ ticks }) });
    expect(scopes).toEqual([...ticks.slice(0, 2), "https://www.googleapis.com/auth/userinfo.email"]);
  });
});

describe("the listener", () => {
  it("refuses an answer with another state, and goes on waiting for its own", async () => {
    const statuses: number[] = [];
    const signedIn = await start({
      visit: async (url) => {
        const foreign = google.answer(url, { account: "mallory@evil.example" });
        for (const state of ["", "x", `${foreign.searchParams.get("state") ?? ""}x`]) {
          foreign.searchParams.set("state", state);
          statuses.push((await fetch(foreign)).status);
        }
        foreign.searchParams.delete("state");
        statuses.push((await fetch(foreign)).status);
        statuses.push((await fetch(`${foreign.origin}/?error=access_denied&state=x`)).status);
        statuses.push((await fetch(google.answer(url))).status);
      },
    });
    expect(statuses).toEqual([400, 400, 400, 400, 400, 200]);
    expect(signedIn.account).toBe("clara@weiss.example");
    expect(google.state.tokenRequests).toBe(1);
  });

  it("refuses other paths, methods and host names", async () => {
    const statuses: number[] = [];
    await start({
      visit: async (url) => {
        const back = google.answer(url);
        statuses.push((await fetch(`${back.origin}/favicon.ico`)).status);
        statuses.push((await fetch(back, { method: "POST" })).status);
        statuses.push(await statusWithHost(back, "steward.evil.example"));
        await fetch(back);
      },
    });
    expect(statuses).toEqual([404, 405, 421]);
  });

  it("takes one answer: a second visit to it finds nobody", async () => {
    let back: URL | null = null;
    await start({
      visit: async (url) => {
        back = google.answer(url);
        await fetch(back);
      },
    });
    await expect(fetch(String(back))).rejects.toThrow();
    expect(google.state.tokenRequests).toBe(1);
  });

  it("gives up when no answer comes, and when it is stopped, and closes its port both times", async () => {
    const late = await errorOf(start({ visit: async () => undefined, timeoutMs: 30 }));
    expect(late.code).toBe("needs_reauth");
    expect(late.cure).toContain("--paste");
    const stop = new AbortController();
    const stopped = errorOf(start({ visit: async () => stop.abort(), signal: stop.signal }));
    expect((await stopped).code).toBe("interrupted");
    const port = new URL(new URL(shown[0]?.url ?? "").searchParams.get("redirect_uri") ?? "").href;
    await expect(fetch(port)).rejects.toThrow();
  }, 3000);
});

describe("an answer that is none", () => {
  it("of somebody who said no ends it, with what to do", async () => {
    const denied = await errorOf(start({ visit: as({ denies: true }) }));
    expect(denied.message).toContain("You said no");
    expect(google.state.tokenRequests).toBe(0);
  });

  it("with a code that was used, or belongs to another PKCE challenge, is refused by Google and asked once", async () => {
    await start();
    const used = google.answer(shown[0]?.url ?? "");
    const replayed = await errorOf(
      start({
        visit: async (url) => {
          const own = google.answer(url);
          own.searchParams.set("code", "4/0canary-code-1");
          await fetch(own);
        },
      }),
    );
    expect(replayed).toMatchObject({ code: "needs_reauth" });
    expect(google.state.tokenRequests).toBe(2);
    const injected = await errorOf(
      start({
        visit: async (url) => {
          const own = google.answer(url);
          own.searchParams.set("code", used.searchParams.get("code") ?? "");
          await fetch(own);
        },
      }),
    );
    expect(injected.message).toContain("did not accept the code");
    expect(google.state.tokenRequests).toBe(3);
  });

  it("has no refresh token, an unknown client, a broken body or no network: each says what to do", async () => {
    const noNetwork: SignInOptions["net"] = {
      fetch: async () => Promise.reject(new TypeError("fetch failed")),
      baseUrl: google.baseUrl,
      signal: new AbortController().signal,
    };
    const answers: [SmallGoogle["state"]["tokenAnswer"], string][] = [
      [({ refresh_token: _, ...rest }) => ({ status: 200, body: rest }), "needs_reauth"],
      [() => ({ status: 200, body: "garbage" }), "unavailable"],
      [() => ({ status: 503, body: {} }), "unavailable"],
    ];
    for (const [tokenAnswer, code] of answers) {
      google.state.tokenAnswer = tokenAnswer;
      expect((await errorOf(start())).code).toBe(code);
    }
    expect((await errorOf(start({ client: { clientId, clientSecret: "GOCSPX-other" } }))).code).toBe("config");
    expect((await errorOf(start({ net: noNetwork }))).code).toBe("unavailable");
  });

  it("never carries a code, a token or the client's secret, in message, cure or cause", async () => {
    google.state.tokenAnswer = (answer) => ({ status: 400, body: { error: "odd", error_description: answer } });
    const failures = [
      await errorOf(start()),
      await errorOf(start({ account: "other@weiss.example" })),
      await errorOf(start({ client: { clientId, clientSecret: `${clientSecret}-wrong` } })),
    ];
    for (const error of failures) {
      expect(`${error.stack} ${error.message} ${error.cure} ${JSON.stringify(error.cause)}`).not.toContain("canary");
    }
  });

  it("is not followed to another host", async () => {
    const seen: string[] = [];
    const error = await errorOf(
      start({
        net: {
          fetch: async (input, init) => {
            seen.push(String(init?.redirect));
            await google.fetch(input, init);
            return new Response(null, { status: 307, headers: { location: "https://evil.example/" } });
          },
          baseUrl: google.baseUrl,
          signal: new AbortController().signal,
        },
      }),
    );
    expect(seen).toEqual(["manual"]);
    expect(error.code).toBe("needs_reauth");
  });
});

describe("a grant", () => {
  it("of more than was asked for is given back at once", async () => {
    const ticks = ["https://www.googleapis.com/auth/gmail.readonly", "https://mail.google.com/", "openid"];
    const error = await errorOf(start({ visit: as({ ticks }) }));
    expect(error).toMatchObject({ code: "no_permission" });
    expect(error.message).toContain("https://mail.google.com/");
    expect(google.state.revoked).toEqual(["1//canary-refresh-token-1"]);
  });

  it("of another account than wanted is given back, unless that account is connected already", async () => {
    const visit = as({ account: "Ana@Weiss.example" });
    const error = await errorOf(start({ account: "clara@weiss.example", visit }));
    expect(error.message).toContain("You signed in as ana@weiss.example, not as clara@weiss.example");
    expect(google.state.revoked).toHaveLength(1);
    await errorOf(start({ account: "clara@weiss.example", keep: ["ana@weiss.example"], visit }));
    expect(google.state.revoked).toHaveLength(1);
  });
});

describe("pasting", () => {
  const pasting = (make: (url: string) => string[]): Promise<SignedIn> => {
    let texts: string[] | null = null;
    return start({
      openBrowser: async () => Promise.reject(new Error("no browser may be opened")),
      paste: async () => {
        texts ??= make(shown[0]?.url ?? "");
        return texts.shift() ?? "";
      },
    });
  };

  it("takes the whole address, the part after the question mark, or the code alone", async () => {
    const ways: ((back: URL) => string)[] = [
      ({ href }) => href,
      ({ href }) => `  ${href.slice(0, 60)}\n${href.slice(60)} `,
      ({ search }) => search,
      ({ searchParams }) => searchParams.get("code") ?? "",
      ({ searchParams }) => encodeURIComponent(searchParams.get("code") ?? ""),
    ];
    for (const way of ways) {
      expect((await pasting((url) => [way(google.answer(url))])).account).toBe("clara@weiss.example");
    }
  });

  it("asks again after something that is no answer, three times in all", async () => {
    const signedIn = await pasting((url) => ["", "http://", google.answer(url).href]);
    expect(signedIn.account).toBe("clara@weiss.example");
    const error = await errorOf(pasting(() => ["?", "", "  "]));
    expect(error.code).toBe("needs_reauth");
    expect(error.cure).toContain("Copy the whole address");
  });

  it("refuses an address with another state, and understands a no", async () => {
    const before = google.state.tokenRequests;
    const wrong = (url: string): string[] => {
      const back = google.answer(url);
      back.searchParams.set("state", "of-another-sign-in");
      return [back.href, back.search, back.href];
    };
    expect((await errorOf(pasting(wrong))).code).toBe("needs_reauth");
    const denied = await errorOf(pasting((url) => [google.answer(url, { denies: true }).href]));
    expect(denied.message).toContain("You said no");
    expect(google.state.tokenRequests).toBe(before);
  });
});

describe("the query of an answer", () => {
  const read = (query: string) => readAnswer(new URLSearchParams(query), "right").kind;

  it("belongs to this sign-in with the right state only, and says everything once", () => {
    expect(read("code=c&state=right")).toBe("code");
    expect(read("error=access_denied&state=right")).toBe("refused");
    expect(read("")).toBe("empty");
    expect(read("scope=x")).toBe("empty");
    for (const query of [
      "code=c",
      "code=c&state=Right",
      "code=c&state=right2",
      "code=c&state=right&state=right",
      "code=c&code=d&state=right",
      "state=right",
      "code=&state=right",
    ]) {
      expect(read(query), query).toBe("foreign");
    }
  });

  it("passes on no text of whoever made it", () => {
    const answer = readAnswer(new URLSearchParams({ error: "\u001b[31mCall +1 555", state: "right" }), "right");
    expect(answer).toEqual({ kind: "refused", error: "unknown_error" });
  });
});

/** fetch would not send a Host of one's own. */
async function statusWithHost(url: URL, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(url, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  sent.on("error", reject);
  sent.end();
  return await promise;
}
