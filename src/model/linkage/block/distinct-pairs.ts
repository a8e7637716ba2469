import type { ResolvedRule } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { firstShared } from "../values/list-values.ts";
import type { Blocks, Part } from "./blocks.ts";
import { type SourcePairs, visitBlock } from "./pair-runs.ts";
import { type Agreement, agreementOf, ruleBlocks } from "./rule-blocks.ts";

/** Pairs that any of several rules brings together. */
export interface DistinctTask {
  readonly columns: readonly KernelColumn[];
  readonly sources: SourcePairs;
  readonly rules: readonly ResolvedRule[];
  /** Each rule's blocks, part by part, where they were made before. */
  readonly made?: readonly (readonly (Blocks | undefined)[])[];
}

/** How many pairs there are, each once: a pair counts for the first rule that brings it together. */
export function countDistinct({ columns, sources, rules, made }: DistinctTask, part: Part): number {
  const agreements = rules.map((rule) => agreementOf(rule, columns));
  let pairs = 0;
  for (const [place, rule] of rules.entries()) {
    const earlier = agreements.slice(0, place);
    const blocks = ruleBlocks(rule, columns, part, { made: made?.[place] });
    const { order, starts, isOwn } = blocks;
    const run = (i: number, from: number, to: number) => {
      for (let j = from; j < to; j++) {
        if (isOwn !== undefined && !isOwn(i, j)) continue;
        if (!agreesOnAny(earlier, order[i] as number, order[j] as number)) pairs++;
      }
    };
    for (let b = 0; b + 1 < starts.length; b++)
      visitBlock(blocks, sources, starts[b] as number, starts[b + 1] as number, run);
  }
  return pairs;
}

/** Whether two records share what a rule asks for: the same value in each column, one of each list, none missing. */
function agree({ ids: columns, lists }: Agreement, l: number, r: number): boolean {
  for (const ids of columns) {
    const id = ids[l] as number;
    if (id === 0 || id !== ids[r]) return false;
  }
  for (const { ids, elements } of lists) {
    if (firstShared(elements, ids[l] as number, ids[r] as number) === -1) return false;
  }
  return true;
}

/** Whether any of several rules brings two records together. */
export function agreesOnAny(rules: readonly Agreement[], l: number, r: number): boolean {
  for (let k = 0; k < rules.length; k++) if (agree(rules[k] as Agreement, l, r)) return true;
  return false;
}
