import type { ResolvedRule } from "../resolved.ts";
import { blocksOf, type Part } from "./blocks.ts";
import type { KernelColumn } from "./columns.ts";
import { type SourcePairs, visitBlock } from "./pair-runs.ts";

/** Pairs that any of several rules brings together. */
export interface DistinctTask {
  readonly columns: readonly KernelColumn[];
  readonly sources: SourcePairs;
  readonly rules: readonly ResolvedRule[];
}

/** How many pairs there are, each once: a pair counts for the first rule that brings it together. */
export function countDistinct({ columns, sources, rules }: DistinctTask, part: Part): number {
  const ids = rules.map((rule) => rule.columns.map((c) => (columns[c] as KernelColumn).ids));
  let pairs = 0;
  for (const [place, its] of ids.entries()) {
    const earlier = ids.slice(0, place);
    const blocks = blocksOf(its, part);
    const { order, starts } = blocks;
    const run = (i: number, from: number, to: number) => {
      for (let j = from; j < to; j++) {
        if (!agreesOnAny(earlier, order[i] as number, order[j] as number)) pairs++;
      }
    };
    for (let b = 0; b + 1 < starts.length; b++)
      visitBlock(blocks, sources, starts[b] as number, starts[b + 1] as number, run);
  }
  return pairs;
}

/** Whether two records have the same value in all columns, none of them missing. */
function agree(columns: readonly Int32Array[], l: number, r: number): boolean {
  for (const ids of columns) {
    const id = ids[l] as number;
    if (id === 0 || id !== ids[r]) return false;
  }
  return true;
}

/** Whether two records have the same values in all columns of one of several rules. */
export function agreesOnAny(rules: readonly (readonly Int32Array[])[], l: number, r: number): boolean {
  for (let k = 0; k < rules.length; k++) if (agree(rules[k] as readonly Int32Array[], l, r)) return true;
  return false;
}
