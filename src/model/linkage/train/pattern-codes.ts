import { type LevelOf, levelOf } from "../compare/levels.ts";
import type { ResolvedModel, ResolvedTerm } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import type { ValueCounts } from "../weigh.ts";
import { termOf } from "../weigh.ts";
import { unitsOf } from "../weights.ts";
import type { PatternCounts } from "./patterns.ts";

/** Pairs by pattern: the code of a pattern, how many pairs have it, and what their term frequencies add. */
export interface CodedCounts {
  readonly codes: Float64Array;
  readonly counts: Float64Array;
  /** In units of 10⁻¹² bits; left out where term frequencies are not looked at. */
  readonly constants?: Float64Array;
}

/** For each comparison and level, what a value adds by its number before the u it stands against: units of bits. */
export type TermConstants = readonly (readonly (Float64Array | undefined)[])[];

/** −factor · log2(share) for each value of the columns that levels look at for their term frequencies. */
export function termConstants(
  { comparisons }: ResolvedModel,
  counts: readonly ValueCounts[],
): TermConstants | undefined {
  if (comparisons.every(({ levels }) => levels.every(({ term }) => term === undefined))) return undefined;
  return comparisons.map(({ levels }) =>
    levels.map(({ term }) => term && constantsOf(term, counts[term.column] as ValueCounts)),
  );
}

function constantsOf({ factor, leastShare }: ResolvedTerm, counts: ValueCounts): Float64Array {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return counts.map((n) => (n === 0 ? 0 : unitsOf(-factor * Math.log2(Math.max(n / total, leastShare)))));
}

/** What a coder looks at. */
export interface Coded {
  readonly model: ResolvedModel;
  /** Which comparisons are looked at; of the others the pattern says nothing. */
  readonly compared: readonly boolean[];
  readonly terms?: TermConstants | undefined;
}

/** Ways each comparison can come out: nothing, its levels, and these without the value that its frequency is of. */
function outcomes({ model, terms }: Pick<Coded, "model" | "terms">): number[] {
  return model.comparisons.map(({ levels }) => levels.length * (terms === undefined ? 1 : 2) + 1);
}

/** Codes pairs by their levels. */
export interface PairCoder {
  /** The first comparison counts 1, each next as many as the ones before have outcomes. */
  readonly code: (l: number, r: number) => number;
  /** What the term frequencies of the pair coded last add, in units. */
  readonly constant: () => number;
}

export function pairCoder(coded: Coded, columns: readonly KernelColumn[]): PairCoder {
  const widths = outcomes(coded);
  const parts: { readonly outcome: LevelOf; readonly step: number }[] = [];
  let constant = 0;
  let step = 1;
  for (const [c, comparison] of coded.model.comparisons.entries()) {
    const level = levelOf(comparison, columns);
    const terms = coded.terms?.[c];
    const count = comparison.levels.length;
    const ids = comparison.levels.map(({ term }) => term && (columns[term.column] as KernelColumn).ids);
    const outcome: LevelOf = (l, r) => {
      const found = level(l, r);
      const its = terms?.[found];
      const of = ids[found];
      if (its === undefined || of === undefined) return found;
      if (of[l] === 0 && of[r] === 0) return found + count;
      constant += termOf(its, of, l, r);
      return found;
    };
    if (coded.compared[c]) parts.push({ outcome: terms === undefined ? level : outcome, step });
    step *= widths[c] as number;
  }
  const code = (l: number, r: number) => {
    constant = 0;
    let sum = 0;
    for (const part of parts) sum += (part.outcome(l, r) + 1) * part.step;
    return sum;
  };
  return { code, constant: () => constant };
}

/** Patterns that were counted otherwise: in, for each comparison, the level of each pattern. */
export function codesOf(
  levels: readonly (readonly number[] | Float64Array)[],
  counts: Float64Array,
  { model }: Pick<Coded, "model">,
): CodedCounts {
  const widths = outcomes({ model });
  const codes = counts.map((_, i) => {
    let [code, step] = [0, 1];
    for (const [c, width] of widths.entries()) {
      code += ((levels[c]?.[i] as number) + 1) * step;
      step *= width;
    }
    return code;
  });
  return { codes, counts };
}

const unitsPerBit = 1e12;

/** Counted patterns, those of several parts together; in an order that the parts do not change. */
export function joinPatterns(
  parts: readonly CodedCounts[],
  { model, terms }: Pick<Coded, "model" | "terms">,
): PatternCounts {
  const all = new Map<number, Map<number, number>>();
  for (const { codes, counts, constants } of parts)
    for (const [i, code] of codes.entries()) addCount(all, code, constants?.[i] ?? 0, counts[i] as number);
  const rising = <T>(entries: Iterable<[number, T]>) => [...entries].sort(([a], [b]) => a - b);
  const rows = rising(all).flatMap(([code, its]) =>
    rising(its).map(([constant, count]) => ({ code, constant, count })),
  );
  const [levels, absent] = [0, 1].map(() => model.comparisons.map(() => new Uint8Array(rows.length))) as [
    Uint8Array[],
    Uint8Array[],
  ];
  const widths = outcomes({ model, terms });
  for (const [i, { code }] of rows.entries()) {
    let rest = code;
    for (const [c, width] of widths.entries()) {
      const count = model.comparisons[c]?.levels.length as number;
      const outcome = rest % width;
      (absent[c] as Uint8Array)[i] = outcome > count ? 1 : 0;
      (levels[c] as Uint8Array)[i] = outcome > count ? outcome - count : outcome;
      rest = Math.floor(rest / width);
    }
  }
  return {
    levels: levels.map((its) => Int8Array.from(its, (outcome) => outcome - 1)),
    counts: Float64Array.from(rows, ({ count }) => count),
    ...(terms === undefined
      ? {}
      : {
          frequencies: {
            constant: Float64Array.from(rows, ({ constant }) => constant / unitsPerBit),
            bases: model.comparisons.map((comparison) => comparison.levels.map(({ term }) => term)),
            absent,
          },
        }),
  };
}

/** Counts by two numbers. */
export function addCount(all: Map<number, Map<number, number>>, a: number, b: number, count: number): void {
  const its = all.get(a);
  if (its === undefined) all.set(a, new Map([[b, count]]));
  else its.set(b, (its.get(b) ?? 0) + count);
}
