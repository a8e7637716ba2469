import type { RulePairs } from "../block/fresh-pairs.ts";
import { allPairs, type SourcePairs } from "../block/pair-runs.ts";
import type { Comparison } from "../model.ts";
import type { ResolvedModel, ResolvedRule } from "../resolved.ts";
import type { Edges } from "../score/edges.ts";
import type { LearnedModel } from "../train/learned.ts";
import type { KernelColumn } from "../values/columns.ts";
import type { KernelWeights } from "../weigh.ts";
import { priorWeight, probabilityOf } from "../weights.ts";
import { type BlockingRecall, blockingRecall, ruleCatches } from "./blocking-recall.ts";
import { guildItems } from "./guild.ts";
import { WeightCounts } from "./histogram.ts";
import { reportModel, reportSession } from "./model-numbers.ts";
import { clusterBands, clusterPairs, completenessOf, linkedBySource } from "./records.ts";
import type {
  LinkageReport,
  Margins,
  ReportedModel,
  ReportedPattern,
  ReportedPatterns,
  ReportedTraining,
  Subgroups,
  Unlinkables,
} from "./report.ts";
import { type PatternTally, tallyPatterns, tallyScored } from "./scored-pairs.ts";
import { selfWeights } from "./self-weights.ts";

/** Everything that a report is made of. Weights in bits, unless in units where said. */
export interface ReportFacts {
  readonly versions: LinkageReport["versions"];
  readonly specification: string;
  readonly warnings: readonly string[];
  readonly comparisons: readonly Comparison[];
  readonly model: ResolvedModel;
  readonly blocking: readonly ResolvedRule[];
  readonly rulePairs: readonly RulePairs[];
  readonly sources: SourcePairs & { readonly names: readonly string[] };
  readonly columns: readonly KernelColumn[];
  readonly lambda: ReportedTraining["lambda"];
  readonly learned: LearnedModel;
  /** In units. */
  readonly weights: KernelWeights;
  readonly least: number;
  readonly decision: LinkageReport["flow"]["decision"];
  /** Scored pairs in order of (left, right); weights in units. */
  readonly edges: Edges;
  /** The cluster of each record, its smallest record; whether another stands in it, and by that record how many do. */
  readonly cluster: Int32Array;
  readonly linked: Uint8Array;
  readonly sizes: Int32Array;
  readonly margins: Omit<Margins, "links" | "withoutRival"> & { readonly rivals: number };
  readonly subgroups: readonly Subgroups[];
}

const unitsPerBit = 1e12;

/** Probabilities at which expected errors are told, beside the threshold of links and the least weight. */
const probabilities = [0.5, 0.9, 0.95, 0.99, 0.999];

/** The report of a linkage. Equal records and specifications give equal reports. */
export function reportOf(facts: ReportFacts): LinkageReport {
  const { decision, learned, least } = facts;
  const { rivals, ...margins } = facts.margins;
  const steps = [least, decision.atLeast, ...probabilities.map(priorWeight)].filter((bits) => bits >= least);
  const scored = tallyScored(
    facts.edges,
    facts.cluster,
    decision.atLeast,
    [...new Set(steps)].sort((a, b) => a - b),
  );
  const model = reportModel(facts.comparisons, facts.model, learned);
  const { dependence } = learned;
  const report: LinkageReport = {
    format: 1,
    versions: facts.versions,
    specification: facts.specification,
    warnings: facts.warnings,
    flow: flowOf(facts, scored.links),
    model,
    weights: { least, threshold: decision.atLeast, histogram: scored.histogram },
    training: {
      lambda: facts.lambda,
      sessions: learned.sessions.map((session) => reportSession(session, facts.model.comparisons)),
    },
    completeness: facts.model.columns.map(({ name }, c) =>
      completenessOf(name, facts.columns[c] as KernelColumn, facts.sources),
    ),
    unlinkables: unlinkablesOf(facts),
    errors: scored.errors,
    margins: { links: scored.links, withoutRival: scored.links - rivals, ...margins },
    ...(dependence === undefined ? {} : { dependence }),
    patterns: patternsOf(facts, model),
    guild: guildItems({ subgroups: facts.subgroups.length > 0, dependence: dependence !== undefined }),
    subgroups: facts.subgroups,
  };
  return rounded(report);
}

