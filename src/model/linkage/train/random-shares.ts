import type { LevelNumbers } from "../model.ts";
import type { LevelParameters } from "../parameters.ts";
import { levelShares } from "./level-shares.ts";

/** Of what was seen among random pairs, matches are at most all but this part. */
const leastPart = 1 / 64;

/**
 * The share of each level among pairs that are no match, its u. Random pairs hold matches as well, a few, and in a
 * small file or at an identifier's exact level they are most of what is seen.
 *
 * In: how many random pairs have each level, one that was never seen as half a pair; what the model states, from else
 * to the best; the share of matches λ, and how often each level holds among them, as far as it is known.
 */
export function randomShares(
  counts: Float64Array,
  stated: readonly LevelNumbers[],
  lambda: number,
  learned: readonly LevelParameters[],
): number[] {
  const pairs = Math.max(
    counts.reduce((sum, n) => sum + n, 0),
    1,
  );
  const others = counts.map((count, level) => {
    const matches = learned.length === 0 ? 0 : lambda * pairs * (learned[level]?.m ?? 0);
    const rest = learned.length === 0 ? count : (count - matches) / (1 - lambda);
    return Math.max(rest, count * leastPart, 0.5);
  });
  const total = others.reduce((sum, n) => sum + n, 0);
  const scaled = others.map((n) => (n * pairs) / total);
  return levelShares(
    scaled,
    stated.map(({ u }) => u),
    stated.map(() => 0),
  );
}
