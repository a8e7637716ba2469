import type { Part } from "../block/blocks.ts";
import type { SourcePairs } from "../block/pair-runs.ts";
import { levelOf } from "../compare/levels.ts";
import type { ResolvedComparison } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";

/** Records that a comparison cannot tell apart, as one: those that have the same values in all of its columns. */
export interface AlikeRecords {
  /** One record of each group. */
  readonly first: Int32Array;
  /** For each source, how many of its records are in each group. */
  readonly sizes: readonly Float64Array[];
}

/** Groups the records, if there are no more groups than that. */
export function alikeRecords(
  { columns: its }: Pick<ResolvedComparison, "columns">,
  columns: readonly KernelColumn[],
  { starts }: SourcePairs,
  most: number,
): AlikeRecords | undefined {
  const records = starts.at(-1) as number;
  let groups = new Int32Array(records);
  let first: number[] = records === 0 ? [] : [0];
  for (const c of its) {
    const { ids, values } = columns[c] as KernelColumn;
    const places = new Map<number, number>();
    const finer = new Int32Array(records);
    first = [];
    for (let r = 0; r < records; r++) {
      const key = (groups[r] as number) * (values + 1) + (ids[r] as number);
      let place = places.get(key);
      if (place === undefined) {
        if (first.length === most) return undefined;
        place = first.push(r) - 1;
        places.set(key, place);
      }
      finer[r] = place;
    }
    groups = finer;
  }
  const sizes = starts.slice(1).map((end, source) => {
    const counts = new Float64Array(first.length);
    for (let r = starts[source] as number; r < end; r++) (counts[groups[r] as number] as number)++;
    return counts;
  });
  return { first: Int32Array.from(first), sizes };
}

/** All pairs of records, to see how often a comparison's levels hold among them. */
export interface ExactTask {
  readonly comparison: ResolvedComparison;
  readonly columns: readonly KernelColumn[];
  readonly compared: SourcePairs["compared"];
  readonly alike: AlikeRecords;
}

/**
 * How many of all pairs have each level; pairs of which the comparison says nothing are not among them. Each pair of
 * groups is looked at once, for all pairs of their records.
 */
export function countAll(
  { comparison, columns, compared, alike }: ExactTask,
  { index, of }: Part,
): Float64Array {
  const level = levelOf(comparison, columns);
  const counts = new Float64Array(comparison.levels.length);
  const { first, sizes } = alike;
  const sources = sizes.length;
  const isCompared = (a: number, b: number) => compared[Math.min(a, b)]?.[Math.max(a, b)] === true;
  /** By source: with how many records of a group each record of that source is compared. */
  const partners = new Float64Array(sources);
  for (let g = index; g < first.length; g += of) {
    let within = 0;
    for (let b = 0; b < sources; b++) {
      const own = (sizes[b] as Float64Array)[g] as number;
      partners[b] = sizes.reduce((sum, its, a) => sum + (isCompared(a, b) ? (its[g] as number) : 0), 0);
      within += (own * ((partners[b] as number) - (isCompared(b, b) ? 1 : 0))) / 2;
    }
    for (let h = g; h < first.length; h++) {
      let pairs = h === g ? within : 0;
      if (h > g)
        for (let b = 0; b < sources; b++)
          pairs += (partners[b] as number) * ((sizes[b] as Float64Array)[h] as number);
      if (pairs === 0) continue;
      const found = level(first[g] as number, first[h] as number);
      if (found >= 0) counts[found] = (counts[found] as number) + pairs;
    }
  }
  return counts;
}
