import { allPairs } from "../../../model/linkage/block/pair-runs.ts";
import type { ResolvedRule } from "../../../model/linkage/resolved.ts";
import { type Coded, type CodedCounts, joinPatterns } from "../../../model/linkage/train/pattern-codes.ts";
import type { PatternCounts } from "../../../model/linkage/train/patterns.ts";
import type { ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { KernelInput } from "./kernel-input.ts";
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
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<CountedRule> {
  const parts = threads.parts(pairsPerRecord * records);
  const sizes = await threads.each<"pairs">(parts, (part) => ({
    kind: "pairs",
    task: { columns, sources, rule },
    part,
  }));
  const pairs = sizes.reduce((sum, n) => sum + n, 0);
  const task = { ...coded, columns, sources, rule, share: Math.min(1, mostPairs / pairs) };
  const counted = await threads.each<"patterns">(parts, (part) => ({ kind: "patterns", task, part }));
  return { rule, compared: coded.compared, pairs, patterns: joinPatterns(counted, coded) };
}

/** The candidate pairs of all blocking rules, each once, by their patterns; a sample where there are many. */
export async function countCandidates(
  mostPairs: number,
  { model, blocking }: ResolvedMatch,
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<{ readonly patterns: PatternCounts; readonly counted: number; readonly all: number }> {
  const parts = threads.parts(pairsPerRecord * records);
  const compared = model.comparisons.map(() => true);
  const rules = blocking.map((rule, place) => ({
    columns,
    sources,
    rule,
    earlier: blocking.slice(0, place),
  }));
  const sizes: number[] = [];
  for (const task of rules) {
    sizes.push(...(await threads.each<"pairs">(parts, (part) => ({ kind: "pairs", task, part }))));
  }
  const share = Math.min(1, mostPairs / sizes.reduce((sum, n) => sum + n, 1));
  const counted: CodedCounts[] = [];
  for (const rule of rules) {
    const task = { model, compared, share, ...rule };
    counted.push(...(await threads.each<"patterns">(parts, (part) => ({ kind: "patterns", task, part }))));
  }
  return { patterns: joinPatterns(counted, { model }), counted: share, all: allPairs(sources) };
}
