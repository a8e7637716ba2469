import type { ResolvedComparison, ResolvedModel, ResolvedTest } from "../resolved.ts";
import type { KernelColumn } from "./columns.ts";
import { compileTest, type Measures, type PairTest, yes } from "./pair-tests.ts";

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

/** The level of a comparison for two records: −1 where it says nothing. */
export type LevelOf = (l: number, r: number) => number;

/** The tests of one comparison, compiled: levels are tried from the best, the first that holds counts. */
export function levelOf(comparison: ResolvedComparison, columns: readonly KernelColumn[]): LevelOf {
  const [only, ...others] = comparison.columns;
  const { missing } = comparison;
  const isPlain = missing.kind === "missing" && missing.columns.length === 1 && missing.columns[0] === only;
  if (only !== undefined && others.length === 0 && isPlain) return levelOfOne(comparison, columns, only);
  const isMissing = compileTest(missing, columns);
  const level = firstHolding(comparison, columns, () => true);
  return (l, r) => (isMissing(l, r) === yes ? -1 : level(l, r));
}

/** Of one column: a value that is missing or the same settles most pairs without a test. */
function levelOfOne(comparison: ResolvedComparison, columns: readonly KernelColumn[], only: number): LevelOf {
  const { ids } = columns[only] as KernelColumn;
  const whenSame = firstHolding(comparison, columns, () => true);
  const whenDifferent = firstHolding(comparison, columns, ({ kind }) => kind !== "same");
  const isSettled = comparison.levels.at(-1)?.test?.kind === "same";
  const best = comparison.levels.length - 1;
  return (l, r) => {
    const a = ids[l] as number;
    const b = ids[r] as number;
    if (a === 0 || b === 0) return -1;
    if (a === b) return isSettled ? best : whenSame(l, r);
    return whenDifferent(l, r);
  };
}

/** The best level whose test holds, of those that are worth a try; 0 where none does. */
function firstHolding(
  { levels }: ResolvedComparison,
  columns: readonly KernelColumn[],
  isTried: (test: ResolvedTest) => boolean,
): LevelOf {
  const measures: Measures = new Map();
  const tried = levels.flatMap(({ test }, level) =>
    test !== undefined && isTried(test) ? [{ level, test: compileTest(test, columns, measures) }] : [],
  );
  const [tests, places] = [
    tried.map(({ test }) => test).reverse(),
    tried.map(({ level }) => level).reverse(),
  ];
  return (l, r) => {
    for (let t = 0; t < tests.length; t++)
      if ((tests[t] as PairTest)(l, r) === yes) return places[t] as number;
    return 0;
  };
}

/** What the frequency of the values of two records adds: the commoner one counts, a missing one does not. */
export function termOf(terms: Float64Array, ids: Int32Array, l: number, r: number): number {
  const a = ids[l] as number;
  const b = ids[r] as number;
  if (a === 0 || b === 0) return terms[a === 0 ? b : a] as number;
  return Math.min(terms[a] as number, terms[b] as number);
}

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

/** The most that the frequency of a value can add. */
export function greatestTerm(terms: Float64Array | undefined): number {
  let most = 0;
  if (terms === undefined) return most;
  for (let id = 0; id < terms.length; id++) most = Math.max(most, terms[id] as number);
  return most;
}
