import type { LevelParameters } from "./parameters.ts";

/** How often each level of a comparison holds among random pairs, and among how many it was looked at. */
export interface RandomShares {
  readonly shares: Float64Array;
  readonly pairs: number;
}

/** Of what was seen among random pairs, matches are at most all but this part. */
const leastPart = 1 / 64;

/**
 * The share of each level among pairs that are no match. Random pairs hold matches as well, a few, and in a small file
 * or at an identifier's exact level they are most of what is seen.
 *
 * In: the share of matches λ, and how often each level holds among them.
 */
export function withoutMatches(
  { shares, pairs }: RandomShares,
  lambda: number,
  learned: readonly LevelParameters[],
): Float64Array {
  const others = shares.map((share, level) => {
    const matches = lambda * (learned[level]?.m ?? 0);
    return Math.max((share - matches) / (1 - lambda), share * leastPart, 0.5 / Math.max(pairs, 1));
  });
  const total = others.reduce((sum, share) => sum + share, 0);
  return others.map((share) => share / total);
}
