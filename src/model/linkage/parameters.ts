/** What is known of one level: how often it holds among matches (m) and among other pairs (u). */
export interface LevelParameters {
  readonly m: number;
  readonly u: number;
}

/** The trained numbers of a model. */
export interface Parameters {
  /** The share of matches among the pairs in question. */
  readonly lambda: number;
  /** For each comparison its levels, from else (0) to the best. Two missing values are level −1 and say nothing. */
  readonly comparisons: readonly (readonly LevelParameters[])[];
}

/** The greatest change of any number between two parameter sets of the same shape. */
export function greatestChange(a: Parameters, b: Parameters): number {
  let greatest = Math.abs(a.lambda - b.lambda);
  for (const [c, levels] of a.comparisons.entries()) {
    for (const [l, level] of levels.entries()) {
      const other = b.comparisons[c]?.[l] ?? level;
      greatest = Math.max(greatest, Math.abs(level.m - other.m), Math.abs(level.u - other.u));
    }
  }
  return greatest;
}
