import type { ResolvedComparison } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { type ComparisonWeights, greatestTerm } from "../weigh.ts";
import { type Outlook, outlooks } from "./bounds.ts";

/** What a comparison can add, from the numbers of its columns' values alone: units of weight. */
interface Stage {
  /** Places of its columns in the model's list. */
  readonly columns: readonly number[];
  /** The most that it can add to any pair. */
  readonly most: number;
  /** What it can add to two records that have these values, none missing, in all its columns. */
  readonly whenSame: (ids: readonly number[]) => number;
  /** The bound of the records at two places; `numbers` has the values' numbers of each column. */
  readonly boundOf: (numbers: readonly Int32Array[], i: number, j: number) => number;
}

/** A comparison of one column. */
export interface SingleStage extends Stage {
  /** By the number of the value that both have; at 0 what it adds where one is missing. */
  readonly same: Float64Array;
  readonly whenDiffer: number;
}

/** A comparison of several columns. */
export interface JointStage extends Stage {
  readonly same?: never;
}

export function isSingle(stage: SingleStage | JointStage): stage is SingleStage {
  return stage.same !== undefined;
}

/** The stage of a comparison. */
export function stageOf(
  comparison: ResolvedComparison,
  columns: readonly KernelColumn[],
  weights: ComparisonWeights,
): SingleStage | JointStage {
  const mostTerm = comparison.levels.map((_, l) => greatestTerm(weights.terms[l]));
  const table = outlooks(comparison, weights.levels, mostTerm);
  const terms = table.map(({ level }) => termsOf(comparison, weights, level));
  const reaches = table.map(({ bound, level }) => bound + Math.max(0, mostTerm[level] ?? 0));
  const sameCode = (3 ** comparison.columns.length - 1) / 2;
  const stage: Stage = {
    columns: comparison.columns,
    most: Math.max(...reaches),
    whenSame: (ids) => {
      const its = terms[sameCode];
      const { bound } = table[sameCode] as Outlook;
      return its === undefined ? bound : bound + (its.terms[ids[its.place] as number] as number);
    },
    boundOf: boundsOf(table, terms, comparison.columns.length),
  };
  const [only, ...others] = comparison.columns;
  if (only === undefined || others.length > 0) return stage;
  const [differ, , missing] = table as [Outlook, Outlook, Outlook];
  const { values } = columns[only] as KernelColumn;
  const same = sameByNumber(values, table[1] as Outlook, terms[1]);
  same[0] = missing.bound;
  return { ...stage, same, whenDiffer: differ.bound };
}

function sameByNumber(values: number, { bound }: Outlook, its: StageTerms | undefined): Float64Array {
  const same = new Float64Array(values + 1).fill(bound);
  if (its === undefined) return same;
  for (let id = 1; id <= values; id++) same[id] = bound + (its.terms[id] as number);
  return same;
}

interface StageTerms {
  /** The place of the term's column among the comparison's. */
  readonly place: number;
  readonly terms: Float64Array;
}

function termsOf(
  { columns, levels }: ResolvedComparison,
  weights: ComparisonWeights,
  level: number,
): StageTerms | undefined {
  const term = levels[level]?.term;
  const terms = weights.terms[level];
  if (term === undefined || terms === undefined) return undefined;
  const place = columns.indexOf(term.column);
  return place === -1 ? undefined : { place, terms };
}

function boundsOf(
  table: readonly Outlook[],
  terms: readonly (StageTerms | undefined)[],
  width: number,
): Stage["boundOf"] {
  const bounds = Float64Array.from(table, ({ bound }) => bound);
  return (numbers, i, j) => {
    let [code, power] = [0, 1];
    for (let c = 0; c < width; c++) {
      const ids = numbers[c] as Int32Array;
      const a = ids[i] as number;
      const b = ids[j] as number;
      code += a === 0 || b === 0 ? 2 * power : a === b ? power : 0;
      power *= 3;
    }
    const its = terms[code];
    const bound = bounds[code] as number;
    if (its === undefined) return bound;
    const ids = numbers[its.place] as Int32Array;
    return ids[i] === ids[j] ? bound + (its.terms[ids[i] as number] as number) : bound;
  };
}
