import type { Blocks, Part } from "../block/blocks.ts";
import { agreesOnAny } from "../block/distinct-pairs.ts";
import { freshPairs } from "../block/fresh-pairs.ts";
import type { SourcePairs } from "../block/pair-runs.ts";
import { agreementOf, ruleBlocks } from "../block/rule-blocks.ts";

import type { ResolvedModel, ResolvedRule } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { gather } from "../values/gather.ts";
import type { ComparisonWeights, KernelWeights } from "../weigh.ts";
import { EdgeList, type Edges } from "./edges.ts";
import { RuleWalk, type Stages } from "./rule-walk.ts";
import { scorer } from "./scorer.ts";
import { isSingle, stageOf } from "./stages.ts";
import { textStageOf } from "./text-stage.ts";

/** Everything that a thread needs to find the pairs of its part. Plain data and shared memory. */
export interface WalkTask {
  readonly model: ResolvedModel;
  readonly columns: readonly KernelColumn[];
  readonly weights: KernelWeights;
  readonly rules: readonly ResolvedRule[];
  /** Columns of the rules by numbers that decide which part a block is of, where not their own do. */
  readonly keys?: readonly (Int32Array | undefined)[];
  /** Each rule's blocks, part by part, where they were made before. */
  readonly made?: readonly (readonly (Blocks | undefined)[])[];
  readonly sources: SourcePairs;
  /** Units of weight below which a pair is no edge. */
  readonly least: number;
}

/** The edges of a part, in no order, and what it took to find them. */
export interface WalkResult {
  readonly edges: Edges;
  readonly counts: WalkCounts;
}

interface WalkCounts {
  /** Pairs of records in the blocks of each rule, those of earlier rules among them. */
  readonly pairs: number[];
  /** Those of them that no earlier rule brings together. */
  readonly fresh: number[];
  /** Pairs of each rule whose text was looked at. */
  readonly looked: number[];
}

/**
 * Walks the pairs of every rule's blocks, a part of them, and keeps those that reach the least weight, each once.
 *
 * Bounds from the values' numbers are added comparison by comparison, and pairs that can no longer reach the least
 * weight are dropped in between; only the rest is scored.
 */
export function walk(task: WalkTask, part: Part): WalkResult {
  const edges = new EdgeList();
  const counts: WalkCounts = { pairs: [], fresh: [], looked: [] };
  const stages = task.model.comparisons.map((comparison, c): Stages => {
    const weights = task.weights.comparisons[c] as ComparisonWeights;
    const byNumber = stageOf(comparison, task.columns, weights);
    const byText = isSingle(byNumber)
      ? textStageOf(comparison, task.columns, weights, byNumber.whenDiffer)
      : undefined;
    return { byNumber, byText };
  });
  for (const [place, rule] of task.rules.entries()) {
    const blocks = ruleBlocks(rule, task.columns, part, { keys: task.keys, made: task.made?.[place] });
    // In the order of the blocks, as records far apart would cost more than what is done with them.
    const columns = task.columns.map((column) => ({ ...column, ids: gather(column.ids, blocks.order) }));
    const before = task.rules.slice(0, place);
    const earlier = before.map((other) => agreementOf(other, columns));
    const { score } = scorer(task.model, columns, task.weights);
    let looked = 0;
    const keep = (i: number, j: number) => {
      looked++;
      if (blocks.isOwn?.(i, j) === false || agreesOnAny(earlier, i, j)) return;
      const weight = score(i, j, task.least);
      if (weight >= task.least) edges.push(blocks.order[i] as number, blocks.order[j] as number, weight);
    };
    const walked = new RuleWalk({ ...task, columns }, rule, blocks, stages, keep).run();
    const fresh = (others: readonly ResolvedRule[]) =>
      freshPairs(blocks, task.sources, rule, others, columns);
    counts.pairs.push(blocks.isOwn === undefined ? walked : fresh([]));
    counts.fresh.push(fresh(before));
    counts.looked.push(looked);
  }
  return { edges: edges.edges, counts };
}
