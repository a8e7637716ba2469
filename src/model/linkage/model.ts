/**
 * A linkage model as people write it, in YAML or TypeScript: the same plain object.
 *
 * A column is an expression over the columns of the sources (`expression.ts`); its text names it.
 * A comparison's levels stand best first; what no level holds is "else", and a missing value says nothing.
 */

/** One question about two records. A test on a missing value does not hold. */
export type LevelTest =
  | { readonly exact: string | readonly string[] }
  | { readonly levenshtein: string; readonly at_most: number }
  | { readonly damerau_levenshtein: string; readonly at_most: number }
  | { readonly jaro: string; readonly at_least: number }
  | { readonly jaro_winkler: string; readonly at_least: number }
  | { readonly jaccard: string; readonly at_least: number }
  /** The first column of either record is the second of the other, both ways round. */
  | { readonly reversed: readonly [string, string] }
  /** Dates apart; a month is a twelfth of 365.25 days. */
  | { readonly days: string; readonly at_most: number }
  | { readonly months: string; readonly at_most: number }
  | { readonly years: string; readonly at_most: number }
  /** Numbers apart, and as a share of the greater. */
  | { readonly difference: string; readonly at_most: number }
  | { readonly share: string; readonly below: number }
  /** Kilometres between two places, as [latitude, longitude] in degrees. */
  | { readonly kilometres: readonly [string, string]; readonly at_most: number }
  /** Values that two lists share. */
  | { readonly intersect: string; readonly at_least: number }
  /** Dice's coefficient of two bit vectors. */
  | { readonly dice: string; readonly at_least: number }
  | { readonly missing: string | readonly string[] }
  | { readonly all: readonly LevelTest[] }
  | { readonly any: readonly LevelTest[] }
  | { readonly not: LevelTest };

/** The keys under which a test names its columns. */
export const testKinds = [
  "exact",
  "levenshtein",
  "damerau_levenshtein",
  "jaro",
  "jaro_winkler",
  "jaccard",
  "reversed",
  "days",
  "months",
  "years",
  "difference",
  "share",
  "kilometres",
  "intersect",
  "dice",
  "missing",
] as const;

/** A probability of a level: fixed where it is a number; else learned from a start, or drawn towards a prior. */
export type Probability =
  | number
  | { readonly start: number }
  /** As if so many pairs had been seen with that share. */
  | { readonly prior: number; readonly pairs: number };

/** How a level's weight depends on how common the shared value is. */
export interface TermFrequency {
  readonly column: string;
  /** 1: in full; 0: not at all. */
  readonly factor?: number;
  /** Values rarer than this count as this rare. */
  readonly least_share?: number;
}

export interface LevelNumbers {
  /** How often the level holds among matches. */
  readonly m?: Probability;
  /** How often it holds among other pairs. */
  readonly u?: Probability;
  /**
   * In place of m and u: bits; or `veto`, after which no pair is a match, and `force`, after which it is one whatever
   * else is known. A veto outranks a force.
   */
  readonly weight?: number | "veto" | "force";
}

export type Level = LevelTest &
  LevelNumbers & {
    readonly label?: string;
    /** `true`: by the one column that the level tests. */
    readonly term_frequency?: true | TermFrequency;
  };

/** One field's test: null and else are implied. */
export interface Comparison {
  readonly comparison: string;
  readonly levels: readonly Level[];
  readonly else?: LevelNumbers;
  /** When it says nothing. Left out: when no level can hold, as each tests a missing value. */
  readonly null?: LevelTest;
}

/** Pairs that agree on all of these columns, none of them missing, are compared; of any(list) they share a value. */
export type BlockingRule = readonly string[];
