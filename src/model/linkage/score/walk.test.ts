import fc from "fast-check";
import { expect, it } from "vitest";
import { comparisons, encoded, type Row, rows, rules, sourcesOf } from "../../../../tests/linkage-lab.ts";
import { agrees, oracleUnits, vetoBits } from "../../../../tests/linkage-oracle.ts";
import { countDistinct } from "../block/distinct-pairs.ts";
import { countRules } from "../block/fresh-pairs.ts";
import type { SourcePairs } from "../block/pair-runs.ts";
import type { Comparison } from "../model.ts";
import { ColumnList, resolveModel, resolveRule } from "../resolve-model.ts";
import { numbersOf, startParameters } from "../train/sessions.ts";
import { weighModel } from "../weigh.ts";
import { priorWeight, unitsOf } from "../weights.ts";
import { type WalkTask, walk } from "./walk.ts";

interface World {
  readonly its: readonly Row[];
  readonly model: readonly Comparison[];
  readonly on: readonly (readonly string[])[];
  readonly sources: SourcePairs;
  readonly lambda: number;
  /** Of all weights that some pair has, the place of the threshold; beyond them all pairs, or none. */
  readonly at: number;
}

const world = (most: number): fc.Arbitrary<World> =>
  rows(2, 40).chain((its) =>
    fc.record({
      its: fc.constant(its),
      model: comparisons(most),
      on: rules,
      sources: sourcesOf(its.length),
      lambda: fc.constantFrom(1e-6, 0.01, 0.5),
      at: fc.double({ min: -0.1, max: 1, noNaN: true }),
    }),
  );

/** Every pair of a rule, weighed by the oracle: "l r units". */
function bruteForce({ its, model, on, sources, lambda }: World): [number, number, number][] {
  const { starts, compared } = sources;
  const source = (record: number) => starts.findLastIndex((start) => start <= record);
  const prior = unitsOf(priorWeight(lambda));
  const veto = vetoBits(model);
  return its.flatMap((l, i) =>
    its.flatMap((r, j): [number, number, number][] => {
      if (i >= j || !compared[source(i)]?.[source(j)] || !on.some((rule) => agrees(rule, l, r))) return [];
      return [
        [i, j, model.reduce((sum, comparison) => sum + oracleUnits(comparison, l, r, its, veto), prior)],
      ];
    }),
  );
}

function taskOf({ its, model, on, sources, lambda }: World): Omit<WalkTask, "least"> {
  const list = new ColumnList();
  const { comparisons: resolved } = resolveModel(model, list);
  const blocking = on.map((rule) => resolveRule(rule, list));
  const whole = { columns: list.columns, comparisons: resolved };
  const { columns, counts } = encoded(its, whole.columns);
  const weights = weighModel(whole, startParameters(model.map(numbersOf), lambda, []), counts);
  return { model: whole, columns, weights, rules: blocking, sources };
}

const byPair = (a: readonly number[], b: readonly number[]) =>
  (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number);

function edgesOf(task: WalkTask, of: number): number[][] {
  const parts = Array.from({ length: of }, (_, index) => walk(task, { index, of }).edges);
  return parts
    .flatMap(({ left, right, weight }) =>
      Array.from(left, (l, i) => [l, right[i] as number, weight[i] as number]),
    )
    .sort(byPair);
}

/** Sums are exact to 9,000 bits, on their way too; pairs below this have vetoes and reach no threshold. */
const lowest = unitsOf(-4000);

/** The threshold of a world: the weight of one of its pairs, so that a pair stands right at it. */
function leastOf(pairs: readonly (readonly number[])[], at: number): number {
  const weights = pairs.map(([, , units]) => units as number).sort((a, b) => a - b);
  const found = at < 0 ? lowest : (weights[Math.floor(at * weights.length)] ?? 0);
  return Math.max(lowest, found);
}

it.each([
  ["few comparisons", 3],
  ["more comparisons than a row's loop looks at", 9],
])(
  "walk finds the pairs that brute force finds, with the same weights, in any number of parts: %s",
  (_, most) => {
    fc.assert(
      fc.property(world(most), fc.integer({ min: 1, max: 3 }), (its, of) => {
        const pairs = bruteForce(its);
        const least = leastOf(pairs, its.at);
        const expected = pairs.filter(([, , units]) => units >= least);
        expect(edgesOf({ ...taskOf(its), least }, of)).toEqual(expected);
      }),
      { numRuns: 250 },
    );
  },
);

it("walk and countRules count the pairs of each rule, and those that no earlier rule brings together", () => {
  fc.assert(
    fc.property(world(1), fc.integer({ min: 1, max: 3 }), (its, of) => {
      const task = taskOf(its);
      const counted = Array.from(
        { length: of },
        (_, index) => walk({ ...task, least: lowest }, { index, of }).counts,
      );
      const expected = its.on.map((rule, place) => {
        const pairs = bruteForce({ ...its, on: [rule] });
        const isFresh = ([l = 0, r = 0]: readonly number[]) =>
          !its.on.slice(0, place).some((other) => agrees(other, its.its[l] as Row, its.its[r] as Row));
        return { pairs: pairs.length, fresh: pairs.filter(isFresh).length };
      });
      const sum = (key: "pairs" | "fresh", rule: number) =>
        counted.reduce((all, counts) => all + (counts[key][rule] as number), 0);
      expect(its.on.map((_, rule) => ({ pairs: sum("pairs", rule), fresh: sum("fresh", rule) }))).toEqual(
        expected,
      );
      expect(countRules(task.rules, task.columns, task.sources)).toEqual(expected);
    }),
  );
});

it("countDistinct counts the pairs of all rules, each once, in any number of parts", () => {
  fc.assert(
    fc.property(world(1), fc.integer({ min: 1, max: 3 }), (its, of) => {
      const parts = Array.from({ length: of }, (_, index) => countDistinct(taskOf(its), { index, of }));
      expect(parts.reduce((sum, n) => sum + n, 0)).toBe(bruteForce(its).length);
    }),
  );
});

it("walk looks at few of the pairs that cannot reach the threshold", () => {
  const [its] = fc.sample(rows(400, 400), { numRuns: 1, seed: 7 }) as [Row[]];
  const columns = ["first", "last", "dob", "place"];
  const model = columns.map((column): Comparison => {
    const exact = { exact: column, m: 0.9, u: 0.01 };
    return { comparison: column, levels: [exact], else: { m: 0.1, u: 0.99 } };
  });
  const sources = { starts: [0, 400], compared: [[true]] };
  const task = taskOf({ its, model, on: [["sex"]], sources, lambda: 0.001, at: 0 });
  const { counts, edges } = walk({ ...task, least: unitsOf(5) }, { index: 0, of: 1 });
  expect(counts.pairs[0]).toBeGreaterThan(20_000);
  expect(edges.left.length).toBeGreaterThan(0);
  expect(counts.looked).toEqual([edges.left.length]);
});
