import { levelOf } from "../compare/levels.ts";
import type { ResolvedModel } from "../resolved.ts";
import type { Edges } from "../score/edges.ts";
import { pairCoder } from "../train/pattern-codes.ts";
import type { KernelColumn } from "../values/columns.ts";
import { probabilityOf } from "../weights.ts";
import { WeightCounts } from "./histogram.ts";
import type { ExpectedErrors, Histogram } from "./report.ts";

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
 * In: pairs with units of weight; the cluster of each record; the least weight of a link, and thresholds, ascending, in
 * bits.
 * Source: Enamorado, Fifield and Imai, American Political Science Review 113 (2019), for both sums.
 */
export function tallyScored(
  edges: Edges,
  cluster: Int32Array,
  atLeast: number,
  thresholds: readonly number[],
): ScoredTally {
  const weights = new WeightCounts();
  const steps = Array.from({ length: thresholds.length + 1 }, nothing);
  const [linked, open] = [nothing(), nothing()];
  let belowThreshold = 0;
  for (let i = 0; i < edges.weight.length; i++) {
    const bits = (edges.weight[i] as number) / unitsPerBit;
    weights.add(bits);
    let step = 0;
    while (step < thresholds.length && bits >= (thresholds[step] as number)) step++;
    const isLink = cluster[edges.left[i] as number] === cluster[edges.right[i] as number];
    if (isLink && bits < atLeast) belowThreshold++;
    const odds = 2 ** -Math.abs(bits);
    const [more, less] = [1 / (1 + odds), odds / (1 + odds)];
    const [right, wrong] = bits >= 0 ? [more, less] : [less, more];
    addPair(steps[step] as Sums, right, wrong);
    addPair(isLink ? linked : open, right, wrong);
  }
  const all = linked.right + open.right;
  return {
    links: linked.pairs,
    histogram: weights.histogram(),
    errors: {
      links: {
        pairs: linked.pairs,
        belowThreshold,
        expectedFalse: linked.wrong,
        expectedMissed: open.right,
        missedShare: ratio(open.right, all),
      },
      thresholds: thresholds.map((weight, t) => {
        const [below, above] = [sumOf(steps.slice(0, t + 1)), sumOf(steps.slice(t + 1))];
        return {
          weight,
          probability: probabilityOf(weight),
          pairs: above.pairs,
          expectedFalse: above.wrong,
          falseShare: ratio(above.wrong, above.pairs),
          missedShare: ratio(below.right, all),
        };
      }),
    },
  };
}

/** Pairs, and how many of them are expected to be matches and to be none. */
interface Sums {
  pairs: number;
  right: number;
  wrong: number;
}

function nothing(): Sums {
  return { pairs: 0, right: 0, wrong: 0 };
}

function addPair(sums: Sums, right: number, wrong: number): void {
  sums.pairs++;
  sums.right += right;
  sums.wrong += wrong;
}

function sumOf(all: readonly Sums[]): Sums {
  const sum = (key: keyof Sums) => all.reduce((total, its) => total + its[key], 0);
  return { pairs: sum("pairs"), right: sum("right"), wrong: sum("wrong") };
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
const mostPairs = 30_000;

/** Scored pairs by the levels of their comparisons, the most frequent first. */
export function tallyPatterns(
  edges: Edges,
  cluster: Int32Array,
  model: ResolvedModel,
  columns: readonly KernelColumn[],
): PatternTally[] {
  const { code } = pairCoder({ model, compared: model.comparisons.map(() => true) }, columns);
  const levels = model.comparisons.map((comparison) => levelOf(comparison, columns));
  const found = new Map<number, { l: number; r: number; pairs: number; links: number; bits: number }>();
  const every = Math.ceil(edges.left.length / mostPairs);
  for (let i = 0; i < edges.left.length; i += every) {
    const [l, r] = [edges.left[i] as number, edges.right[i] as number];
    const place = code(l, r);
    const its = found.get(place) ?? { l, r, pairs: 0, links: 0, bits: 0 };
    if (its.pairs === 0) found.set(place, its);
    its.pairs++;
    its.bits += (edges.weight[i] as number) / unitsPerBit;
    if (cluster[l] === cluster[r]) its.links++;
  }
  return [...found]
    .sort(([a, x], [b, y]) => y.pairs - x.pairs || a - b)
    .map(([, { l, r, ...tally }]) => ({ ...tally, levels: levels.map((level) => level(l, r)) }));
}
