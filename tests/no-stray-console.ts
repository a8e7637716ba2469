import { afterEach, beforeEach, expect, vi } from "vitest";

/** A stray console line is a bug: results go to stdout and progress to stderr through the command line alone. */
let spies: ReturnType<typeof vi.spyOn>[] = [];

beforeEach(() => {
  spies = (["log", "info", "warn", "error"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => undefined),
  );
});

afterEach(() => {
  const lines = spies.flatMap((spy) => spy.mock.calls);
  for (const spy of spies) spy.mockRestore();
  expect(lines).toEqual([]);
});
