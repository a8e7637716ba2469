import type { LevelParameters, Parameters } from "../parameters.ts";
import { expectMatches, type Training } from "./expectation.ts";
import type { PatternCounts } from "./patterns.ts";

/** How far learned numbers may be off by chance; null where a number was not learned. */
export interface StandardErrors {
  readonly lambda: number;
  /** Of m, for each comparison its levels, from else to the best. */
  readonly m: readonly (readonly (number | null)[])[];
}

/**
 * Standard errors of λ and m where a session ended, from how sharply the likelihood of its pairs falls off there.
 * Undefined where the pairs do not tell all of its numbers.
 *
 * They take pairs as drawn one by one: pairs of the same records are not, so that the truth is somewhat wider. Source:
 * Meilijson, JRSS B 51 (1989), section 2: the information of incomplete data is the sum of the squared scores.
 */
export function standardErrors(
  patterns: PatternCounts,
  parameters: Parameters,
  training: Pick<Training, "compared" | "stated" | "fixesU">,
): StandardErrors | undefined {
  const { probabilities } = expectMatches(patterns, parameters, training);
  const sets = freeSets(patterns, parameters, training);
  const size = 1 + sets.reduce((sum, { free }) => sum + free.length - 1, 0);
  const information = Array.from({ length: size }, () => new Float64Array(size));
  const { lambda } = parameters;
  for (const [i, count] of patterns.counts.entries()) {
    const p = probabilities[i] as number;
    const score: [number, number][] = [[0, p / lambda - (1 - p) / (1 - lambda)]];
    for (const set of sets) addScore(score, set, patterns.levels[set.comparison]?.[i] ?? -1, p);
    for (const [a, x] of score) {
      const row = information[a] as Float64Array;
      for (const [b, y] of score) row[b] = (row[b] as number) + count * x * y;
    }
  }
  const covariance = inverse(information);
  if (covariance === undefined) return undefined;
  const at = (a: number, b: number) => (covariance[a] as Float64Array)[b] as number;
  return {
    lambda: Math.sqrt(at(0, 0)),
    m: parameters.comparisons.map((levels, comparison) => {
      const set = sets.find((its) => its.of === "m" && its.comparison === comparison);
      return levels.map((_, level) => errorOf(level, set, at));
    }),
  };
}

/** Levels of a comparison that share out what is left to them; the first is told by the others. */
interface FreeSet {
  readonly of: "m" | "u";
  readonly comparison: number;
  readonly levels: readonly LevelParameters[];
  readonly free: readonly number[];
  /** The place of the second's number among all. */
  readonly start: number;
}

function freeSets(
  { levels: found }: PatternCounts,
  { comparisons }: Parameters,
  { compared, stated, fixesU }: Pick<Training, "compared" | "stated" | "fixesU">,
): FreeSet[] {
  const sets: FreeSet[] = [];
  let start = 1;
  for (const of of fixesU ? (["m"] as const) : (["m", "u"] as const)) {
    for (const [comparison, levels] of comparisons.entries()) {
      if (!compared[comparison]) continue;
      const seen = new Set(found[comparison]);
      const isFree = (level: number) =>
        seen.has(level) && typeof stated?.[comparison]?.[level]?.[of] !== "number";
      // The rarest first, as its score touches all the others' numbers.
      const free = [...levels.keys()]
        .filter(isFree)
        .sort((a, b) => (levels[a] as LevelParameters)[of] - (levels[b] as LevelParameters)[of]);
      if (free.length < 2) continue;
      sets.push({ of, comparison, levels, free, start });
      start += free.length - 1;
    }
  }
  return sets;
}

/** Adds what a pair of that level and probability says of a set's numbers. */
function addScore(
  score: [number, number][],
  { of, levels, free, start }: FreeSet,
  level: number,
  p: number,
): void {
  const place = free.indexOf(level);
  if (place === -1) return;
  const each = (of === "m" ? p : 1 - p) / (levels[level] as LevelParameters)[of];
  if (place > 0) score.push([start + place - 1, each]);
  else for (let k = 1; k < free.length; k++) score.push([start + k - 1, -each]);
}

function errorOf(
  level: number,
  set: FreeSet | undefined,
  covariance: (a: number, b: number) => number,
): number | null {
  const place = set?.free.indexOf(level) ?? -1;
  if (set === undefined || place === -1) return null;
  if (place > 0) return Math.sqrt(covariance(set.start + place - 1, set.start + place - 1));
  let variance = 0;
  for (let a = 1; a < set.free.length; a++)
    for (let b = 1; b < set.free.length; b++) variance += covariance(set.start + a - 1, set.start + b - 1);
  return Math.sqrt(variance);
}

/** The inverse of a symmetric positive matrix, by Gauss and Jordan; undefined where it is singular. */
function inverse(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const n = matrix.length;
  // Numbers of unlike size made alike, so that what counts as nothing is the same for all.
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i] as number));
  const left = matrix.map((row, i) => row.map((x, j) => x * (scale[i] as number) * (scale[j] as number)));
  const right = matrix.map((_, i) => Float64Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));
  for (let k = 0; k < n; k++) {
    const [row, other] = [left[k] as Float64Array, right[k] as Float64Array];
    const pivot = row[k] as number;
    if (!(pivot > 1e-10)) return undefined;
    for (let j = 0; j < n; j++) {
      row[j] = (row[j] as number) / pivot;
      other[j] = (other[j] as number) / pivot;
    }
    for (let i = 0; i < n; i++) {
      const factor = i === k ? 0 : ((left[i] as Float64Array)[k] as number);
      if (factor === 0) continue;
      for (const [to, from] of [
        [left[i] as Float64Array, row],
        [right[i] as Float64Array, other],
      ] as const)
        for (let j = 0; j < n; j++) to[j] = (to[j] as number) - factor * (from[j] as number);
    }
  }
  return right.map((row, i) => row.map((x, j) => x * (scale[i] as number) * (scale[j] as number)));
}
