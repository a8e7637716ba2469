import { refuse } from "../../../base/diagnostics.ts";
import { addCount, joinPatterns, pairCoder } from "../../../model/linkage/train/pattern-codes.ts";
import { comparedIn } from "../../../model/linkage/train/sessions.ts";
import type { ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import { type CountedRule, countRule } from "./count-rules.ts";
import type { KernelInput } from "./kernel-input.ts";
import type { Threads } from "./threads.ts";

/** Pairs that people have judged: both records' numbers, and how likely the pair is a match. */
export type LabelledPairs = readonly [l: Float64Array, r: Float64Array, label: Float64Array];

/**
 * Pairs that are known to be matches, counted by their patterns: those that share a true person, or that people have
 * judged. Undefined where the model learns from neither.
 *
 * Errors: link/no-matches.
 */
export async function knownMatches(
  { model, truthRule }: ResolvedMatch,
  labelled: LabelledPairs | undefined,
  mostPairs: number,
  input: KernelInput,
  threads: Threads,
): Promise<CountedRule | undefined> {
  const found =
    truthRule === undefined
      ? labelled && countLabelled(model, labelled, input)
      : await countRule(
          truthRule,
          { model, compared: comparedIn(model, truthRule) },
          mostPairs,
          input,
          threads,
        );
  if (found?.patterns.counts.every((n) => n === 0))
    return refuse("link/no-matches", { file: "training" }, {});
  return found;
}

function countLabelled(
  model: ResolvedMatch["model"],
  [l, r, label]: LabelledPairs,
  { columns }: KernelInput,
): CountedRule {
  const compared = model.comparisons.map(() => true);
  const { code } = pairCoder({ model, compared }, columns);
  const counts = new Map<number, Map<number, number>>();
  for (const [i, left] of l.entries()) addCount(counts, code(left, r[i] as number), 0, label[i] as number);
  const coded = {
    codes: Float64Array.from(counts.keys()),
    counts: Float64Array.from(counts.values(), (its) => its.get(0) as number),
  };
  const rule = { name: "labelled pairs", columns: [], lists: [] };
  return { rule, compared, pairs: l.length, patterns: joinPatterns([coded], { model }) };
}
