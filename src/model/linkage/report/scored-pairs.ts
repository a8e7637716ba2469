import type { Edges } from "../forest.ts";
import type { KernelColumn } from "../kernel/columns.ts";
import { type LevelOf, levelOf } from "../kernel/scorer.ts";
import type { ExpectedErrors, Histogram } from "../report.ts";
import type { ResolvedModel } from "../resolved.ts";
import { probabilityOf } from "../weights.ts";
import { WeightCounts } from "./histogram.ts";

const unitsPerBit = 1e12;

/** What the scored pairs say together. */
export interface ScoredTally {
  readonly links: number;
  readonly histogram: Histogram;
  readonly errors: ExpectedErrors;
}

/**
 * Weights of the scored pairs, and the errors that the model itself expects of links among them: Σ(1 − p) over links is
 * expected to be false, Σp over the others to be missed.
 *
 * In: pairs with units of weight; the cluster of each record; thresholds in bits, ascending.
 * Source: Enamorado, Fifield and Imai, American Political Science Review 113 (2019), for both sums.
 */
export function tallyScored(edges: Edges, cluster: Int32Array, thresholds: readonly number[]): ScoredTally {
  const weights = new WeightCounts();
  const steps = Array.from({ length: thresholds.length + 1 }, () => ({ pairs: 0, right: 0, wrong: 0 }));
  const [linked, open] = [
    { pairs: 0, right: 0, wrong: 0 },
    { pairs: 0, right: 0, wrong: 0 },
  ];
  for (let i = 0; i < edges.weight.length; i++) {
    const bits = (edges.weight[i] as number) / unitsPerBit;
    weights.add(bits);
    let step = 0;
    while (step < thresholds.length && bits >= (thresholds[step] as number)) step++;
    const isLink = cluster[edges.left[i] as number] === cluster[edges.right[i] as number];
    const [p, q] = [probabilityOf(bits), probabilityOf(-bits)];
    for (const sum of [steps[step] as (typeof steps)[0], isLink ? linked : open]) {
      sum.pairs++;
      sum.right += p;
      sum.wrong += q;
    }
  }
  const all = linked.right + open.right;
  return {
    links: linked.pairs,
    histogram: weights.histogram(),
    errors: {
      links: {
        pairs: linked.pairs,
        expectedFalse: linked.wrong,
        expectedMissed: open.right,
        missedShare: ratio(open.right, all),
      },
      thresholds: thresholds.map((weight, t) => {
        const above = steps.slice(t + 1);
        const sum = (key: "pairs" | "right" | "wrong", of: typeof steps) =>
          of.reduce((total, its) => total + its[key], 0);
        const pairs = sum("pairs", above);
        const expectedFalse = sum("wrong", above);
        return {
          weight,
          probability: probabilityOf(weight),
          pairs,
          expectedFalse,
          falseShare: ratio(expectedFalse, pairs),
          missedShare: ratio(sum("right", steps.slice(0, t + 1)), all),
        };
      }),
    },
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Pairs of one pattern of levels. */
export interface PatternTally {
  /** By comparison; −1 where it says nothing. */
  readonly levels: readonly number[];
  readonly pairs: number;
  readonly links: number;
  /** Σ of their weights, in bits. */
  readonly bits: number;
}

/** Pairs whose pattern is looked at, evenly among all: more would say no more. */
const mostPairs = 1_000_000;

/** Scored pairs by the levels of their comparisons, the most frequent first. */
export function tallyPatterns(
  edges: Edges,
  cluster: Int32Array,
  model: ResolvedModel,
  columns: readonly KernelColumn[],
): PatternTally[] {
  const levels = model.comparisons.map((comparison) => levelOf(comparison, columns));
  const steps = stepsOf(model);
  const found = new Map<number, { code: number; pairs: number; links: number; bits: number }>();
  const every = Math.ceil(edges.left.length / mostPairs);
  for (let i = 0; i < edges.left.length; i += every) {
    const [l, r] = [edges.left[i] as number, edges.right[i] as number];
    let code = 0;
    for (let c = 0; c < levels.length; c++) code += ((levels[c] as LevelOf)(l, r) + 1) * (steps[c] as number);
    let its = found.get(code);
    if (its === undefined) {
      its = { code, pairs: 0, links: 0, bits: 0 };
      found.set(code, its);
    }
    its.pairs++;
    its.bits += (edges.weight[i] as number) / unitsPerBit;
    if (cluster[l] === cluster[r]) its.links++;
  }
  return [...found.values()]
    .sort((a, b) => b.pairs - a.pairs || a.code - b.code)
    .map(({ code, ...tally }) => ({ ...tally, levels: decoded(code, model) }));
}

/** What one more in the level of each comparison adds to a pattern's code: it has its levels, and saying nothing. */
function stepsOf({ comparisons }: ResolvedModel): number[] {
  let step = 1;
  return comparisons.map(({ levels }) => {
    const its = step;
    step *= levels.length + 1;
    return its;
  });
}

function decoded(code: number, model: ResolvedModel): number[] {
  return stepsOf(model).map((step, c) => {
    const outcomes = (model.comparisons[c]?.levels.length ?? 0) + 1;
    return (Math.floor(code / step) % outcomes) - 1;
  });
}
