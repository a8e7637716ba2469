import type { Comparison, LevelTest } from "../model.ts";
import type { Parameters } from "../parameters.ts";
import type { ResolvedModel } from "../resolved.ts";
import { expectMatches } from "./expectation.ts";
import type { PatternCounts } from "./patterns.ts";

/** Bits that two columns' agreement is over-credited among pairs that are no match. */
export interface Coincidence {
  readonly columns: readonly [string, string];
  readonly bits: number;
  /** One comparison in place of both, where they count far too much. */
  readonly advice?: Comparison;
}

/** The level of a comparison that asks for the same value of one column. */
export interface ExactPlace {
  readonly comparison: number;
  readonly column: number;
  readonly level: number;
}

/** Where each comparison asks for the same value of a column, of the best such level; none of what has no such level. */
export function exactPlaces({ comparisons }: ResolvedModel): ExactPlace[] {
  return comparisons.flatMap(({ levels }, comparison) => {
    const level = levels.findLastIndex(({ test }) => test?.kind === "same");
    const test = levels[level]?.test;
    return test?.kind === "same" ? [{ comparison, column: test.column, level }] : [];
  });
}

/** Pairs that agree on two columns, by the levels of the comparisons of other columns. */
export interface AgreeingPairs {
  readonly patterns: PatternCounts;
  /** All of them, of which some were counted. */
  readonly pairs: number;
  /** Pairs with both columns present, and the share of those that are expected to agree on both by chance. */
  readonly possible: number;
  readonly expected: number;
}

const [leastPairs, leastOdds, mostRounds] = [20, 0.05, 200];

/**
 * By how many bits more than chance the pairs that are no match agree on two columns: log₂(u_ab ÷ (u_a · u_b)).
 *
 * Matches agree on both as well, and a file of one person's many records is full of them: their share among the agreeing
 * pairs is learned from the other comparisons, and taken out. Undefined where what is left is too little to tell.
 * Source: coincidence lift (Church and Hanks, Computational Linguistics 16, 1990) over pairs that are no match.
 */
export function coincidenceLift(
  { patterns, pairs, possible, expected }: AgreeingPairs,
  parameters: Parameters,
): number | undefined {
  const others = pairs * (1 - shareOfMatches(patterns, parameters));
  if (others < leastPairs || others < leastOdds * pairs) return undefined;
  return Math.log2(others / (possible * expected));
}

/** The share of matches that fits pairs best, with all other numbers as they are. */
function shareOfMatches(patterns: PatternCounts, parameters: Parameters): number {
  const compared = parameters.comparisons.map(() => true);
  const all = patterns.counts.reduce((sum, n) => sum + n, 0);
  let lambda = 0.5;
  for (let round = 0; round < mostRounds; round++) {
    const { probabilities } = expectMatches(patterns, { ...parameters, lambda }, { compared });
    const found = probabilities.reduce((sum, p, i) => sum + p * (patterns.counts[i] as number), 0) / all;
    const next = Math.min(1 - 1e-9, Math.max(found, 1e-9));
    if (Math.abs(next - lambda) < 1e-6) return next;
    lambda = next;
  }
  return lambda;
}

/**
 * One comparison in place of two: both the best, either the best, either the next best. What the two say together then
 * counts once, and as often as it is seen.
 */
export function mergedComparison(a: Comparison, b: Comparison): Comparison {
  const [bestA, nextA] = a.levels.map(testOf);
  const [bestB, nextB] = b.levels.map(testOf);
  if (bestA === undefined || bestB === undefined) throw new TypeError("a comparison has a level");
  const next = [nextA, nextB].filter((test) => test !== undefined);
  return {
    comparison: `${a.comparison} and ${b.comparison}`,
    levels: [{ all: [bestA, bestB] }, { any: [bestA, bestB] }, ...(next.length === 0 ? [] : [{ any: next }])],
  };
}

/** What a level asks, without its numbers. */
function testOf(level: Comparison["levels"][number]): LevelTest {
  const { m: _, u: __, weight: ___, label: ____, term_frequency: _____, ...test } = level;
  return test as LevelTest;
}
