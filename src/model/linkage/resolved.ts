import type { Expression } from "./expression/expression.ts";

/** What a test needs to know of a column's values, beside whether they are the same. */
export type Attribute = "text" | "day" | "number" | "elements" | "bits";

/** A column of the records as all plans see it: values numbered from 1, 0 where there is none. */
export interface ModelColumn {
  /** The expression's canonical text. */
  readonly name: string;
  readonly expression: Expression;
  /** The sources' own columns that it is made of. */
  readonly bases: readonly string[];
  readonly needs: readonly Attribute[];
  /** The first column with which it shares its numbers, as records compare one with the other; itself otherwise. */
  readonly dictionary: number;
}

export type Similarity = "jaro" | "jaro_winkler" | "jaccard";
export type Distance = "levenshtein" | "damerau_levenshtein";

/** A test whose columns are places in the model's list. TRUE, FALSE, or unknown where a value is missing. */
export type ResolvedTest =
  | { readonly kind: "same"; readonly column: number }
  | { readonly kind: "distance"; readonly of: Distance; readonly column: number; readonly most: number }
  | { readonly kind: "similarity"; readonly of: Similarity; readonly column: number; readonly least: number }
  | { readonly kind: "reversed"; readonly columns: readonly [number, number] }
  | {
      readonly kind: "apart";
      readonly of: "day" | "number";
      readonly column: number;
      readonly most: number;
    }
  | { readonly kind: "share"; readonly column: number; readonly below: number }
  | { readonly kind: "kilometres"; readonly columns: readonly [number, number]; readonly most: number }
  | { readonly kind: "intersect"; readonly column: number; readonly least: number }
  | { readonly kind: "dice"; readonly column: number; readonly least: number }
  | { readonly kind: "missing"; readonly columns: readonly number[] }
  | { readonly kind: "all" | "any"; readonly tests: readonly ResolvedTest[] }
  | { readonly kind: "not"; readonly test: ResolvedTest };

/** How the frequency of a value changes a level's weight. */
export interface ResolvedTerm {
  readonly column: number;
  readonly factor: number;
  readonly leastShare: number;
  /** The level whose u is the average that a value's own share stands against. */
  readonly baseLevel: number;
}

export interface ResolvedLevel {
  readonly label: string;
  /** Absent on else, the level 0. */
  readonly test?: ResolvedTest;
  readonly term?: ResolvedTerm;
  /** Bits that the model fixes in place of m and u. */
  readonly weight?: number;
}

export interface ResolvedComparison {
  readonly name: string;
  /** Every column that its tests look at, each once. */
  readonly columns: readonly number[];
  /** When it says nothing. */
  readonly missing: ResolvedTest;
  /** From else (0) to the best. */
  readonly levels: readonly ResolvedLevel[];
}

/** Columns, comparisons and rules by number: what every plan compiles from. */
export interface ResolvedModel {
  readonly columns: readonly ModelColumn[];
  readonly comparisons: readonly ResolvedComparison[];
}

/** Columns that both records must share, none of them missing. */
export interface ResolvedRule {
  readonly name: string;
  readonly columns: readonly number[];
  /** Columns of lists of which both records must share a value. */
  readonly lists: readonly number[];
}
