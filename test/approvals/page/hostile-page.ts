import { createServer } from "node:http";

export interface HostilePage {
  origin: string;
  /** The cookies that reached it: those of `localhost` go to all its ports. */
  cookies(): string[];
  close(): Promise<void>;
}

/** A page of somebody else on another port of this computer, that tries everything a page can against the owner's. */
export async function openHostilePage(target: string, card: { number: number; seen: string }): Promise<HostilePage> {
  const cookies: string[] = [];
  const server = createServer((incoming, outgoing) => {
    cookies.push(incoming.headers.cookie ?? "");
    outgoing.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    outgoing.end(incoming.url === "/" ? attack(target, card) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    origin: `http://localhost:${port}`,
    cookies: () => cookies,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Each attempt writes what came of it into `window.results`; nothing but refusals and failures may stand there. */
function attack(target: string, { number, seen }: { number: number; seen: string }): string {
  const decide = `${target}/cards/${number}/decide`;
  const yes = `kind=approve&seen=${encodeURIComponent(seen)}`;
  return `<!doctype html><title>Nice things</title>
<iframe name="sink"></iframe><iframe id="framed" src="${target}/"></iframe>
<form id="yes" method="post" action="${decide}" target="sink"><input name="kind" value="approve"><input name="seen" value="${seen}"></form>
<form id="stop" method="post" action="${target}/stop" target="sink2" enctype="text/plain"><input name="x" value="y"></form><iframe name="sink2"></iframe>
<img src="${decide}?${yes}"><img src="${target}/cards/${number}"><script src="${target}/assets/page.js"></script><link rel="stylesheet" href="${target}/assets/page.css">
<script>
window.results = {};
const note = (name, value) => { window.results[name] = value; };
const type = (kind) => ({ "content-type": kind });
const tryFetch = async (name, url, init) => {
  try { const r = await fetch(url, { credentials: "include", ...init }); note(name, r.type + " " + r.status); }
  catch (error) { note(name, "failed"); }
};
(async () => {
  document.getElementById("yes").submit();
  document.getElementById("stop").submit();
  note("beacon", navigator.sendBeacon("${decide}", new URLSearchParams("${yes}")));
  note("beacon json", navigator.sendBeacon("${target}/api/cards/${number}/decide", new Blob(['{"kind":"approve","seen":["${seen}"]}'], { type: "text/plain" })));
  await tryFetch("no-cors form", "${decide}", { method: "POST", mode: "no-cors", body: new URLSearchParams("${yes}") });
  await tryFetch("no-cors text", "${target}/stop", { method: "POST", mode: "no-cors", headers: type("text/plain"), body: "x" });
  await tryFetch("cors json", "${target}/api/cards/${number}/decide", { method: "POST", headers: { ...type("application/json"), "x-csrf-token": "x" }, body: "{}" });
  await tryFetch("cors read", "${target}/", {});
  await tryFetch("no-cors read", "${target}/", { mode: "no-cors" });
  await tryFetch("options", "${decide}", { method: "OPTIONS" });
  await tryFetch("delete", "${decide}", { method: "DELETE" });
  await new Promise((done) => {
    const socket = new WebSocket("${target.replace("http", "ws")}/ws");
    socket.onopen = () => { note("socket", "open"); done(); };
    socket.onerror = () => { note("socket", "failed"); done(); };
  });
  await new Promise((done) => {
    const events = new EventSource("${target}/events", { withCredentials: true });
    events.onopen = () => { note("events", "open"); done(); };
    events.onerror = () => { note("events", "failed"); events.close(); done(); };
  });
  try { note("frame", document.getElementById("framed").contentDocument === null ? "closed" : document.getElementById("framed").contentDocument.body.innerText); }
  catch (error) { note("frame", "closed"); }
  const opened = window.open("${target}/", "popup");
  await new Promise((done) => setTimeout(done, 300));
  try { note("opener", opened === null || opened.closed ? "closed" : opened.document.body.innerText); } catch (error) { note("opener", "closed"); }
  note("script", typeof window.steward);
  window.isDone = true;
})();
</script>`;
}
