import { StewardError } from "../../src/core/errors.ts";

/** The one name the page answers to. */
export interface Authority {
  /** As browsers send it in `Origin`: `http://localhost:7373`. */
  origin: string;
  /** As browsers send it in `Host`: `localhost:7373`; without the port where it is the scheme's own. */
  host: string;
  /** What passkeys are bound to. */
  rpId: string;
  /** Behind an https name of the owner's, a passkey is required. */
  isHttps: boolean;
  /** Cookies of one host go to all its ports: the name keeps two stewards apart. */
  cookieName: string;
  /** Other spellings of loopback that lead to the same place: they are sent to the one name. */
  aliases: readonly string[];
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Reads the page's address: `http://` on a loopback name with its port, or `https://` on any name. `bound` are the loopback
 * addresses it listens on. Errors: `config` for everything else: plain http on another name would show every card to the network.
 */
export function parseAuthority(address: string, bound: readonly string[]): Authority {
  const url = URL.parse(address);
  if (url === null || url.origin === "null" || `${url.origin}/` !== url.href) throw cannot(address);
  const isHttps = url.protocol === "https:";
  const isLoopback = loopbackNames.includes(url.hostname);
  if (!isHttps && !(url.protocol === "http:" && isLoopback)) throw cannot(address);
  const port = url.port === "" ? (isHttps ? "443" : "80") : url.port;
  const spellings = ["localhost", ...bound.map((one) => (one.includes(":") ? `[${one}]` : one))];
  return {
    origin: url.origin,
    host: url.host,
    rpId: url.hostname,
    isHttps,
    cookieName: isHttps ? "__Host-steward" : `steward_${port}`,
    aliases: isHttps ? [] : spellings.map((name) => `${name}:${port}`).filter((host) => host !== url.host),
  };
}

function cannot(address: string): StewardError {
  return new StewardError("config", `The page cannot be at ${address}.`, {
    cure: "Leave the address out, or set an https name that leads to this computer, such as https://steward.tail1234.ts.net",
  });
}
