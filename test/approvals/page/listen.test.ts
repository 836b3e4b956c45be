// Holds R31, R42.
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listen } from "../../../approvals/page/listen.ts";
import { findUid } from "../../../approvals/page/peer-user.ts";
import { readPageAddress } from "../../../src/store/page-address.ts";
import { mintLogin } from "../../../src/store/page-logins.ts";
import { openPageHouse } from "./page-house.ts";
import { freePort, sendRaw } from "./raw-request.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const app = new Hono();
app.get("/", (context) => context.text("here"));

/** What another user's process gets to hear first. */
async function firstLineAs(uid: number, port: number): Promise<string> {
  const script = `const s = require("node:net").connect(${port}, "127.0.0.1");
    s.on("data", (data) => { console.log(String(data).split("\\r\\n")[0]); s.destroy(); });
    s.write("GET / HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n");`;
  const child = spawn(process.execPath, ["-e", script], { uid, gid: uid, cwd: "/", env: {} });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => child.on("close", resolve));
  return Buffer.concat(chunks).toString().trim();
}

/** Something else on a port. */
async function occupy(port: number, host = "127.0.0.1"): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, host, () => resolve()));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
}

describe("the page listens", () => {
  test("on 127.0.0.1 alone, and on ::1 where that is set", async () => {
    const one = await listen(app, { port: 0, addresses: ["127.0.0.1"], tries: 0, onlyUid: null });
    const two = await listen(app, { port: 0, addresses: ["127.0.0.1", "::1"], tries: 0, onlyUid: null });
    closing.push(one.close, two.close);
    expect(one.bound.map(({ address }) => address)).toEqual(["127.0.0.1"]);
    expect(two.bound.map(({ address }) => address)[0]).toBe("127.0.0.1");
    expect(new Set(two.bound.map(({ port }) => port)).size).toBe(1);
  });

  test.each(["0.0.0.0", "::", "192.168.1.5", "localhost", ""])("never on %s", async (address) => {
    const options = { port: 0, addresses: [address], tries: 0, onlyUid: null };
    await expect(listen(app, options)).rejects.toMatchObject({ code: "config" });
  });

  test("on the next free port when its own is taken, and tells the terminal where", async () => {
    const port = await freePort();
    await occupy(port);
    const house = await openPageHouse({ settings: { port, address: null, ipv6: false } });
    const running = await house.page.listen();
    closing.push(house.close, running.close);
    const taken = Number(new URL(running.origin).port);
    expect(taken).toBeGreaterThan(port);
    expect((await readPageAddress(house.store))?.url).toBe(running.origin);
    expect(house.page.authority().cookieName).toBe(`steward_${taken}`);
    expect(await running.mintLink()).toMatch(new RegExp(`^${running.origin}/login\\?token=[\\w-]{43}$`));
  });

  test("on no other than its own where an https name leads there", async () => {
    const port = await freePort();
    await occupy(port);
    const house = await openPageHouse({ settings: { port, address: "https://steward.example", ipv6: false } });
    closing.push(house.close);
    await expect(house.page.listen()).rejects.toMatchObject({
      code: "locked",
      cure: expect.stringContaining("page.port"),
    });
    expect(await readPageAddress(house.store)).toBeNull();
  });

  test("and leaves no address behind when it closes", async () => {
    const house = await openPageHouse({ settings: { port: 0, address: null, ipv6: false } });
    closing.push(house.close);
    const running = await house.page.listen();
    await running.close();
    expect(await readPageAddress(house.store)).toBeNull();
  });
});

describe("a request that two could read in two ways", () => {
  let port: number;
  beforeEach(async () => {
    const listening = await listen(app, { port: 0, addresses: ["127.0.0.1"], tries: 0, onlyUid: null });
    closing.push(listening.close);
    port = listening.port;
  });
  const host = ["host", "localhost"] as const;

  test.each([
    ["a plain one", "/", [host], 200],
    ["two hosts", "/", [host, ["host", "attacker.example"] as const], 400],
    ["no host", "/", [], 400],
    ["a whole address", "http://attacker.example/", [host], 400],
    ["no path", "attacker.example:80", [host], 400],
    [
      "a body of two lengths",
      "/",
      [host, ["content-length", "3"] as const, ["transfer-encoding", "chunked"] as const],
      400,
    ],
    ["a header that is too long", "/", [host, ["x-long", "x".repeat(20_000)] as const], 431],
  ])("%s: %s", async (_name, target, headers, status) => {
    expect((await sendRaw(port, { method: "GET", target, headers })).status).toBe(status);
  });

  test("without a host in an old version of HTTP is none", async () => {
    expect((await sendRaw(port, { method: "GET", target: "/", headers: [], version: "1.0" })).status).toBe(400);
  });
});

describe("another user of this computer", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1CCD 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1
   1: 0100007F:C001 0100007F:1CCD 01 00000000:00000000 00:00000000 00000000  1001        0 2 1
   2: 0100007F:1CCD 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 3 1
   3: 0A00A8C0:C002 05FEA9AC:1CCD 01 00000000:00000000 00:00000000 00000000  1002        0 4 1
   4: 0000000000000000FFFF00000100007F:C003 0000000000000000FFFF00000100007F:1CCD 01 0:0 0:0 0  1003 0 5 1
   5: 00000000000000000000000001000000:C004 00000000000000000000000001000000:1CCD 01 0:0 0:0 0  1004 0 6 1
`;

  test("is told by the system's own table of connections", () => {
    const uidOf = (remotePort: number): number | null => findUid(table, { remotePort, localPort: 0x1ccd });
    expect([0xc001, 0xc002, 0xc003, 0xc004, 0xc005].map(uidOf)).toEqual([1001, null, 1003, 1004, null]);
    expect(findUid("", { remotePort: 1, localPort: 2 })).toBeNull();
    expect(findUid(table, {})).toBeNull();
  });

  test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
    "gets nothing, whatever cookie it has; the owner does",
    async () => {
      const listening = await listen(app, { port: 0, addresses: ["127.0.0.1"], tries: 0, onlyUid: 12_345 });
      closing.push(listening.close);
      const ask = (uid: number): Promise<string> => firstLineAs(uid, listening.port);
      const [stranger, owner] = [await ask(12_346), await ask(12_345)];
      expect([stranger, owner]).toEqual(["HTTP/1.1 403 Forbidden", "HTTP/1.1 200 OK"]);
    },
  );

  test.runIf(process.platform === "linux" && (process.getuid?.() ?? 0) > 0)(
    "is told from the owner by number",
    async () => {
      const onlyUid = (process.getuid?.() ?? 0) + 1;
      const listening = await listen(app, { port: 0, addresses: ["127.0.0.1"], tries: 0, onlyUid });
      closing.push(listening.close);
      const request = { method: "GET", target: "/", headers: [["host", "localhost"]] as const };
      expect((await sendRaw(listening.port, request)).status).toBe(403);
    },
  );

  test("cannot read the database or anything beside it", async () => {
    const house = await openPageHouse();
    closing.push(house.close);
    await mintLogin(house.store);
    expect(statSync(house.folder).mode & 0o077).toBe(0);
    for (const name of readdirSync(house.folder)) {
      const { mode } = statSync(join(house.folder, name));
      expect([name, mode & 0o077]).toEqual([name, 0]);
    }
  });
});
