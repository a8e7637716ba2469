import type { LevelNumbers } from "../model.ts";
import { greatestChange, type LevelParameters, type Parameters } from "../parameters.ts";
import { levelWeight, priorWeight, probabilityOf } from "../weights.ts";
import { levelShares } from "./level-shares.ts";
import type { PatternCounts } from "./patterns.ts";
import { sharesLikeSplink } from "./splink-shares.ts";

/** What a training session may change, and when it ends. */
export interface Training {
  /** Which comparisons are compared and trained; those of the blocking rule are neither. */
  readonly compared: readonly boolean[];
  /** What the model states of each comparison's levels, from else to the best; where left out all are learned. */
  readonly stated?: readonly (readonly LevelNumbers[])[];
  /** Whether u stays as it was found in random pairs. */
  readonly fixesU: boolean;
  /** Learns as Splink does: numbers are not made to add up to 1, and a level never seen has one in a million. */
  readonly likeSplink?: boolean;
  /** Greatest change of any m, u or λ at which it ends. */
  readonly tolerance: number;
  readonly mostIterations: number;
}

/** One iteration: the parameters it began with, and how likely the pairs were under them. */
interface Iteration {
  readonly parameters: Parameters;
  /** Natural logarithm. It never falls, unless u is free and term frequencies count, or numbers do not add up to 1. */
  readonly logLikelihood: number;
}

export interface TrainingResult {
  readonly parameters: Parameters;
  /** From the start to the last but one. */
  readonly history: readonly Iteration[];
  readonly converged: boolean;
}

/**
 * Expectation maximisation over counted patterns.
 *
 * In: patterns of the pairs of one blocking rule; parameters to start from, λ that of these pairs.
 * Out: m, and u where it is free, of the compared comparisons; λ. A level that no pair with both values has keeps
 * what it had. A missing value (−1) says nothing and is counted nowhere.
 * Source: Dempster, Laird and Rubin, JRSS B 39 (1977); Winkler, Using the EM Algorithm for Weight Computation in the
 * Fellegi–Sunter Model of Record Linkage (2000).
 */
export function train(patterns: PatternCounts, start: Parameters, training: Training): TrainingResult {
  const history: Iteration[] = [];
  let parameters = start;
  for (let iteration = 0; iteration < training.mostIterations; iteration++) {
    const { probabilities, logLikelihood } = expectMatches(patterns, parameters, training);
    history.push({ parameters, logLikelihood });
    const next = maximise(patterns, probabilities, parameters, training);
    const change = greatestChange(parameters, next);
    parameters = next;
    if (change < training.tolerance) return { parameters, history, converged: true };
  }
  return { parameters, history, converged: false };
}

/**
 * How many matches are expected among pairs, once the share of matches among all pairs agrees with what it makes of
 * them: λ is the expected matches over all pairs, and the expected matches follow from λ.
 *
 * In: the patterns of candidate pairs, of which a share was counted; how many pairs there are in all.
 * Out: λ. The other numbers stay.
 */
export function matchShare(
  patterns: PatternCounts,
  parameters: Parameters,
  { counted, all }: { readonly counted: number; readonly all: number },
): number {
  const compared = parameters.comparisons.map(() => true);
  let { lambda } = parameters;
  for (let iteration = 0; iteration < mostShareIterations; iteration++) {
    const { probabilities } = expectMatches(patterns, { ...parameters, lambda }, { compared });
    const matches =
      probabilities.reduce((sum, p, i) => sum + p * (patterns.counts[i] as number), 0) / counted;
    const next = Math.min(0.5, Math.max(matches / all, 1e-15));
    if (Math.abs(next - lambda) < lambda * 1e-6) return next;
    lambda = next;
  }
  return lambda;
}

const mostShareIterations = 100;

/** The probability of a match for each pattern, and how likely all pairs are. */
export function expectMatches(
  patterns: PatternCounts,
  parameters: Parameters,
  { compared }: Pick<Training, "compared">,
): { readonly probabilities: Float64Array; readonly logLikelihood: number } {
  const terms = termBits(patterns, parameters, compared);
  const weights = patternWeights(patterns, parameters, compared, terms);
  const others = patternChances(patterns, parameters, compared, terms);
  const probabilities = weights.map(probabilityOf);
  let logLikelihood = 0;
  for (const [i, weight] of weights.entries()) {
    // ln(λΠm + (1−λ)Πu) = ln((1−λ)Πu) + ln(1 + odds)
    const odds = weight * Math.LN2;
    const softened = odds > 0 ? odds + Math.log1p(Math.exp(-odds)) : Math.log1p(Math.exp(odds));
    const base = Math.log1p(-parameters.lambda) + (others[i] ?? 0);
    logLikelihood += (patterns.counts[i] ?? 0) * (base + softened);
  }
  return { probabilities, logLikelihood };
}

