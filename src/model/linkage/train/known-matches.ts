import type { LevelNumbers } from "../model.ts";
import type { Parameters } from "../parameters.ts";
import { levelShares } from "./level-shares.ts";
import type { PatternCounts } from "./patterns.ts";

/**
 * m of the compared comparisons from pairs that are known to be matches: how often each level is seen among them, one that
 * is never seen as half a pair. What the model fixes stays, and so does what no such pair has a value for.
 *
 * In: the patterns of known matches; a pair that is one with a probability counts as so much of a pair.
 */
export function learnFromMatches(
  { levels, counts }: PatternCounts,
  start: Parameters,
  {
    compared,
    stated,
  }: { readonly compared: readonly boolean[]; readonly stated: readonly (readonly LevelNumbers[])[] },
): Parameters {
  const comparisons = start.comparisons.map((its, c) => {
    const found = levels[c];
    const seen = new Float64Array(its.length);
    if (!compared[c] || found === undefined) return its;
    for (const [i, level] of found.entries())
      if (level >= 0) seen[level] = (seen[level] as number) + (counts[i] as number);
    if (seen.every((n) => n === 0)) return its;
    const shares = levelShares(
      seen.map((n) => Math.max(n, 0.5)),
      its.map((_, l) => stated[c]?.[l]?.m),
      its.map(({ m }) => m),
    );
    return its.map(({ u }, l) => ({ m: shares[l] as number, u }));
  });
  return { lambda: start.lambda, comparisons };
}
