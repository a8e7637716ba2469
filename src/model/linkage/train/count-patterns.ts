import type { Blocks, Part } from "../block/blocks.ts";
import { agreesOnAny } from "../block/distinct-pairs.ts";
import { type SourcePairs, visitBlock } from "../block/pair-runs.ts";
import { agreementOf, ruleBlocks } from "../block/rule-blocks.ts";
import type { ResolvedRule } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { gather } from "../values/gather.ts";
import { addCount, type Coded, type CodedCounts, pairCoder } from "./pattern-codes.ts";
import { mixed } from "./random.ts";

/** Pairs of one rule to be counted by their pattern. */
export interface CountTask extends Coded {
  readonly columns: readonly KernelColumn[];
  readonly sources: SourcePairs;
  readonly rule: ResolvedRule;
  /** The rule's blocks, part by part, where they were made before. */
  readonly made?: readonly (Blocks | undefined)[];
  /** Rules whose pairs are left out. */
  readonly earlier?: readonly ResolvedRule[];
  /** The share of pairs that is counted, from 0 to 1. */
  readonly share: number;
}

/**
 * Counts the pairs of a part of a rule's blocks by the levels of their comparisons. Of a sample every pair is as likely,
 * and the gaps between those drawn depend on the block's records alone, so that the parts do not matter.
 */
export function countPatterns(task: CountTask, part: Part): CodedCounts {
  const { rule, share } = task;
  const blocks = ruleBlocks(rule, task.columns, part, { made: task.made });
  const { order, starts, isOwn } = blocks;
  // In the order of the blocks, as records far apart would cost more than what is done with them.
  const used = usedColumns(task);
  const columns = task.columns.map((column, c) =>
    used.has(c) ? { ...column, ids: gather(column.ids, order) } : column,
  );
  const earlier = (task.earlier ?? []).map((other) => agreementOf(other, columns));
  const { code, constant } = pairCoder(task, columns);
  const counts = new Map<number, Map<number, number>>();
  const plain = new Map<number, number>();
  const hasTerms = task.terms !== undefined;
  const perGap = share < 1 ? 1 / Math.log1p(-share) : 0;
  let [seed, drawn, next] = [0, 0, 0];
  const run = (i: number, from: number, to: number) => {
    let j = from + next;
    for (; j < to; j += 1 + gap(++drawn, seed, perGap)) {
      if (isOwn !== undefined && !isOwn(i, j)) continue;
      if (agreesOnAny(earlier, i, j)) continue;
      const found = code(i, j);
      if (hasTerms) addCount(counts, found, constant(), 1);
      else plain.set(found, (plain.get(found) ?? 0) + 1);
    }
    next = j - to;
  };
  for (let b = 0; b + 1 < starts.length; b++) {
    const [from, to] = [starts[b] as number, starts[b + 1] as number];
    [seed, drawn] = [mixed(order[from] as number, order[from + 1] as number), 0];
    next = gap(drawn, seed, perGap);
    visitBlock(blocks, task.sources, from, to, run);
  }
  if (!hasTerms) return { codes: Float64Array.from(plain.keys()), counts: Float64Array.from(plain.values()) };
  const rows = [...counts].flatMap(([its, byConstant]) => [...byConstant].map((row) => [its, ...row]));
  const [codes, constants, numbers] = [0, 1, 2].map((k) =>
    Float64Array.from(rows, (row) => row[k] as number),
  );
  return {
    codes: codes as Float64Array,
    counts: numbers as Float64Array,
    constants: constants as Float64Array,
  };
}

/** Columns that are looked at, by the comparisons and by the rules whose pairs are left out. */
function usedColumns({ model, compared, earlier = [] }: CountTask): ReadonlySet<number> {
  return new Set([
    ...model.comparisons.flatMap(({ columns }, c) => (compared[c] ? columns : [])),
    ...earlier.flatMap(({ columns, lists }) => [...columns, ...lists]),
  ]);
}

/** Pairs of a block left out before the next that is drawn. Source: Devroye, Non-Uniform Random Variate Generation (1986), X.2. */
function gap(draw: number, seed: number, perGap: number): number {
  if (perGap === 0) return 0;
  return Math.floor(Math.log((mixed(draw, seed) + 1) / 2 ** 32) * perGap);
}
