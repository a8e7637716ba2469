import fc from "fast-check";
import { expect, it } from "vitest";
import { encoded, type Row, rows } from "../../../../tests/linkage-lab.ts";
import type { Comparison } from "../model.ts";
import { ColumnList, resolveModel } from "../resolve-model.ts";
import type { ResolvedComparison } from "../resolved.ts";
import { type AlikeRecords, alikeRecords, countAll } from "./exact-levels.ts";
import { countRandom, shuffle } from "./random-pairs.ts";

const model: Comparison[] = [
  {
    comparison: "first",
    levels: [
      { exact: "first" },
      { jaro_winkler: "first", at_least: 0.8 },
      { damerau_levenshtein: "first", at_most: 3 },
    ],
  },
];

/** Shares of the levels among all pairs, and among those drawn with many seeds. */
function estimates(starts: number[], compared: boolean[][], perRecord: number, seeds: number) {
  const [its] = fc.sample(rows(400, 400), { numRuns: 1, seed: 11 }) as [Row[]];
  const list = new ColumnList();
  const [comparison] = resolveModel(model, list).comparisons as [ResolvedComparison];
  const { columns } = encoded(its, list.columns);
  const sources = { starts, compared };
  const alike = alikeRecords(comparison, columns, sources, 400) as AlikeRecords;
  const whole = { index: 0, of: 1 };
  const shares = (counts: Float64Array) => counts.map((n) => n / counts.reduce((sum, x) => sum + x, 0));
  const order = new Int32Array(400);
  const drawn = Array.from({ length: seeds }, (_, seed) => {
    shuffle(order, seed + 1);
    const task = { comparison, columns, sources, places: { after: 0, upTo: perRecord }, order };
    const parts = [0, 1].map((index) => countRandom(task, { index, of: 2 }));
    const counts = (parts[0] as Float64Array).map((n, l) => n + ((parts[1] as Float64Array)[l] as number));
    expect(counts).toEqual(countRandom(task, whole));
    return { shares: shares(counts), pairs: counts.reduce((sum, n) => sum + n, 0) };
  });
  return { exact: shares(countAll({ comparison, columns, compared, alike }, whole)), drawn };
}

it.each([
  ["within one source", [0, 400], [[true]]],
  [
    "between two",
    [0, 150, 400],
    [
      [false, true],
      [false, false],
    ],
  ],
])("random pairs have each level as often as all pairs have it: %s", (_, starts, compared) => {
  const seeds = 200;
  const { exact, drawn } = estimates(starts, compared, 5, seeds);
  for (const [l, share] of exact.entries()) {
    const off = drawn.map((its) => (its.shares[l] as number) - share);
    const mean = off.reduce((sum, x) => sum + x, 0) / seeds;
    const spread = Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / seeds);
    const pairs = drawn.reduce((sum, its) => sum + its.pairs, 0) / seeds;
    const binomial = Math.sqrt((share * (1 - share)) / pairs);
    expect(Math.abs(mean)).toBeLessThan((4 * spread) / Math.sqrt(seeds));
    // Each record is drawn equally often, so that pairs spread no more than if each were drawn by itself.
    expect(spread / binomial).toBeGreaterThan(0.5);
    expect(spread / binomial).toBeLessThan(1.3);
  }
});
