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
  /**
   * What term frequencies come to in each pattern, for each comparison: Σ of log2 of the share's inverse and the
   * factors they are weighted with, so that the weight is `factor · log2(u) + constant` under any u. Left out where no
   * comparison has them.
   */
  readonly frequencies?: readonly (FrequencyTerms | undefined)[];
}

/** Term frequencies of one comparison by pattern: `factor[i] · log2(u of the exact level) + constant[i]` bits. */
interface FrequencyTerms {
  readonly exactLevel: number;
  readonly factor: Float64Array;
  readonly constant: Float64Array;
}
