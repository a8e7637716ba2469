import { levelOf } from "../compare/levels.ts";
import type { ResolvedComparison, ResolvedModel } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { type ComparisonWeights, type KernelWeights, termOf } from "../weigh.ts";

/**
 * The weight of each record with a copy of itself, in units of 10⁻¹² bits: the most that any match of it can weigh.
 *
 * Comparisons are taken one after the other, as a single column that is the same as itself needs no test.
 */
export function selfWeights(
  model: ResolvedModel,
  columns: readonly KernelColumn[],
  weights: KernelWeights,
  records: number,
): Float64Array {
  const sums = new Float64Array(records).fill(weights.prior);
  for (const [c, comparison] of model.comparisons.entries()) {
    const its = weights.comparisons[c] as ComparisonWeights;
    const only = settledColumn(comparison);
    if (only === undefined) addTested(sums, comparison, columns, its);
    else addSame(sums, columns, comparison, its, only);
  }
  return sums;
}

/** The one column of a comparison whose best level is that its values are the same. */
function settledColumn({ columns, missing, levels }: ResolvedComparison): number | undefined {
  const [only, ...others] = columns;
  const isPlain = missing.kind === "missing" && missing.columns.length === 1 && missing.columns[0] === only;
  return others.length === 0 && isPlain && levels.at(-1)?.test?.kind === "same" ? only : undefined;
}

function addSame(
  sums: Float64Array,
  columns: readonly KernelColumn[],
  { levels }: ResolvedComparison,
  weights: ComparisonWeights,
  only: number,
): void {
  const { ids, values } = columns[only] as KernelColumn;
  const best = levels.length - 1;
  const base = weights.levels[best] as number;
  const terms = weights.terms[best] ?? new Float64Array(values + 1);
  for (let r = 0; r < sums.length; r++) {
    const id = ids[r] as number;
    if (id !== 0) sums[r] = (sums[r] as number) + base + (terms[id] as number);
  }
}

function addTested(
  sums: Float64Array,
  comparison: ResolvedComparison,
  columns: readonly KernelColumn[],
  weights: ComparisonWeights,
): void {
  const level = levelOf(comparison, columns);
  const termIds = comparison.levels.map(({ term }) =>
    term === undefined ? undefined : (columns[term.column] as KernelColumn).ids,
  );
  for (let r = 0; r < sums.length; r++) {
    const found = level(r, r);
    if (found === -1) continue;
    const [terms, ids] = [weights.terms[found], termIds[found]];
    const term = terms === undefined || ids === undefined ? 0 : termOf(terms, ids, r, r);
    sums[r] = (sums[r] as number) + (weights.levels[found] as number) + term;
  }
}