function flowOf(facts: ReportFacts, links: number): LinkageReport["flow"] {
  const { sources, blocking, rulePairs, sizes } = facts;
  const { names } = sources;
  let cumulative = 0;
  return {
    sources: linkedBySource(facts.linked, sources),
    compared: names.flatMap((a, i) =>
      names.flatMap((b, j) => (sources.compared[i]?.[j] ? [[a, b] as const] : [])),
    ),
    possiblePairs: allPairs(sources),
    rules: blocking.map(({ name }, k) => {
      const { pairs, fresh } = rulePairs[k] as RulePairs;
      cumulative += fresh;
      return { rule: name, pairs, fresh, cumulative };
    }),
    blockingRecall: recallOf(facts),
    scoredPairs: facts.edges.left.length,
    links,
    decision: facts.decision,
    clusters: clusterBands(sizes),
    largestCluster: sizes.reduce((most, size) => Math.max(most, size), 0),
  };
}

function recallOf({ edges, cluster, blocking, columns, sources }: ReportFacts): BlockingRecall | null {
  const isLink = (i: number) => cluster[edges.left[i] as number] === cluster[edges.right[i] as number];
  return blockingRecall(ruleCatches(edges, isLink, clusterPairs(cluster, sources), blocking, columns));
}

function unlinkablesOf({ model, columns, weights, cluster, decision }: ReportFacts): Unlinkables {
  const counts = new WeightCounts();
  let belowThreshold = 0;
  for (const units of selfWeights(model, columns, weights, cluster.length)) {
    const bits = units / unitsPerBit;
    counts.add(bits);
    if (bits < decision.atLeast) belowThreshold++;
  }
  return { records: cluster.length, belowThreshold, histogram: counts.histogram() };
}

/** Patterns that are shown: the most frequent, and of the others those within so many bits of the threshold. */
const [frequentPatterns, closePatterns, closeBits] = [12, 8, 3];

function patternsOf(
  { edges, cluster, model, columns, decision }: ReportFacts,
  reported: ReportedModel,
): ReportedPatterns {
  const tallies = tallyPatterns(edges, cluster, model, columns);
  const all = tallies.map((tally) => reportPattern(tally, reported));
  const close = all
    .slice(frequentPatterns)
    .filter(({ weight }) => Math.abs(weight - decision.atLeast) <= closeBits);
  return {
    counted: tallies.reduce((sum, { pairs }) => sum + pairs, 0),
    distinct: tallies.length,
    frequent: all.slice(0, frequentPatterns),
    close: close.slice(0, closePatterns),
  };
}

function reportPattern(
  { levels, pairs, links, bits }: PatternTally,
  { comparisons, prior }: ReportedModel,
): ReportedPattern {
  const weight = bits / pairs;
  const found = levels.map((level, c) => {
    const its = comparisons[c]?.levels.at(-1 - level);
    return level < 0 || its === undefined ? { label: null, bits: 0 } : { label: its.label, bits: its.weight };
  });
  const rest = found.reduce((left, its) => left - its.bits, weight - prior);
  const termFrequencies = Math.round(rest * 1e9) / 1e9;
  return { pairs, links, weight, probability: probabilityOf(weight), termFrequencies, levels: found };
}

/** Nine digits: enough for any reader, and the same wherever the last bits differ. */
function rounded<T>(value: T): T {
  if (typeof value === "number") return (Number.isInteger(value) ? value : Number(value.toPrecision(9))) as T;
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, its]) => [key, rounded(its)])) as T;
}
