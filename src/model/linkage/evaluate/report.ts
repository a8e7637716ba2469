import type { Coincidence } from "../train/dependence.ts";
import type { BlockingRecall } from "./blocking-recall.ts";
import type { GuildItem } from "./guild.ts";

/**
 * The linkage report: what a match step did and how sure it is, in numbers; the page shows these and no others.
 * Weights are in bits, shares from 0 to 1, numbers rounded to nine digits. It holds counts, names of columns and the
 * specification's own words, and of the records' values only those of large groups that the specification asks for.
 */
export interface LinkageReport {
  readonly format: 1;
  readonly versions: { readonly dars: string; readonly engine: string };
  /** SHA-256 of the specification without the places of its files. */
  readonly specification: string;
  /** What the analyst should look at. */
  readonly warnings: readonly string[];
  readonly flow: Flow;
  readonly model: ReportedModel;
  readonly weights: ReportedWeights;
  readonly training: ReportedTraining;
  readonly completeness: readonly ReportedColumn[];
  readonly unlinkables: Unlinkables;
  readonly errors: ExpectedErrors;
  readonly margins: Margins;
  /** Absent where the model was not checked for it. */
  readonly dependence?: readonly Coincidence[];
  readonly patterns: ReportedPatterns;
  readonly guild: readonly GuildItem[];
  readonly subgroups: readonly Subgroups[];
}

/** From records to clusters. */
interface Flow {
  readonly sources: readonly LinkedSource[];
  readonly compared: readonly (readonly [string, string])[];
  /** All pairs of records whose sources are compared. */
  readonly possiblePairs: number;
  readonly rules: readonly ReportedRule[];
  /** Of the matches, by how far the rules overlap; no label was used. Absent where they do not tell. */
  readonly blockingRecall: BlockingRecall | null;
  readonly scoredPairs: number;
  readonly links: number;
  readonly decision: { readonly links: string; readonly atLeast: number };
  readonly clusters: readonly ClusterBand[];
  readonly largestCluster: number;
}

/** Linked: in a cluster with another record. */
export interface LinkedSource {
  readonly source: string;
  readonly records: number;
  readonly linked: number;
}

/** Pairs of a blocking rule: all, those that no earlier rule brings together, and all up to and with this rule. */
interface ReportedRule {
  readonly rule: string;
  readonly pairs: number;
  readonly fresh: number;
  readonly cumulative: number;
}

/** Clusters of so many records; no upper end in the last band. */
export interface ClusterBand {
  readonly from: number;
  readonly to: number | null;
  readonly clusters: number;
  readonly records: number;
}

export interface ReportedModel {
  readonly lambda: number;
  readonly prior: number;
  readonly comparisons: readonly ReportedComparison[];
}

interface ReportedComparison {
  readonly comparison: string;
  /** The best first, else last. */
  readonly levels: readonly ReportedLevel[];
}

export interface ReportedLevel {
  readonly label: string;
  /** Absent where the weight is fixed. */
  readonly m: number | null;
  readonly u: number | null;
  /** Bits, before term frequencies. */
  readonly weight: number;
  readonly fixed: "veto" | "force" | "weight" | null;
  readonly termFrequency: boolean;
  /** assumed: m stayed where learning starts, as nothing taught it. Absent where the weight is fixed. */
  readonly mFrom: "stated" | "learned" | "assumed" | null;
  /** Of m, the greatest of its sessions'; absent where none tells one. */
  readonly standardError: number | null;
}

/** Equal bins from `from` upwards; what lies beyond a thousand bits, as vetoes and forces do, is counted beside them. */
export interface Histogram {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

interface ReportedWeights {
  /** Pairs of less weight were not kept. */
  readonly least: number;
  readonly threshold: number;
  readonly histogram: Histogram;
}

export interface ReportedTraining {
  readonly lambda: {
    /** assumed: neither stated nor looked for. */
    readonly found: "stated" | "rules" | "learned" | "assumed";
    readonly rules: readonly string[];
    readonly recall: number | null;
  };
  readonly sessions: readonly ReportedSession[];
}

export interface ReportedSession {
  readonly rule: string;
  readonly pairs: number;
  readonly counted: number;
  readonly compared: readonly string[];
  /** The share of matches among its pairs; absent where they were known to be matches. */
  readonly lambda: number | null;
  /** Of this share; absent where its pairs do not tell all numbers. */
  readonly standardError: number | null;
  /** Among the pairs counted. */
  readonly expectedMatches: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** By iteration, natural logarithm. */
  readonly logLikelihood: readonly number[];
}

/** How complete a column is in each source. */
export interface ReportedColumn {
  readonly column: string;
  readonly sources: readonly {
    readonly source: string;
    readonly records: number;
    readonly present: number;
    readonly distinct: number;
  }[];
}

/** Records scored against themselves: what no match could outweigh. */
export interface Unlinkables {
  readonly records: number;
  /** Records that would not reach the threshold with a copy of themselves. */
  readonly belowThreshold: number;
  readonly histogram: Histogram;
}

/** Expected from the model's own probabilities; no pair was labelled. */
export interface ExpectedErrors {
  /** Among the links that were chosen. */
  readonly links: {
    readonly pairs: number;
    /** Those that weigh less than the threshold, as other records hold theirs together. */
    readonly belowThreshold: number;
    readonly expectedFalse: number;
    /** Matches among scored pairs that are no link, of all matches among scored pairs. A lower bound. */
    readonly expectedMissed: number;
    readonly missedShare: number | null;
  };
  readonly thresholds: readonly ThresholdErrors[];
}

/** If every scored pair of at least this weight were a link. */
interface ThresholdErrors {
  readonly weight: number;
  readonly probability: number;
  readonly pairs: number;
  readonly expectedFalse: number;
  readonly falseShare: number | null;
  readonly missedShare: number | null;
}

/** Bits between a link and the heaviest pair of either record that leaves its cluster. */
export interface Margins {
  readonly links: number;
  readonly withoutRival: number;
  /** Links whose rival weighs as much or more. */
  readonly notAbove: number;
  readonly histogram: Histogram;
}

export interface ReportedPatterns {
  /** Scored pairs that were looked at; fewer than all where there are very many. */
  readonly counted: number;
  readonly distinct: number;
  readonly frequent: readonly ReportedPattern[];
  /** Others whose weight is close to the threshold. */
  readonly close: readonly ReportedPattern[];
}

export interface ReportedPattern {
  readonly pairs: number;
  readonly links: number;
  /** The mean over its pairs, term frequencies among them, and the probability of that mean. */
  readonly weight: number;
  readonly probability: number;
  /** What term frequencies add to it. */
  readonly termFrequencies: number;
  /** By comparison; no label and no bits where a value is missing. */
  readonly levels: readonly { readonly label: string | null; readonly bits: number }[];
}

/** Records linked by value of one column, in each source. */
export interface Subgroups {
  readonly by: string;
  readonly sources: readonly {
    readonly source: string;
    readonly groups: readonly Subgroup[];
    /** Values of fewer than ten records, never told apart; no counts where they are fewer than ten together. */
    readonly small: {
      readonly values: number;
      readonly records: number | null;
      readonly linked: number | null;
    } | null;
    /** Values beyond those shown. */
    readonly others: {
      readonly values: number;
      readonly records: number;
      readonly linked: number;
    } | null;
  }[];
}

export interface Subgroup {
  /** Absent where it is missing. */
  readonly value: string | null;
  readonly records: number;
  readonly linked: number;
  /** Standardised difference of the group's share among linked and among other records. */
  readonly difference: number | null;
}
