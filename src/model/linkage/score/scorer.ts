import { levelOf } from "../compare/levels.ts";
import type { ResolvedComparison, ResolvedModel } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { type ComparisonWeights, greatestTerm, type KernelWeights, termOf } from "../weigh.ts";

/** Scores pairs of records against a model. */
export interface Scorer {
  /** Units of weight, or −Infinity as soon as they cannot reach the least that is asked for. */
  readonly score: (l: number, r: number, least: number) => number;
}

export function scorer(
  model: ResolvedModel,
  columns: readonly KernelColumn[],
  weights: KernelWeights,
): Scorer {
  const parts = model.comparisons.map((comparison, c) =>
    scoredComparison(comparison, columns, weights.comparisons[c] as ComparisonWeights),
  );
  parts.sort((a, b) => b.most - a.most);
  const count = parts.length;
  const rest = new Float64Array(count);
  for (let c = count - 2; c >= 0; c--)
    rest[c] = (rest[c + 1] as number) + (parts[c + 1] as ScoredComparison).most;
  const score = (l: number, r: number, least: number): number => {
    let sum = weights.prior;
    for (let c = 0; c < count; c++) {
      sum += (parts[c] as ScoredComparison).exact(l, r);
      if (sum + (rest[c] as number) < least) return Number.NEGATIVE_INFINITY;
    }
    return sum;
  };
  return { score };
}

interface ScoredComparison {
  readonly exact: (l: number, r: number) => number;
  /** The most that it can add to any pair. */
  readonly most: number;
}

function scoredComparison(
  comparison: ResolvedComparison,
  columns: readonly KernelColumn[],
  weights: ComparisonWeights,
): ScoredComparison {
  const level = levelOf(comparison, columns);
  const terms = comparison.levels.map(({ term }, l) => {
    const its = weights.terms[l];
    if (term === undefined || its === undefined) return undefined;
    return { its, ids: (columns[term.column] as KernelColumn).ids };
  });
  const exact = (l: number, r: number): number => {
    const found = level(l, r);
    if (found === -1) return 0;
    const term = terms[found];
    const base = weights.levels[found] as number;
    return term === undefined ? base : base + termOf(term.its, term.ids, l, r);
  };
  return { exact, most: mostOf(weights) };
}

/** The most that a comparison can add to any pair: 0 where it says nothing. */
function mostOf({ levels, terms }: ComparisonWeights): number {
  return levels.reduce((most, weight, l) => Math.max(most, weight + greatestTerm(terms[l])), 0);
}