/** What term frequencies add to each pattern's weight, in bits. */
function termBits(
  { levels, counts, frequencies }: PatternCounts,
  { comparisons }: Parameters,
  compared: readonly boolean[],
): Float64Array {
  if (frequencies === undefined) return new Float64Array(counts.length);
  const bits = frequencies.constant.slice();
  for (const [c, bases] of frequencies.bases.entries()) {
    const found = levels[c];
    if (!compared[c] || found === undefined) continue;
    const byLevel = bases.map((base) =>
      base === undefined ? 0 : base.factor * Math.log2(comparisons[c]?.[base.baseLevel]?.u ?? 1),
    );
    const absent = frequencies.absent[c];
    for (let i = 0; i < bits.length; i++)
      if (absent?.[i] !== 1) bits[i] = (bits[i] ?? 0) + (byLevel[found[i] ?? -1] ?? 0);
  }
  return bits;
}

/** The match weight of each pattern in bits. */
function patternWeights(
  { levels }: PatternCounts,
  { lambda, comparisons }: Parameters,
  compared: readonly boolean[],
  terms: Float64Array,
): Float64Array {
  const prior = priorWeight(lambda);
  return summed(levels, comparisons, compared, ({ m, u }) => levelWeight(m, u)).map(
    (weight, i) => prior + weight + (terms[i] ?? 0),
  );
}

/** The natural logarithm of each pattern's chance among pairs that are no match. */
function patternChances(
  { levels }: PatternCounts,
  { comparisons }: Parameters,
  compared: readonly boolean[],
  terms: Float64Array,
): Float64Array {
  const log = ({ u }: LevelParameters) => Math.log(Math.max(u, 1e-300));
  return summed(levels, comparisons, compared, log).map((chance, i) => chance - (terms[i] ?? 0) * Math.LN2);
}

/** For each pattern the sum over its compared levels. */
function summed(
  levels: PatternCounts["levels"],
  comparisons: Parameters["comparisons"],
  compared: readonly boolean[],
  of: (level: LevelParameters) => number,
): Float64Array {
  const sums = new Float64Array(levels[0]?.length ?? 0);
  for (const [c, its] of comparisons.entries()) {
    const found = levels[c];
    if (!compared[c] || found === undefined) continue;
    const byLevel = its.map(of);
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (byLevel[found[i] ?? -1] ?? 0);
  }
  return sums;
}

function maximise(
  { levels, counts }: PatternCounts,
  probabilities: Float64Array,
  before: Parameters,
  training: Training,
): Parameters {
  let pairs = 0;
  let matches = 0;
  for (const [i, count] of counts.entries()) {
    pairs += count;
    matches += count * (probabilities[i] ?? 0);
  }
  const comparisons = before.comparisons.map((its, c) => {
    const found = levels[c];
    if (!training.compared[c] || found === undefined) return its;
    return trainedLevels(
      its,
      training.stated?.[c] ?? [],
      countedLevels(found, counts, probabilities, its.length),
      training,
    );
  });
  return { lambda: pairs === 0 ? before.lambda : matches / pairs, comparisons };
}

/** How many pairs have each level, how many of them are expected to be matches, and how many not. */
interface CountedLevels {
  readonly pairs: Float64Array;
  readonly matches: Float64Array;
  readonly others: Float64Array;
}

function countedLevels(
  found: Int8Array,
  counts: Float64Array,
  probabilities: Float64Array,
  levels: number,
): CountedLevels {
  const [pairs, matches, others] = [0, 1, 2].map(() => new Float64Array(levels)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const [i, level] of found.entries()) {
    if (level < 0) continue;
    const [count, p] = [counts[i] ?? 0, probabilities[i] ?? 0];
    pairs[level] = (pairs[level] ?? 0) + count;
    matches[level] = (matches[level] ?? 0) + count * p;
    others[level] = (others[level] ?? 0) + count * (1 - p);
  }
  return { pairs, matches, others };
}

function trainedLevels(
  before: readonly LevelParameters[],
  stated: readonly LevelNumbers[],
  { pairs, matches, others }: CountedLevels,
  { fixesU, likeSplink = false }: Training,
): LevelParameters[] {
  const shares = (key: "m" | "u", counts: Float64Array) => {
    const its = stated.map((level) => level[key]);
    const last = before.map((level) => level[key]);
    return likeSplink ? sharesLikeSplink(counts, pairs, its, last) : levelShares(counts, its, last);
  };
  const m = shares("m", matches);
  const u = fixesU ? before.map((level) => level.u) : shares("u", others);
  return before.map((_, level) => ({ m: m[level] as number, u: u[level] as number }));
}
