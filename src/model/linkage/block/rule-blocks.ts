import type { ResolvedRule } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { gather } from "../values/gather.ts";
import { firstShared, type ListValues } from "../values/list-values.ts";
import { type Blocks, blocksOf, type Part } from "./blocks.ts";

/** The blocks of a rule. Records that share several values of a list stand together in several of them. */
export interface RuleBlocks extends Blocks {
  /** Whether two places are of the block to which their pair belongs; left out where a pair stands in one block alone. */
  readonly isOwn?: (i: number, j: number) => boolean;
}

/** What else may decide a rule's blocks. */
interface MadeBlocks {
  /** Numbers that stand for a column's own where the same values are looked for. */
  readonly keys?: readonly (Int32Array | undefined)[] | undefined;
  /** The blocks themselves, part by part, where they were made before, in as many parts. */
  readonly made?: readonly (Blocks | undefined)[] | undefined;
}

/** A list column of a rule: the values' numbers by record, and their elements. */
interface RuleList {
  readonly ids: Int32Array;
  readonly elements: ListValues;
}

/** What two records must share to be brought together. */
export interface Agreement {
  readonly ids: readonly Int32Array[];
  readonly lists: readonly RuleList[];
}

export function agreementOf(
  { columns: same, lists }: Pick<ResolvedRule, "columns" | "lists">,
  columns: readonly KernelColumn[],
): Agreement {
  return {
    ids: same.map((c) => (columns[c] as KernelColumn).ids),
    lists: lists.map((c) => {
      const { ids, elements } = columns[c] as Required<KernelColumn>;
      return { ids, elements };
    }),
  };
}

/**
 * Groups records by what a rule asks for. A record stands in a block for each element of its lists; a pair that shares
 * several of them belongs to the block of the smallest, so that it comes once, in one part.
 */
export function ruleBlocks(
  rule: ResolvedRule,
  columns: readonly KernelColumn[],
  part: Part = { index: 0, of: 1 },
  { keys = [], made = [] }: MadeBlocks = {},
): RuleBlocks {
  const known = made.length === part.of ? made[part.index] : undefined;
  if (known !== undefined) return known;
  const { ids: own, lists } = agreementOf(rule, columns);
  const ids = own.map((its, k) => keys[rule.columns[k] as number] ?? its);
  if (lists.length === 0) return blocksOf(ids, part);
  const { records, chosen } = explode(lists);
  const blocks = blocksOf([...ids.map((its) => gather(its, records)), ...chosen], part);
  const elements = chosen.map((its) => gather(its, blocks.order));
  const order = gather(records, blocks.order);
  const isOwn = (i: number, j: number) => {
    for (let k = 0; k < lists.length; k++) {
      const { ids: values, elements: parts } = lists[k] as RuleList;
      const [a, b] = [values[order[i] as number] as number, values[order[j] as number] as number];
      if (firstShared(parts, a, b) !== ((elements[k] as Int32Array)[i] as number) - 1) return false;
    }
    return true;
  };
  return { order, starts: blocks.starts, isOwn };
}

/** A row for each record and each choice of one element of each of its lists; elements count from 1. */
function explode(lists: readonly RuleList[]): { records: Int32Array; chosen: Int32Array[] } {
  const length = lists[0]?.ids.length ?? 0;
  let records: Int32Array = Int32Array.from({ length }, (_, record) => record);
  let chosen: Int32Array[] = [];
  for (const { ids, elements } of lists) {
    const { starts, items } = elements;
    const sizeOf = (record: number) => {
      const id = ids[record] as number;
      return (starts[id + 1] as number) - (starts[id] as number);
    };
    const rows = records.reduce((sum, record) => sum + sizeOf(record), 0);
    const from = new Int32Array(rows);
    const element = new Int32Array(rows);
    let row = 0;
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as number;
      const start = starts[ids[record] as number] as number;
      for (let n = 0; n < sizeOf(record); n++, row++) {
        from[row] = i;
        element[row] = (items[start + n] as number) + 1;
      }
    }
    chosen = [...chosen.map((its) => gather(its, from)), element];
    records = gather(records, from);
  }
  return { records, chosen };
}
