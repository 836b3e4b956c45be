import { parentPort } from "node:worker_threads";
import { type ParseJob, parseBatch } from "./parse-batch.ts";

export interface WorkerQuestion {
  id: number;
  job: ParseJob;
}

/** `id` null says that the thread is loaded. */
export type WorkerAnswer =
  | { id: null }
  | { id: number; ok: true; result: Awaited<ReturnType<typeof parseBatch>> }
  | { id: number; ok: false; message: string };

parentPort?.on("message", (question: WorkerQuestion) => {
  void answer(question).then((reply) => parentPort?.postMessage(reply));
});

parentPort?.postMessage({ id: null } satisfies WorkerAnswer);

async function answer({ id, job }: WorkerQuestion): Promise<WorkerAnswer> {
  try {
    return { id, ok: true, result: await parseBatch(job) };
  } catch (error) {
    return { id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
