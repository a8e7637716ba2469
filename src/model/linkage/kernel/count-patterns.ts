import type { ResolvedModel, ResolvedRule } from "../resolved.ts";
import { blocksOf, type Part } from "./blocks.ts";
import type { KernelColumn } from "./columns.ts";
import { agreesOnAny } from "./distinct-pairs.ts";
import { type SourcePairs, visitBlock } from "./pair-runs.ts";
import { mixed } from "./random.ts";
import { type LevelOf, levelOf } from "./scorer.ts";

/** Pairs of one rule to be counted by their pattern. */
export interface CountTask {
  readonly model: ResolvedModel;
  readonly columns: readonly KernelColumn[];
  readonly sources: SourcePairs;
  readonly rule: ResolvedRule;
  /** Rules whose pairs are left out. */
  readonly earlier?: readonly ResolvedRule[];
  /** Which comparisons are looked at; of the others the pattern says nothing. */
  readonly compared: readonly boolean[];
  /** The share of pairs that is counted, from 0 to 1. */
  readonly share: number;
}

/** Pairs by pattern: the code of a pattern and how many pairs have it. */
export interface CodedCounts {
  readonly codes: Float64Array;
  readonly counts: Float64Array;
}

/** Ways a comparison can come out: its levels, and saying nothing. */
const outcomes = ({ model }: Pick<CountTask, "model">): number[] =>
  model.comparisons.map(({ levels }) => levels.length + 1);

/**
 * Counts the pairs of a part of a rule's blocks by the levels of their comparisons. Of a sample every pair is as likely,
 * and the gaps between those drawn depend on the records alone, so that the parts do not matter.
 */
export function countPatterns(task: CountTask, part: Part): CodedCounts {
  const { rule, share } = task;
  const ids = ({ columns }: ResolvedRule) => columns.map((c) => (task.columns[c] as KernelColumn).ids);
  const blocks = blocksOf(ids(rule), part);
  const earlier = (task.earlier ?? []).map(ids);
  const { order, starts } = blocks;
  const code = coder(task);
  const counts = new Map<number, number>();
  const perGap = share < 1 ? 1 / Math.log1p(-share) : 0;
  const run = (i: number, from: number, to: number) => {
    const l = order[i] as number;
    const seed = mixed(l, order[from] as number);
    for (let j = from + gap(0, seed, perGap); j < to; j += 1 + gap(j + 1 - from, seed, perGap)) {
      const r = order[j] as number;
      if (agreesOnAny(earlier, l, r)) continue;
      const found = code(l, r);
      counts.set(found, (counts.get(found) ?? 0) + 1);
    }
  };
  for (let b = 0; b + 1 < starts.length; b++)
    visitBlock(blocks, task.sources, starts[b] as number, starts[b + 1] as number, run);
  return { codes: Float64Array.from(counts.keys()), counts: Float64Array.from(counts.values()) };
}

/** Pairs left out before the next that is drawn. Source: Devroye, Non-Uniform Random Variate Generation (1986), X.2. */
function gap(draw: number, seed: number, perGap: number): number {
  if (perGap === 0) return 0;
  return Math.floor(Math.log((mixed(draw, seed) + 1) / 2 ** 32) * perGap);
}

/** A pair's levels as one number: the first comparison counts 1, each next as many as the ones before have outcomes. */
function coder(task: CountTask): (l: number, r: number) => number {
  const widths = outcomes(task);
  const parts: { readonly level: LevelOf; readonly step: number }[] = [];
  let step = 1;
  for (const [c, comparison] of task.model.comparisons.entries()) {
    if (task.compared[c]) parts.push({ level: levelOf(comparison, task.columns), step });
    step *= widths[c] as number;
  }
  return (l, r) => {
    let code = 0;
    for (const { level, step: its } of parts) code += (level(l, r) + 1) * its;
    return code;
  };
}

/** The level of each comparison in a coded pattern; −1 where it says nothing. */
export function levelsOfCode(code: number, model: ResolvedModel): number[] {
  let rest = code;
  return outcomes({ model }).map((width) => {
    const level = (rest % width) - 1;
    rest = Math.floor(rest / width);
    return level;
  });
}
