import { defineConfig } from "vitest/config";

const shared = { environment: "node", setupFiles: ["tests/no-stray-console.ts"] };

/** fast: pure floors and single rooms. pipeline: whole runs through the built command. outside: files nobody here wrote. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: "fast", include: ["src/**/*.test.ts"], testTimeout: 30_000 } },
      {
        test: {
          ...shared,
          name: "pipeline",
          include: ["tests/**/*.test.ts"],
          globalSetup: ["tests/shared-folder.ts"],
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
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
