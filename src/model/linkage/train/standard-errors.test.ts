import { describe, expect, it } from "vitest";
import type { Parameters } from "../parameters.ts";
import { train } from "./expectation.ts";
import type { PatternCounts } from "./patterns.ts";
import { mixed } from "./random.ts";
import { type StandardErrors, standardErrors } from "./standard-errors.ts";

const truth: Parameters = {
  lambda: 0.3,
  comparisons: [
    [
      { m: 0.1, u: 0.8 },
      { m: 0.2, u: 0.15 },
      { m: 0.7, u: 0.05 },
    ],
    [
      { m: 0.15, u: 0.9 },
      { m: 0.85, u: 0.1 },
    ],
    [
      { m: 0.25, u: 0.95 },
      { m: 0.75, u: 0.05 },
    ],
  ],
};

/** Every pattern of the three comparisons, a missing value in the third among them, and its share of all pairs. */
const all = truth.comparisons
  .map((levels, c) => [...levels.keys(), ...(c === 2 ? [-1] : [])])
  .reduce<number[][]>((rows, levels) => rows.flatMap((row) => levels.map((l) => [...row, l])), [[]]);
const levels = truth.comparisons.map((_, c) => Int8Array.from(all, (row) => row[c] as number));
const shares = all.map((row) => {
  const chance = (of: "m" | "u") =>
    row.reduce(
      (p, l, c) => p * (l === -1 ? 0.2 : (c === 2 ? 0.8 : 1) * (truth.comparisons[c]?.[l]?.[of] ?? 0)),
      1,
    );
  return truth.lambda * chance("m") + (1 - truth.lambda) * chance("u");
});

/** So many pairs drawn by those shares. */
function drawn(pairs: number, from: readonly number[], seed: number): PatternCounts {
  const total = from.reduce((sum, x) => sum + x, 0);
  const counts = new Float64Array(from.length);
  for (let i = 0; i < pairs; i++) {
    let rest = (mixed(i, seed) / 2 ** 32) * total;
    let row = 0;
    while (rest >= (from[row] as number) && row + 1 < from.length) rest -= from[row++] as number;
    counts[row] = (counts[row] as number) + 1;
  }
  return { levels, counts };
}

const training = { compared: [true, true, true], tolerance: 1e-7, mostIterations: 500 };

/** λ and all m, one behind the other. */
const flat = ({ lambda, comparisons }: Parameters) => [
  lambda,
  ...comparisons.flatMap((its) => its.map(({ m }) => m)),
];

describe("standardErrors", () => {
  it.each([true, false])(
    "are how far numbers spread when the pairs are drawn again, u fixed: %s",
    (fixesU) => {
      const how = { ...training, fixesU };
      const pairs = 4000;
      const patterns = drawn(pairs, shares, 1);
      const { parameters } = train(patterns, truth, how);
      const found = standardErrors(patterns, parameters, how) as StandardErrors;
      const samples = Array.from({ length: 300 }, (_, i) =>
        flat(train(drawn(pairs, [...patterns.counts], 1000 + i), parameters, how).parameters),
      );
      const spread = flat(parameters).map((_, k) => {
        const values = samples.map((sample) => sample[k] as number);
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
        return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
      });
      for (const [k, error] of [found.lambda, ...found.m.flat()].entries()) {
        expect((error as number) / (spread[k] as number)).toBeGreaterThan(0.85);
        expect((error as number) / (spread[k] as number)).toBeLessThan(1.15);
      }
    },
  );

  it("are those of a share where every pair is known for what it is", () => {
    const counts = Float64Array.of(30, 70, 400, 500);
    const known = { levels: [Int8Array.of(0, 1, 0, 1), Int8Array.of(1, 1, 0, 0)], counts };
    const parameters = {
      lambda: 0.1,
      comparisons: [
        [
          { m: 0.3, u: 4 / 9 },
          { m: 0.7, u: 5 / 9 },
        ],
        [
          { m: 1e-12, u: 1 - 1e-12 },
          { m: 1 - 1e-12, u: 1e-12 },
        ],
      ],
    };
    const stated = [
      [{}, {}],
      [{ m: 0.5 }, { m: 0.5 }],
    ];
    const how = { compared: [true, true], fixesU: true, stated };
    const found = standardErrors(known, parameters, how);
    expect(found?.lambda).toBeCloseTo(Math.sqrt((0.1 * 0.9) / 1000), 9);
    expect(found?.m[0]?.[0]).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 100), 9);
    expect(found?.m[0]?.[1]).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 100), 9);
    expect(found?.m[1]).toEqual([null, null]);
  });

  it("are not told where pairs do not tell the numbers apart", () => {
    const one = { levels: [Int8Array.of(0, 1)], counts: Float64Array.of(50, 50) };
    const parameters = {
      lambda: 0.5,
      comparisons: [
        [
          { m: 0.4, u: 0.6 },
          { m: 0.6, u: 0.4 },
        ],
      ],
    };
    expect(standardErrors(one, parameters, { compared: [true], fixesU: false })).toBeUndefined();
  });
});
