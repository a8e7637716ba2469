import type { ResolvedRule } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { gather } from "../values/gather.ts";
import { agreesOnAny } from "./distinct-pairs.ts";
import { countPairs, type SourcePairs, visitBlock } from "./pair-runs.ts";
import { type Agreement, agreementOf, type RuleBlocks, ruleBlocks } from "./rule-blocks.ts";

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
  blocks: RuleBlocks,
  sources: SourcePairs,
  rule: ResolvedRule,
  earlier: readonly ResolvedRule[],
  columns: readonly KernelColumn[],
): number {
  const open = openColumns(rule, earlier);
  if (open.some(({ columns: its, lists }) => its.length + lists.length === 0)) return 0;
  const isSingle = ({ columns: its, lists }: OpenColumns) => its.length === 1 && lists.length === 0;
  const singles = open.filter(isSingle).map(({ columns: [c] }) => (columns[c as number] as KernelColumn).ids);
  const wider = [
    ...singles.splice(3).map((ids) => ({ ids: [ids], lists: [] })),
    ...open.filter((its) => !isSingle(its)).map((its) => agreementOf(its, columns)),
  ];
  const run = visitor(singles, wider, blocks);
  const { starts } = blocks;
  for (let b = 0; b + 1 < starts.length; b++)
    visitBlock(blocks, sources, starts[b] as number, starts[b + 1] as number, run.visit);
  return run.fresh();
}

/**
 * Counts runs of pairs that stand in the block they belong to, and agree in none of up to three columns and none of the
 * sets; written out, as it is hot.
 */
function visitor(singles: readonly Int32Array[], sets: readonly Agreement[], { order, isOwn }: RuleBlocks) {
  const silent = new Int32Array(singles.length === 3 ? 0 : order.length);
  const [n0, n1, n2] = [singles[0] ?? silent, singles[1] ?? silent, singles[2] ?? silent];
  let fresh = 0;
  const visit = (i: number, from: number, to: number): void => {
    // A missing value is like none, not even another missing one.
    const a0 = n0[i] || -1;
    const a1 = n1[i] || -1;
    const a2 = n2[i] || -1;
    for (let j = from; j < to; j++) {
      if (n0[j] === a0 || n1[j] === a1 || n2[j] === a2 || agreesOnAny(sets, i, j)) continue;
      if (isOwn === undefined || isOwn(i, j)) fresh++;
    }
  };
  return { visit, fresh: () => fresh };
}

/** On what of an earlier rule a pair may still differ. */
type OpenColumns = Pick<ResolvedRule, "columns" | "lists">;

/** For each earlier rule what a pair of this rule may still differ on; a rule that another implies is left out. */
function openColumns(rule: ResolvedRule, earlier: readonly ResolvedRule[]): OpenColumns[] {
  const open = earlier.map(({ columns, lists }) => ({
    columns: columns.filter((c) => !rule.columns.includes(c)),
    lists: lists.filter((c) => !rule.lists.includes(c)),
  }));
  const implies = (a: OpenColumns, b: OpenColumns) =>
    b.columns.every((c) => a.columns.includes(c)) && b.lists.every((c) => a.lists.includes(c));
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
    const blocks = ruleBlocks(rule, columns);
    const ordered = columns.map((column) => ({ ...column, ids: gather(column.ids, blocks.order) }));
    const fresh = (earlier: readonly ResolvedRule[]) => freshPairs(blocks, sources, rule, earlier, ordered);
    const pairs = blocks.isOwn === undefined ? countPairs(blocks, sources) : fresh([]);
    return { pairs, fresh: fresh(rules.slice(0, place)) };
  });
}
