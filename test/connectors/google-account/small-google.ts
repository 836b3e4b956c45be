import { createHash } from "node:crypto";
import { Hono } from "hono";

/** What a person does on the consent page. */
export interface Visitor {
  account: string;
  /** Scopes left ticked; null is all. */
  ticks: readonly string[] | null;
  denies: boolean;
}

interface Grant {
  account: string;
  scopes: string[];
  challenge: string;
  redirectUri: string;
  clientId: string;
  used: boolean;
}

export const clientId = "1234-abc.apps.googleusercontent.com";
export const clientSecret = "GOCSPX-canary-client-secret-92";

/**
 * Google's sign-in and a handful of reading calls, as small as these tests need. `visit` is a browser with a person in it:
 * it opens the consent page, answers it and follows the redirect over the real network.
 */
export function makeSmallGoogle() {
  const grants = new Map<string, Grant>();
  const state = {
    /** Refresh tokens that are good, with whose they are. */
    live: new Map<string, { account: string; scopes: string[] }>(),
    revoked: [] as string[],
    tokenRequests: 0,
    /** Changes the answer of the token endpoint. */
    tokenAnswer: (answer: Record<string, unknown>): { status: number; body: unknown } => ({
      status: 200,
      body: answer,
    }),
    disabledApis: new Set<string>(),
    requests: [] as string[],
  };
  let count = 0;
  const app = new Hono();
  app.use(async (context, next) => {
    state.requests.push(`${context.req.method} ${context.req.path}`);
    await next();
  });
  app.post("/token", async (context) => {
    state.tokenRequests += 1;
    const form = new URLSearchParams(await context.req.text());
    if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret) {
      return context.json({ error: "invalid_client" }, 401);
    }
    const grant = grants.get(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (
      grant === undefined ||
      grant.used ||
      grant.challenge !== challenge ||
      grant.redirectUri !== form.get("redirect_uri") ||
      form.get("grant_type") !== "authorization_code"
    ) {
      return context.json({ error: "invalid_grant" }, 400);
    }
    grant.used = true;
    count += 1;
    const refreshToken = `1//canary-refresh-token-${count}`;
    state.live.set(refreshToken, { account: grant.account, scopes: grant.scopes });
    const { status, body } = state.tokenAnswer({
      access_token: `ya29.canary-access-token-${count}`,
      expires_in: 3599,
      refresh_token: refreshToken,
      scope: grant.scopes.join(" "),
      token_type: "Bearer",
    });
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  });
  app.post("/revoke", async (context) => {
    const token = new URLSearchParams(await context.req.text()).get("token") ?? "";
    if (!state.live.delete(token)) return context.json({ error: "invalid_token" }, 400);
    state.revoked.push(token);
    return context.json({});
  });
  const accountOf = (authorization: string | undefined): string => {
    const number = /canary-access-token-(\d+)$/.exec(authorization ?? "")?.[1] ?? "";
    return state.live.get(`1//canary-refresh-token-${number}`)?.account ?? "";
  };
  app.get("/v1/userinfo", (context) => {
    const email = accountOf(context.req.header("authorization"));
    return email === "" ? context.json({ error: "invalid_token" }, 401) : context.json({ email, email_verified: true });
  });
  app.use("/gmail/*", async (context, next) =>
    state.disabledApis.has("gmail") ? context.json(disabled, 403) : next(),
  );
  app.get("/gmail/v1/users/me/profile", (context) =>
    context.json({
      emailAddress: accountOf(context.req.header("authorization")),
      messagesTotal: 50_000,
      historyId: "9",
    }),
  );
  app.get("/calendar/v3/users/me/calendarList", (context) => context.json({ items: [] }));
  app.get("/drive/v3/files", (context) => {
    const q = context.req.query("q") ?? "";
    const files = driveFiles.filter(
      ({ name, mimeType }) =>
        (!q.includes("mimeType = ") || q.includes(`mimeType = '${mimeType}'`)) &&
        (!q.startsWith("name = ") || q.startsWith(`name = '${name.replace(/[\\']/g, "\\$&")}'`)),
    );
    return context.json({ files });
  });
  app.get("/drive/v3/files/:id", (context) => {
    const file = driveFiles.find(({ id }) => id === context.req.param("id"));
    return file === undefined
      ? context.json({ error: { code: 404, errors: [{ reason: "notFound" }] } }, 404)
      : context.json(file);
  });
  app.get("/v4/spreadsheets/:id/values/:range", (context) =>
    state.disabledApis.has("sheets") ? context.json(disabled, 403) : context.json({ range: "A1", values: [["Name"]] }),
  );

  /** What the consent page does with a visitor's answer: the address the browser is sent to. */
  const answer = (url: string, visitor: Partial<Visitor> = {}): URL => {
    const asked = new URL(url).searchParams;
    const back = new URL(asked.get("redirect_uri") ?? "");
    back.searchParams.set("state", asked.get("state") ?? "");
    if (visitor.denies === true) {
      back.searchParams.set("error", "access_denied");
      return back;
    }
    const code = `4/0canary-code-${grants.size + 1}`;
    grants.set(code, {
      account: visitor.account ?? "clara@weiss.example",
      scopes: [...(visitor.ticks ?? (asked.get("scope") ?? "").split(" "))],
      challenge: asked.get("code_challenge") ?? "",
      redirectUri: asked.get("redirect_uri") ?? "",
      clientId: asked.get("client_id") ?? "",
      used: false,
    });
    back.searchParams.set("code", code);
    back.searchParams.set("scope", asked.get("scope") ?? "");
    return back;
  };
  const fetchGoogle: typeof fetch = async (input, init) => await app.request(String(input), init);
  return { app, state, answer, fetch: fetchGoogle, baseUrl: "http://127.0.0.1:9" };
}
export type SmallGoogle = ReturnType<typeof makeSmallGoogle>;

const folder = "application/vnd.google-apps.folder";
const sheet = "application/vnd.google-apps.spreadsheet";
export const driveFiles = [
  { id: "folder-steward-01", name: "Steward", mimeType: folder, trashed: false },
  { id: "folder-claras-02", name: "Clara's \\ things", mimeType: folder, trashed: false },
  { id: "folder-twice-003", name: "Twice", mimeType: folder, trashed: false },
  { id: "folder-twice-004", name: "Twice", mimeType: folder, trashed: false },
  { id: "folder-binned-05", name: "Old", mimeType: folder, trashed: true },
  { id: "sheet-contacts-6", name: "Contacts", mimeType: sheet, trashed: false },
];

const disabled = {
  error: {
    code: 403,
    status: "PERMISSION_DENIED",
    errors: [{ reason: "accessNotConfigured" }],
    details: [{ reason: "SERVICE_DISABLED" }],
  },
};
