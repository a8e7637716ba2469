import { defineConfig } from "vitest/config";

const shared = { environment: "node", setupFiles: ["tests/no-stray-console.ts"] };
const wholeRuns = { globalSetup: ["tests/shared-folder.ts"], testTimeout: 120_000, hookTimeout: 240_000 };

/**
 * fast: pure floors and single rooms. pipeline: whole runs through the built command. thorough: more of both than
 * one waits for. outside: files nobody here wrote.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: "fast", include: ["src/**/*.test.ts"], testTimeout: 30_000 } },
      { test: { ...shared, ...wholeRuns, name: "pipeline", include: ["tests/**/*.test.ts"] } },
      { test: { ...shared, ...wholeRuns, name: "thorough", include: ["tests/thorough/**/*.thorough.ts"] } },
      {
        test: {
          ...shared,
          name: "outside",
          include: ["tests/outside/**/*.outside.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
    coverage: { include: ["src/**/*.ts"], exclude: ["**/*.test.ts"] },
  },
});
