import type { Part } from "../../../model/linkage/block/blocks.ts";
import type { ResolvedRule } from "../../../model/linkage/resolved.ts";
import type { KernelInput } from "./kernel-input.ts";
import { type MadeBlocks, madeBlocksOf } from "./made-blocks.ts";
import { pairsPerRecord, type Threads } from "./threads.ts";

/** How the pairs of the blocking rules are walked. */
export interface WalkPlan {
  /** Parts by key range: each a unit of work. */
  readonly parts: readonly Part[];
  /** Whether finished units are kept, as a broken run would lose more than keeping them costs. */
  readonly keepsUnits: boolean;
  /** Each rule's blocks, part by part, as they were made to be counted. */
  readonly made: readonly MadeBlocks["made"][];
  /** The choice and the counts that it rests on, in a sentence. */
  readonly why: string;
}

/**
 * Pairs of a unit of work on a large job: seconds of one thread. A unit groups all records anew, so the more there are,
 * the larger it is, lest grouping take longer than walking.
 */
const pairsOfUnit = (records: number) => Math.max(8_000_000, 24 * records);

/** Plans the walk by the pairs of the rules, which are counted from the sizes of their blocks. */
export async function planWalk(
  rules: readonly ResolvedRule[],
  input: KernelInput,
  threads: Threads,
): Promise<WalkPlan> {
  const blocks = await madeBlocksOf(rules, input, threads);
  const pairs = blocks.reduce((sum, its) => sum + its.pairs, 0);
  const shared = threads.parts(Math.max(pairs, pairsPerRecord * input.records));
  const rounds = Math.ceil(pairs / (pairsOfUnit(input.records) * shared.length));
  const of = Math.max(1, rounds) * shared.length;
  const counted = `${count(pairs)} pairs of ${count(input.records)} records`;
  const how = of > 1 ? `${of} parts on ${shared.length} threads` : "one part, too few for threads";
  return {
    parts: Array.from({ length: of }, (_, index) => ({ index, of })),
    keepsUnits: rounds > 1,
    made: blocks.map(({ made }) => made),
    why: `kernel: ${counted}, ${how}`,
  };
}

const count = (n: number) => n.toLocaleString("en-GB");
