import type { Probability } from "../model.ts";
import { withPrior } from "./level-shares.ts";

/** What Splink takes for m or u of a level that no pair has. */
const unseen = 1e-6;

/**
 * How often each level of a comparison holds, as Splink has it: a fixed number stays, the others are shares of all
 * pairs and are not made to fill what it leaves, and what no pair has is one in a million.
 *
 * In: the matches, or the other pairs, that are expected at each level; all pairs at each level; what the model states;
 * the shares before.
 * Source: Splink 5, expectation_maximisation.
 */
export function sharesLikeSplink(
  counts: Float64Array,
  pairs: Float64Array,
  stated: readonly (Probability | undefined)[],
  before: readonly number[],
): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return before.map((share, level) => {
    const its = stated[level];
    const count = counts[level] as number;
    if (typeof its === "number") return share;
    if (its !== undefined && "prior" in its) return withPrior(its, count, total);
    return pairs[level] === 0 ? unseen : count / total;
  });
}
