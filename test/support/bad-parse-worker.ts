import { parentPort } from "node:worker_threads";
import { z } from "zod";

/** A parsing thread that hangs, dies or runs out of memory when a record says so; the others come back empty. */
const question = z.object({
  id: z.number(),
  job: z.object({ records: z.array(z.object({ externalId: z.string() })) }),
});

parentPort?.on("message", (message: unknown) => {
  const { id, job } = question.parse(message);
  if (job.records.some(({ externalId }) => externalId === "fail")) {
    parentPort?.postMessage({ id, ok: false, message: "failed" });
    return;
  }
  for (const { externalId } of job.records) {
    if (externalId === "hang") for (;;);
    if (externalId === "die") process.exit(1);
    if (externalId === "throw") throw new Error("broken");
    if (externalId === "eat") {
      const eaten: number[][] = [];
      for (;;) eaten.push(new Array(1_000_000).fill(Math.random()));
    }
  }
  const problems = job.records.map((record) => ({ locator: { path: record.externalId, offset: 0 }, reason: "read" }));
  parentPort?.postMessage({ id, ok: true, result: { items: [], problems, partial: 0 } });
});

parentPort?.postMessage({ id: null });
