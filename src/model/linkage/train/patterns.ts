import type { ResolvedTerm } from "../resolved.ts";

/**
 * Pairs counted by what they look like: a row for each distinct list of levels. Training needs no more of a pair than
 * its pattern, so its cost does not grow with the pairs.
 * Source: Enamorado, Fifield and Imai, American Political Science Review 113 (2019), section 2.
 */
export interface PatternCounts {
  /** For each comparison, the level of each pattern; −1 where a value is missing. */
  readonly levels: readonly Int8Array[];
  /** How many pairs have each pattern. */
  readonly counts: Float64Array;
  /** What term frequencies add; left out where they are not looked at. */
  readonly frequencies?: FrequencyTerms;
}

/**
 * Term frequencies by pattern. What they add is `constant` and, for each comparison whose level has a base, `factor ·
 * log2(u of the base)`: bits under any u.
 */
interface FrequencyTerms {
  /** −Σ factor · log2(share) over a pattern's comparisons. */
  readonly constant: Float64Array;
  /** For each comparison and level, what the share of a value stands against. */
  readonly bases: readonly (readonly (TermBase | undefined)[])[];
  /** For each comparison, 1 for the patterns whose records lack the value: its base does not count. */
  readonly absent: readonly Uint8Array[];
}

type TermBase = Pick<ResolvedTerm, "factor" | "baseLevel">;
