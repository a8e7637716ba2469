import type { ResolvedRule } from "../resolved.ts";
import { type Blocks, blocksOf } from "./blocks.ts";
import type { KernelColumn } from "./columns.ts";
import { agreesOnAny } from "./distinct-pairs.ts";
import { gather } from "./gather.ts";
import { countPairs, type SourcePairs, visitBlock } from "./pair-runs.ts";

/** The pairs of one blocking rule: all of them, and those that no earlier rule brings together. */
export interface RulePairs {
  readonly pairs: number;
  readonly fresh: number;
}

/**
 * How many pairs of a rule's blocks no earlier rule brings together.
 *
 * In: columns in the order of the blocks. Columns that the rule itself settles need no look.
 */
export function freshPairs(
  blocks: Blocks,
  sources: SourcePairs,
  rule: ResolvedRule,
  earlier: readonly ResolvedRule[],
  columns: readonly KernelColumn[],
): number {
  const open = openColumns(rule, earlier);
  if (open.some((its) => its.length === 0)) return 0;
  const idsOf = (c: number) => (columns[c] as KernelColumn).ids;
  const singles = open.filter((its) => its.length === 1).map(([c]) => idsOf(c as number));
  const wider = [
    ...singles.splice(3).map((ids) => [ids]),
    ...open.filter((its) => its.length > 1).map((its) => its.map(idsOf)),
  ];
  const run = visitor(singles, wider, blocks.order.length);
  const { starts } = blocks;
  for (let b = 0; b + 1 < starts.length; b++)
    visitBlock(blocks, sources, starts[b] as number, starts[b + 1] as number, run.visit);
  return run.fresh();
}

/** Counts runs of pairs that agree in none of up to three columns and none of the sets; written out, as it is hot. */
function visitor(singles: readonly Int32Array[], sets: readonly Int32Array[][], length: number) {
  const silent = new Int32Array(singles.length === 3 ? 0 : length);
  const [n0, n1, n2] = [singles[0] ?? silent, singles[1] ?? silent, singles[2] ?? silent];
  let fresh = 0;
  const visit = (i: number, from: number, to: number): void => {
    // A missing value is like none, not even another missing one.
    const a0 = n0[i] || -1;
    const a1 = n1[i] || -1;
    const a2 = n2[i] || -1;
    for (let j = from; j < to; j++)
      if (n0[j] !== a0 && n1[j] !== a1 && n2[j] !== a2 && !agreesOnAny(sets, i, j)) fresh++;
  };
  return { visit, fresh: () => fresh };
}

/** For each earlier rule the columns on which a pair of this rule may still differ; a rule that another implies is left out. */
function openColumns(rule: ResolvedRule, earlier: readonly ResolvedRule[]): number[][] {
  const settled = new Set(rule.columns);
  const open = earlier.map(({ columns }) => columns.filter((c) => !settled.has(c)));
  const implies = (a: readonly number[], b: readonly number[]) => b.every((c) => a.includes(c));
  return open.filter(
    (its, i) => !open.some((other, k) => k !== i && implies(its, other) && (!implies(other, its) || k < i)),
  );
}

/** Counts the pairs of every rule, in their order, where no walk has done it. */
export function countRules(
  rules: readonly ResolvedRule[],
  columns: readonly KernelColumn[],
  sources: SourcePairs,
): RulePairs[] {
  return rules.map((rule, place) => {
    const blocks = blocksOf(rule.columns.map((c) => (columns[c] as KernelColumn).ids));
    const ordered = columns.map((column) => ({ ...column, ids: gather(column.ids, blocks.order) }));
    const fresh = freshPairs(blocks, sources, rule, rules.slice(0, place), ordered);
    return { pairs: countPairs(blocks, sources), fresh };
  });
}
