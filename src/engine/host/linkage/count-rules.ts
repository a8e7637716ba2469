import { allPairs } from "../../../model/linkage/block/pair-runs.ts";
import type { ResolvedRule } from "../../../model/linkage/resolved.ts";
import {
  type Coded,
  type CodedCounts,
  codesOf,
  joinPatterns,
} from "../../../model/linkage/train/pattern-codes.ts";
import type { PatternCounts } from "../../../model/linkage/train/patterns.ts";
import { comparedIn } from "../../../model/linkage/train/sessions.ts";
import type { ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { KernelInput } from "./kernel-input.ts";
import { type MadeBlocks, madeBlocks, madeBlocksOf } from "./made-blocks.ts";
import { pairsPerRecord, type Threads } from "./threads.ts";

/** The pairs of a training rule, counted by their patterns. */
export interface CountedRule {
  readonly rule: ResolvedRule;
  readonly compared: readonly boolean[];
  readonly pairs: number;
  readonly patterns: PatternCounts;
}

/** Counts the pairs of a rule; a sample where there are more than that. */
export async function countRule(
  rule: ResolvedRule,
  coded: Coded,
  mostPairs: number,
  input: KernelInput,
  threads: Threads,
): Promise<CountedRule> {
  const { columns, sources, records } = input;
  const parts = threads.parts(pairsPerRecord * records);
  const { pairs, made } = await madeBlocks(rule, input, threads);
  const task = { ...coded, columns, sources, rule, made, share: Math.min(1, mostPairs / pairs) };
  const counted = await threads.each<"patterns">(parts, (part) => ({ kind: "patterns", task, part }));
  return { rule, compared: coded.compared, pairs, patterns: joinPatterns(counted, coded) };
}

/** The pairs of the training rules, each by what SQL counted of it, where it counted them all; else by the kernel. */
export async function countTrainingRules(
  { model, trainingRules }: ResolvedMatch,
  mostPairs: number,
  input: KernelInput,
  threads: Threads,
  inSql: readonly Float64Array[] | undefined,
): Promise<CountedRule[]> {
  const counted: CountedRule[] = [];
  for (const [place, rule] of trainingRules.entries()) {
    const coded = { model, compared: comparedIn(model, rule) };
    const { pairs } = inSql === undefined ? { pairs: 0 } : await madeBlocks(rule, input, threads);
    counted.push(
      inSql === undefined || pairs > mostPairs
        ? await countRule(rule, coded, mostPairs, input, threads)
        : { rule, compared: coded.compared, pairs, patterns: patternsOf(place, inSql, coded) },
    );
  }
  return counted;
}

/** The patterns of one rule. In: columns of rule, the level of each comparison, and count. */
function patternsOf(place: number, inSql: readonly Float64Array[], coded: Coded): PatternCounts {
  const [rules = new Float64Array(0), ...others] = inSql;
  const [levels, counts] = [others.slice(0, -1), others.at(-1) as Float64Array];
  const its = (column: Float64Array) => column.filter((_, i) => rules[i] === place);
  return joinPatterns([codesOf(levels.map(its), its(counts), coded)], coded);
}

/** The candidate pairs of all blocking rules, each once, by their patterns; a sample where there are many. */
export async function countCandidates(
  mostPairs: number,
  { model, blocking }: ResolvedMatch,
  input: KernelInput,
  threads: Threads,
): Promise<{ readonly patterns: PatternCounts; readonly counted: number; readonly all: number }> {
  const { columns, sources, records } = input;
  const parts = threads.parts(pairsPerRecord * records);
  const compared = model.comparisons.map(() => true);
  const rules = await madeBlocksOf(blocking, input, threads);
  const share = Math.min(1, mostPairs / rules.reduce((sum, { pairs }) => sum + pairs, 1));
  const counted: CodedCounts[] = [];
  for (const [place, rule] of blocking.entries()) {
    const { made } = rules[place] as MadeBlocks;
    const earlier = blocking.slice(0, place);
    const task = { model, compared, share, columns, sources, rule, made, earlier };
    counted.push(...(await threads.each<"patterns">(parts, (part) => ({ kind: "patterns", task, part }))));
  }
  return { patterns: joinPatterns(counted, { model }), counted: share, all: allPairs(sources) };
}
