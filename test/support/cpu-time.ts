/** Milliseconds of processor time that `work` takes: other programs on the machine do not count, waiting does not either. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return process.cpuUsage(before).user / 1_000;
}
