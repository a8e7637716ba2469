import type { LevelParameters, Parameters } from "./parameters.ts";
import type { ResolvedComparison, ResolvedModel, ResolvedTerm } from "./resolved.ts";
import { levelWeight, priorWeight, termFrequencyWeight, unitsOf } from "./weights.ts";

/** The weights of one comparison, in units of 10⁻¹² bits. */
export interface ComparisonWeights {
  /** By level, from else to the best. */
  readonly levels: Float64Array;
  /** For each level that looks at term frequencies, what it adds by the value's number of its column. */
  readonly terms: readonly (Float64Array | undefined)[];
}

/** The weights of a model, in units. */
export interface KernelWeights {
  readonly prior: number;
  readonly comparisons: readonly ComparisonWeights[];
}

/** How often each value of a column occurs, by its number from 1; 0 at 0. */
export type ValueCounts = Float64Array;

/**
 * The weights of a model in units of 10⁻¹² bits: by level, and by value where a level looks at term frequencies.
 *
 * In: the counts of every column's values, in the order of the model's columns.
 */
export function weighModel(
  model: ResolvedModel,
  { lambda, comparisons }: Parameters,
  counts: readonly ValueCounts[],
): KernelWeights {
  return {
    prior: unitsOf(priorWeight(lambda)),
    comparisons: model.comparisons.map((comparison, c) =>
      weighComparison(comparison, comparisons[c] ?? [], counts),
    ),
  };
}

function weighComparison(
  { levels }: ResolvedComparison,
  numbers: readonly LevelParameters[],
  counts: readonly ValueCounts[],
): ComparisonWeights {
  const weights = levels.map((level, l) => {
    const { m, u } = numbers[l] as LevelParameters;
    return unitsOf(level.weight ?? levelWeight(m, u));
  });
  const terms = levels.map(({ term }) =>
    term === undefined
      ? undefined
      : termWeights(term, numbers[term.baseLevel] as LevelParameters, counts[term.column] as ValueCounts),
  );
  return { levels: Float64Array.from(weights), terms };
}

/** What each value adds: one logarithm for each distinct count. */
function termWeights(term: ResolvedTerm, base: LevelParameters, counts: ValueCounts): Float64Array {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const byCount = new Map<number, number>();
  const options = { factor: term.factor, leastShare: term.leastShare };
  const weightOf = (n: number): number => {
    const known = byCount.get(n);
    if (known !== undefined) return known;
    const share = n / total;
    const weight = n === 0 ? 0 : unitsOf(termFrequencyWeight(base.u, share, share, options));
    byCount.set(n, weight);
    return weight;
  };
  return counts.map(weightOf);
}

/** What the frequency of the values of two records adds: the commoner one counts, a missing one does not. */
export function termOf(terms: Float64Array, ids: Int32Array, l: number, r: number): number {
  const a = ids[l] as number;
  const b = ids[r] as number;
  if (a === 0 || b === 0) return terms[a === 0 ? b : a] as number;
  return Math.min(terms[a] as number, terms[b] as number);
}

/** The most that the frequency of a value can add. */
export function greatestTerm(terms: Float64Array | undefined): number {
  let most = 0;
  if (terms === undefined) return most;
  for (let id = 0; id < terms.length; id++) most = Math.max(most, terms[id] as number);
  return most;
}
