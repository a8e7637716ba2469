import type { ResolvedRule } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import type { Blocks, Part } from "./blocks.ts";
import { countDistinct } from "./distinct-pairs.ts";
import { type RuleSize, ruleSize, type SourcePairs } from "./pair-runs.ts";
import { ruleBlocks } from "./rule-blocks.ts";

/** The blocks of one rule, to be made and counted. */
export interface BlocksTask {
  readonly columns: readonly KernelColumn[];
  readonly sources: SourcePairs;
  readonly rule: ResolvedRule;
}

/** A rule's blocks in one part, in memory that threads share, and what they bring together. */
export interface SizedBlocks extends RuleSize {
  /** Left out where the rule has lists. */
  readonly blocks?: Blocks;
}

/** Pairs of records with lists that are looked at to count each once. */
const mostLooked = 20_000_000;

/** Makes the blocks of a part of a rule, and counts from their sizes what they bring together. */
export function sizedBlocks({ columns, sources, rule }: BlocksTask, part: Part): SizedBlocks {
  const blocks = ruleBlocks(rule, columns, part);
  const size = ruleSize(blocks, sources);
  if (blocks.isOwn === undefined) {
    return { ...size, blocks: { order: shared(blocks.order), starts: shared(blocks.starts) } };
  }
  if (size.pairs > mostLooked) return size;
  return { ...size, pairs: countDistinct({ columns, sources, rules: [rule] }, part) };
}

function shared(from: Int32Array): Int32Array {
  const to = new Int32Array(new SharedArrayBuffer(from.byteLength));
  to.set(from);
  return to;
}
