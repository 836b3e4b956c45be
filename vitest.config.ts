import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    isolate: true,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A busy machine may swallow a key press of a real browser; a fault of ours fails twice.
    // biome-ignore lint/style/noProcessEnv: where it runs is said there, and nowhere else.
    retry: process.env["CI"] === undefined ? 0 : 1,
    setupFiles: ["test/setup.ts"],
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
  },
});
