// Holds R32, R35, R36.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunningPage } from "../../../approvals/page/create-page.ts";
import { writeSeen } from "../../../approvals/page/page-actions.ts";
import { securityFile } from "../gate/security-data.ts";
import { type Device, openPageHouse, type PageHouse } from "./page-house.ts";
import { freePort, type RawAnswer, sendRaw } from "./raw-request.ts";

const vectors = z.object({
  cases: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      headers: z.record(z.string(), z.string().nullable()),
      expect: z.string(),
      why: z.string(),
    }),
  ),
});
type Vector = z.output<typeof vectors>["cases"][number];
const file = securityFile("host_origin.json");
const cases = file === null ? [] : vectors.parse(file).cases;

describe.skipIf(file === null)("requests of others to the page (skipped without the shared data)", () => {
  let house: PageHouse;
  let running: RunningPage;
  let port: number;
  let own: Device;
  let other: Device;
  let old: Device;
  beforeAll(async () => {
    port = await freePort();
    house = await openPageHouse({ settings: { port, address: `http://127.0.0.1:${port}`, ipv6: false } });
    running = await house.page.listen();
    [own, other, old] = [await house.signIn("own"), await house.signIn("other"), await house.signIn("old")];
    await house.store.write((tx) => tx.sql.run("UPDATE page_sessions SET expires_at = '2026-01-01' WHERE id = 'old'"));
  });
  afterAll(async () => {
    await running.close();
    await house.close();
  });

  async function send(vector: Vector): Promise<{ answer: RawAnswer; changed: boolean }> {
    const bundle = await house.propose({ title: `Archive (${vector.why})` });
    const [view] = bundle.cards;
    const number = view?.card.number ?? 0;
    const shown = await sendRaw(port, {
      method: "GET",
      target: `/cards/${number}`,
      headers: [
        ["host", `127.0.0.1:${port}`],
        ["cookie", own.cookie],
      ],
    });
    const ticket = /name="ticket" value="([^"]+)"/.exec(shown.text)?.[1] ?? "";
    const { session, csrf, peer: _peer, ...rest } = vector.headers;
    const headers = Object.entries(rest).flatMap(([name, value]): [string, string][] =>
      value === null ? [] : [[name, value.replaceAll("8787", String(port))]],
    );
    const device = session === "expired" ? old : session === null ? null : own;
    if (device !== null) headers.push(["cookie", device.cookie]);
    if (csrf !== null) headers.push(["x-csrf-token", csrf === "valid" ? (device ?? own).csrf : other.csrf]);
    const isUpgrade = vector.path.includes("Upgrade");
    if (isUpgrade)
      headers.push(["upgrade", "websocket"], ["sec-websocket-version", "13"], ["sec-websocket-key", "eA=="]);
    const target = vector.path
      .replace(/ \(.*\)$/, "")
      .replace("/api/approvals/1/decision", `/api/cards/${number}/decide`)
      .replace("/api/events", "/events");
    const seen = bundle.open.map(writeSeen);
    const body = vector.method === "POST" ? JSON.stringify({ seen, kind: "approve", ticket }) : "";
    const version = vector.headers["host"] === null ? "1.0" : "1.1";
    const answer = await sendRaw(port, { method: vector.method, target, headers, body, version });
    return { answer, changed: (await house.door.cardByNumber(number))?.card.state !== "proposed" };
  }

  test("are there as they are known", () => expect(cases).toHaveLength(34));

  test.each(
    cases.map((vector) => [`${vector.method} ${vector.path}: ${vector.why}`, vector] as const),
  )("%s", async (_name, vector) => {
    if (vector.headers["peer"] !== undefined) {
      expect(running.bound.map(({ address }) => address)).toEqual(["127.0.0.1"]);
      return;
    }
    const { answer, changed } = await send(vector);
    const good = vector.expect.startsWith("2xx");
    if (good) expect([200, 303]).toContain(answer.status);
    const named = [...vector.expect.matchAll(/\b[2-5]\d\d\b/g)].map(([digits]) => Number(digits));
    if (named.length > 0) expect(named).toContain(answer.status);
    expect(changed).toBe(good && answer.status === 200);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(answer.headers.get("upgrade")).toBeUndefined();
    // Small forms lead back to where they were pressed, on this page; nothing else may take up what stands in an address.
    expect(answer.text.replaceAll(/name="back" value="[^"]*"/g, "")).not.toContain("attacker.example");
  });
});
