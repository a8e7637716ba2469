import type { ResolvedComparison, ResolvedTest } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { compileTest, loosestTest, type Measures, type PairTest, yes } from "./pair-tests.ts";

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
  const tests = comparison.levels.flatMap(({ test }) =>
    test === undefined || test.kind === "same" ? [] : [test],
  );
  const mayHold = loosestTest(tests, columns) ?? (() => true);
  const isSettled = comparison.levels.at(-1)?.test?.kind === "same";
  const best = comparison.levels.length - 1;
  return (l, r) => {
    const a = ids[l] as number;
    const b = ids[r] as number;
    if (a === 0 || b === 0) return -1;
    if (a === b) return isSettled ? best : whenSame(l, r);
    return mayHold(l, r) ? whenDifferent(l, r) : 0;
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
