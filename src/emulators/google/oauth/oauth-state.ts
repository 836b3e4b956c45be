/** What the sign-in of an emulated world remembers. Plain data. */
export interface OauthState {
  clients: { clientId: string; clientSecret: string }[];
  accounts: { address: string; name: string }[];
  codes: Record<string, Grant & { challenge: string; redirectUri: string; usedAt: number | null; issuedAt: number }>;
  refreshTokens: Record<string, RefreshToken>;
  accessTokens: Record<string, AccessToken>;
  /** Counts tokens, so that runs are repeatable. */
  issued: number;
  /** Requests to the token endpoint, whatever came of them. */
  tokenRequests: number;
}

export interface Grant {
  account: string;
  scopes: string[];
  clientId: string;
}

/** Instants in milliseconds since 1970. */
export interface RefreshToken extends Grant {
  issuedAt: number;
  /** When it was last traded for an access token. */
  usedAt: number;
  revoked: boolean;
}

export interface AccessToken {
  account: string;
  scopes: string[];
  expiresAt: number;
  refreshToken: string;
}

export const demoClient = {
  clientId: "1042-steward-demo.apps.googleusercontent.com",
  clientSecret: "GOCSPX-emulated-and-worth-nothing",
} as const;

export function blankOauth(accounts: readonly { address: string; name: string }[]): OauthState {
  return {
    clients: [{ ...demoClient }],
    accounts: [...accounts],
    codes: {},
    refreshTokens: {},
    accessTokens: {},
    issued: 0,
    tokenRequests: 0,
  };
}
