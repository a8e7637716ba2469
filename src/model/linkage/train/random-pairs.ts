import type { Part } from "../block/blocks.ts";
import type { SourcePairs } from "../block/pair-runs.ts";
import { levelOf } from "../compare/levels.ts";
import type { ResolvedComparison } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { gather } from "../values/gather.ts";
import { mixed } from "./random.ts";

/** Random pairs of records, to see how often a comparison's levels hold among them. */
export interface RandomTask {
  readonly comparison: ResolvedComparison;
  readonly columns: readonly KernelColumn[];
  readonly sources: SourcePairs;
  /** Each record is paired with the others that stand more than so many places after it, up to so many. */
  readonly places: { readonly after: number; readonly upTo: number };
  /** The records, shuffled. */
  readonly order: Int32Array;
}

/**
 * How many random pairs have each level; pairs of which the comparison says nothing are not among them.
 *
 * Of the shuffled records each is paired with those that follow it: every pair is as likely as any other,
 * every record is drawn equally often, and what is looked at together stands together.
 */
export function countRandom(task: RandomTask, { index, of }: Part): Float64Array {
  const { comparison, sources, places } = task;
  const records = task.order.length;
  const [from, to] = [index, index + 1].map((part) => Math.floor((records * part) / of)) as [number, number];
  const order = task.order.subarray(from, Math.min(to + places.upTo, records));
  const columns = task.columns.map((column, c) =>
    comparison.columns.includes(c) ? { ...column, ids: gather(column.ids, order) } : column,
  );
  const level = levelOf(comparison, columns);
  const counts = new Float64Array(comparison.levels.length);
  const isCompared = comparedRecords(sources);
  for (let i = 0; i < to - from; i++) {
    const last = Math.min(i + places.upTo, order.length - 1);
    for (let j = i + 1 + places.after; j <= last; j++) {
      if (!isCompared(order[i] as number, order[j] as number)) continue;
      const found = level(i, j);
      if (found >= 0) counts[found] = (counts[found] as number) + 1;
    }
  }
  return counts;
}

/** Fills an array with the whole numbers below its length in a random order. Source: Fisher and Yates; Durstenfeld, CACM 7 (1964). */
export function shuffle(order: Int32Array, seed: number): void {
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor((mixed(i, seed) / 2 ** 32) * (i + 1));
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
}

/** Whether the sources of two records are compared. */
function comparedRecords({ starts, compared }: SourcePairs): (a: number, b: number) => boolean {
  if (starts.length === 2) return () => true;
  const sourceOf = (record: number) => {
    let source = 0;
    while (record >= (starts[source + 1] as number)) source++;
    return source;
  };
  return (a, b) => compared[sourceOf(Math.min(a, b))]?.[sourceOf(Math.max(a, b))] === true;
}
