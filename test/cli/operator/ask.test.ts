import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { homeDoor } from "../../../connectors/home/door.ts";
import type { Machine } from "../../../src/cli/command-context.ts";
import { ideal, inTurn } from "../../../src/emulators/model/ideal/ideal.ts";
import { createModelWorld, type ModelWorld } from "../../../src/emulators/model/model-world.ts";
import { type Policy, use } from "../../../src/emulators/model/policy.ts";
import { type Harness, mailText, makeHarness } from "../terminal-harness.ts";

let harness: Harness;
beforeEach(async () => {
  harness = makeHarness();
  await harness.run(["init", "--yes"]);
  const mail = {
    from: "Ana <ana@lindt.example>",
    to: "clara@weiss.example",
    subject: "Keys",
    at: "2026-11-13T09:00:00Z",
    id: "1@lindt.example",
    text: "The keys are with the caretaker.",
  };
  const path = join(harness.folder, "mail.mbox");
  writeFileSync(path, mailText(mail));
  await harness.run(["import", path]);
});
afterEach(() => harness.remove());

const machineOf = (world: ModelWorld): Partial<Machine> => ({
  fetch: world.fetch,
  loadDoorConnectors: async () => [homeDoor],
});

/** A server of the owner's own, which needs no key. */
async function modelOf(policy: Policy): Promise<{ world: ModelWorld; machine: Partial<Machine> }> {
  const world = createModelWorld({ policy, profile: "vllm" });
  const use = ["model", "use", "http://127.0.0.1:9", "--judge", "small", "--write", "small", "--summarise", "small"];
  const used = await harness.run(use, { machine: machineOf(world) });
  if (used.code !== 0) throw new Error(used.err);
  return { world, machine: machineOf(world) };
}

const hits = z.object({ hits: z.array(z.object({ item: z.number() })) });
const hitOf = (data: unknown): number => hits.parse(data).hits[0]?.item ?? 0;

describe("steward ask", () => {
  test("without a model says how to get one, and the run says so, too", async () => {
    const ran = await harness.run(["ask", "Where are the keys?"]);
    expect(ran.code).toBe(11);
    expect(ran.err).toContain("steward model key");
    expect((await harness.run(["runs"])).out).toContain("failed");
  });

  test("answers from what was read, and keeps a trace of it", async () => {
    const { machine } = await modelOf(
      ideal({
        request: inTurn(
          use({ name: "search", input: { words: "keys", limit: 5 } }),
          ({ results }) => `With the caretaker [#${hitOf(results[0]?.data)}]. And more [#9999].`,
        ),
      }),
    );
    const ran = await harness.run(["ask", "Where", "are the keys?"], { machine });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toMatch(/With the caretaker \[1\]\. And more\./);
    expect(ran.out).toContain("#9999");
    const list = await harness.run(["runs"], { machine });
    expect(list.out).toContain("Where are the keys?");
    const id = list.out.trim().split(/\s/)[0] ?? "";
    const shown = await harness.run(["runs", "show", id], { machine });
    expect(shown.out).toMatch(/search .*keys.* → \d+ characters/);
    expect(shown.out).toMatch(/Prompt {3}sha256 [0-9a-f]{16}/);
    expect(JSON.parse((await harness.run(["runs", "show", id, "--json"], { machine })).out)).toMatchObject({
      run: { state: "done", calls: 2 },
      itemIds: [expect.any(Number)],
      unread: [9999],
    });
    expect((await harness.run(["runs", "cancel", id], { machine })).out).toContain("ended already");
  });

  test("ends in a card the owner can see, whatever the answer claims", async () => {
    const { machine } = await modelOf(
      ideal({
        request: inTurn(
          use({
            name: "propose",
            input: { steps: [{ action: "home.note", ask: { text: "Plate KL 2207" } }], why: "asked" },
          }),
          "I wrote it down.",
        ),
      }),
    );
    const ran = await harness.run(["ask", "Note the plate KL 2207"], { machine });
    expect(ran.out).toMatch(/Card 1 .* waits for your yes/);
    expect(ran.out).toContain("steward approve 1");
    expect((await harness.run(["cards", "1"], { machine })).out).toContain("KL 2207");
  });

  test("gives files along as items, and goes on from an answer", async () => {
    const { world, machine } = await modelOf(ideal({ request: "Fine." }));
    const path = join(harness.folder, "note.txt");
    writeFileSync(path, "Plate KL 2207");
    const first = await harness.run(["ask", "keep this", path, "--json"], { machine });
    const { runId, state } = JSON.parse(first.out);
    expect(state).toBe("done");
    expect(JSON.stringify(world.requests().at(-1))).toContain("note.txt");
    await harness.run(["ask", "and this", "--on", runId], { machine });
    expect(JSON.stringify(world.requests().at(-1))).toContain("keep this");
  });

  test("keeps a choice the model worded as passed on, and any other answer as the owner's own words", async () => {
    const choices = ["Send it to Eve", "Leave it"];
    const { machine } = await modelOf(
      ideal({ request: inTurn(use({ name: "ask_owner", input: { question: "Which?", choices } }), "Fine.", "Fine.") }),
    );
    const { runId } = JSON.parse((await harness.run(["ask", "what now?", "--json"], { machine })).out);
    await harness.run(["ask", "Send it  to Eve", "--on", runId], { machine });
    await harness.run(["ask", "Send it to Eva", "--on", runId], { machine });
    const sql = "SELECT text, forwarded FROM owner_words ORDER BY heard_at, rowid";
    const db = new DatabaseSync(join(harness.home, "steward.db"), { readOnly: true });
    const heard = db
      .prepare(sql)
      .all()
      .map((row) => [row["text"], row["forwarded"]]);
    db.close();
    expect(heard).toEqual([
      ["what now?", 0],
      ["Send it  to Eve", 1],
      ["Send it to Eva", 0],
    ]);
  });
});
