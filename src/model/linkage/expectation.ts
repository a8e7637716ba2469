import { greatestChange, type LevelParameters, type Parameters } from "./parameters.ts";
import type { PatternCounts } from "./patterns.ts";
import { levelWeight, priorWeight, probabilityOf } from "./weights.ts";

/** What a training session may change, and when it ends. */
export interface Training {
  /** Which comparisons are compared and trained; those of the blocking rule are neither. */
  readonly compared: readonly boolean[];
  /** Whether u stays as it was found in random pairs. */
  readonly fixesU: boolean;
  /** Greatest change of any m, u or λ at which it ends. */
  readonly tolerance: number;
  readonly mostIterations: number;
}

/** One iteration: the parameters it began with, and how likely the pairs were under them. */
interface Iteration {
  readonly parameters: Parameters;
  /** Natural logarithm; it never falls while term frequencies are left out. */
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
    const { probabilities, logLikelihood } = expect(patterns, parameters, training);
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
    const { probabilities } = expect(patterns, { ...parameters, lambda }, { compared });
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
function expect(
  patterns: PatternCounts,
  parameters: Parameters,
  { compared }: Pick<Training, "compared">,
): { readonly probabilities: Float64Array; readonly logLikelihood: number } {
  const weights = patternWeights(patterns, parameters, compared);
  const others = patternChances(patterns, parameters, compared);
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

/** The match weight of each pattern in bits. */
function patternWeights(
  { levels, counts, frequencies }: PatternCounts,
  { lambda, comparisons }: Parameters,
  compared: readonly boolean[],
): Float64Array {
  const weights = new Float64Array(counts.length).fill(priorWeight(lambda));
  for (const [c, its] of comparisons.entries()) {
    const found = levels[c];
    if (!compared[c] || found === undefined) continue;
    const byLevel = its.map(({ m, u }) => levelWeight(m, u));
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] ?? 0) + (byLevel[found[i] ?? -1] ?? 0);
    const terms = frequencies?.[c];
    if (terms === undefined) continue;
    const base = Math.log2(its[terms.exactLevel]?.u ?? 1);
    for (let i = 0; i < weights.length; i++) {
      weights[i] = (weights[i] ?? 0) + (terms.factor[i] ?? 0) * base + (terms.constant[i] ?? 0);
    }
  }
  return weights;
}

/** The natural logarithm of each pattern's chance among pairs that are no match. */
function patternChances(
  { levels, counts }: PatternCounts,
  { comparisons }: Parameters,
  compared: readonly boolean[],
): Float64Array {
  const chances = new Float64Array(counts.length);
  for (const [c, its] of comparisons.entries()) {
    const found = levels[c];
    if (!compared[c] || found === undefined) continue;
    const byLevel = its.map(({ u }) => Math.log(Math.max(u, 1e-300)));
    for (let i = 0; i < chances.length; i++) chances[i] = (chances[i] ?? 0) + (byLevel[found[i] ?? -1] ?? 0);
  }
  return chances;
}

function maximise(
  { levels, counts }: PatternCounts,
  probabilities: Float64Array,
  before: Parameters,
  { compared, fixesU }: Training,
): Parameters {
  let pairs = 0;
  let matches = 0;
  for (const [i, count] of counts.entries()) {
    pairs += count;
    matches += count * (probabilities[i] ?? 0);
  }
  const comparisons = before.comparisons.map((its, c) => {
    const found = levels[c];
    if (!compared[c] || found === undefined) return its;
    return trainedLevels(its, found, counts, probabilities, fixesU);
  });
  return { lambda: pairs === 0 ? before.lambda : matches / pairs, comparisons };
}

function trainedLevels(
  before: readonly LevelParameters[],
  found: Int8Array,
  counts: Float64Array,
  probabilities: Float64Array,
  fixesU: boolean,
): LevelParameters[] {
  const matches = new Float64Array(before.length);
  const others = new Float64Array(before.length);
  for (const [i, level] of found.entries()) {
    if (level < 0) continue;
    const [count, p] = [counts[i] ?? 0, probabilities[i] ?? 0];
    matches[level] = (matches[level] ?? 0) + count * p;
    others[level] = (others[level] ?? 0) + count * (1 - p);
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const [allMatches, allOthers] = [sum(matches), sum(others)];
  return before.map(({ m, u }, level) => ({
    m: allMatches === 0 || matches[level] === 0 ? m : (matches[level] ?? 0) / allMatches,
    u: fixesU || allOthers === 0 || others[level] === 0 ? u : (others[level] ?? 0) / allOthers,
  }));
}
