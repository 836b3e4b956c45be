import { type Step, steps } from "../approvals/door-setup.ts";
import { endedWell, type Mishap, openCrashSubjects } from "../test/support/crash-subjects.ts";

/**
 * Lives through every action with a death at each step, each loss of its answer, on a service that shows at once and on one that
 * lags, and prints what was there at the end. `npm run crash-matrix [part-of-action]`; exit code 1 when one ended badly.
 */
const deaths: (Step | null)[] = [null, ...steps];
const answers: Mishap["answer"][] = [
  null,
  ...(["before", "after"] as const).flatMap((when) =>
    (["drop", "status", "garbage", "truncate"] as const).map((kind) => ({ when, do: kind })),
  ),
];

const filter = process.argv[2] ?? "";
const { subjects, end } = await openCrashSubjects();
const startedMs = performance.now();
let lives = 0;
let bad = 0;
console.log(
  `${"action".padEnd(54)} ${"lives".padStart(6)} ${"done once".padStart(10)} ${"asked".padStart(6)} ${"failed, 0".padStart(10)} ${"bad".padStart(4)}`,
);
for (const subject of subjects.filter(({ action }) => action.includes(filter))) {
  const seen = { done: 0, unknown: 0, failed: 0, bad: 0 };
  for (const death of deaths)
    for (const answer of subject.online ? answers : [null])
      for (const lagging of subject.online ? [false, true] : [false]) {
        const came = await subject.live({ death, answer, lagging });
        lives += 1;
        if (!endedWell(came)) {
          seen.bad += 1;
          console.log(
            `  BAD ${subject.action} died at ${death}, answer ${JSON.stringify(answer)}, lagging ${lagging}: ${came.state}, ${came.count}`,
          );
        } else if (came.state === "done") seen.done += 1;
        else if (came.state === "unknown") seen.unknown += 1;
        else seen.failed += 1;
      }
  bad += seen.bad;
  const sum = seen.done + seen.unknown + seen.failed + seen.bad;
  console.log(
    `${subject.action.padEnd(54)} ${String(sum).padStart(6)} ${String(seen.done).padStart(10)} ${String(seen.unknown).padStart(6)} ${String(seen.failed).padStart(10)} ${String(seen.bad).padStart(4)}`,
  );
}
end();
console.log(`\n${lives} lives in ${((performance.now() - startedMs) / 1000).toFixed(0)} s; ${bad} ended badly.`);
if (bad > 0) process.exitCode = 1;
