import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Parameters } from "../../src/model/linkage/parameters.ts";
import { train } from "../../src/model/linkage/train/expectation.ts";

const data = process.env["DARS_OUTSIDE_DATA"] ?? "../shared/data";
const file = join(data, "splink", "known_params_comparison_vectors.csv");
const present = existsSync(file);

if (!present) {
  it.skip(`is not in ${data}; set DARS_OUTSIDE_DATA to the folder that holds it`, () => undefined);
}

/** The levels of three comparisons of pairs that were made with these m and u, another engine's. */
const truth = [
  { m: 0.7, u: 0.1 },
  { m: 0.9, u: 0.025 },
  { m: 0.95, u: 0.2 },
];

describe.skipIf(!present)("pairs made with known parameters", () => {
  it("give them back", () => {
    const [, ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
    const rows = lines.map((line) => line.split(",").map(Number));
    const levels = truth.map((_, c) => Int8Array.from(rows, (row) => row[c] as number));
    const start: Parameters = {
      lambda: 0.5,
      comparisons: truth.map(() => [
        { m: 0.2, u: 0.8 },
        { m: 0.8, u: 0.2 },
      ]),
    };
    const patterns = { levels, counts: new Float64Array(rows.length).fill(1) };
    const training = { compared: [true, true, true], fixesU: false, tolerance: 1e-5, mostIterations: 200 };
    const { parameters, converged } = train(patterns, start, training);
    expect(converged).toBe(true);
    for (const [c, { m, u }] of truth.entries()) {
      expect(parameters.comparisons[c]?.[1]?.m).toBeCloseTo(m, 2);
      expect(parameters.comparisons[c]?.[1]?.u).toBeCloseTo(u, 2);
    }
  });
});
