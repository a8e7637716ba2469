import type { LevelNumbers } from "../model.ts";
import type { LevelParameters, Parameters } from "../parameters.ts";
import { columnsOf } from "../resolve-model.ts";
import type { ModelColumn, ResolvedModel, ResolvedRule } from "../resolved.ts";
import { type Training, type TrainingResult, train } from "./expectation.ts";
import { withPrior } from "./level-shares.ts";
import type { PatternCounts } from "./patterns.ts";
import { agreedLevels, given, type LevelPlace, lambdaGiven, median, oddsOf } from "./sessions.ts";

/**
 * Training as Splink 5 does it, so that its numbers come out: sessions one after the other, each beginning with the
 * medians of those before. Source: Splink 5, em_training_session and comparison_level.
 */

/** Bits between which Splink spreads the weights of levels below the best, and the best level's. */
const [leastBits, mostBits, bestBits] = [-5, 3, 10];

/**
 * Where Splink begins.
 *
 * In: what the model states of each comparison's levels, from else to the best; λ; how many random pairs have each
 * level, where u is learned from them. A level that none of them has keeps what it began with.
 */
export function startLikeSplink(
  stated: readonly (readonly LevelNumbers[])[],
  lambda: number,
  random: readonly (Float64Array | undefined)[],
): Parameters {
  return { lambda, comparisons: stated.map((levels, c) => startLevels(levels, random[c])) };
}

function startLevels(stated: readonly LevelNumbers[], random: Float64Array | undefined): LevelParameters[] {
  const best = stated.length - 1;
  const pairs = random?.reduce((sum, n) => sum + n, 0) ?? 0;
  return stated.map(({ m, u }, level) => {
    const usual = level === best ? 0.95 : 0.05 / best;
    const count = typeof u === "number" ? 0 : (random?.[level] ?? 0);
    const found = typeof u === "object" && "prior" in u ? withPrior(u, count, pairs) : count / pairs;
    return {
      m: given(m) ?? usual,
      u: count > 0 ? found : (given(u) ?? usual / 2 ** usualBits(level, best)),
    };
  });
}

function usualBits(level: number, best: number): number {
  if (level === best) return bestBits;
  return best === 1 ? leastBits : leastBits + (level * (mostBits - leastBits)) / (best - 1);
}

/** Which comparisons a session can learn: those none of whose tests look at one of the rule's columns. */
export function comparedLikeSplink(model: ResolvedModel, rule: ResolvedRule): boolean[] {
  const bases = basesOf(model, [...rule.columns, ...rule.lists]);
  return model.comparisons.map(({ levels, missing }) => {
    const tests = [missing, ...levels.flatMap(({ test }) => test ?? [])];
    return [...basesOf(model, tests.flatMap(columnsOf))].every((base) => !bases.has(base));
  });
}

/** The columns of the sources behind columns of the model. */
function basesOf({ columns }: ResolvedModel, places: readonly number[]): Set<string> {
  return new Set(places.flatMap((place) => columns[place]?.bases ?? []));
}

/** The pairs of one session. */
interface SessionPairs {
  readonly rule: ResolvedRule;
  readonly compared: readonly boolean[];
  readonly patterns: PatternCounts;
}

/**
 * Trains session by session.
 *
 * In: where to begin; how many random pairs have each level, which is one more estimate of u where u is learned in the
 * sessions as well; whether λ is learned from the sessions, or stays.
 * Out: the model's numbers, and each session's result.
 */
export function trainLikeSplink(
  sessions: readonly SessionPairs[],
  start: Parameters,
  model: ResolvedModel,
  random: readonly (Float64Array | undefined)[],
  learnsLambda: boolean,
  how: Omit<Training, "compared" | "likeSplink">,
): { readonly parameters: Parameters; readonly results: readonly TrainingResult[] } {
  let parameters = start;
  const results: TrainingResult[] = [];
  const done: { agreed: readonly LevelPlace[]; lambda: number }[] = [];
  const estimates = start.comparisons.map((levels, c) =>
    levels.map(({ u }, l) => ({ m: [] as number[], u: (random[c]?.[l] ?? 0) > 0 ? [u] : [] })),
  );
  for (const { rule, compared, patterns } of sessions) {
    const agreed = agreedLevels(model, basesOf(model, rule.columns), plainName);
    const own = { ...parameters, lambda: lambdaGiven(agreed, parameters) };
    const result = train(patterns, own, { ...how, compared, likeSplink: true });
    results.push(result);
    done.push({ agreed, lambda: result.parameters.lambda });
    for (const [c, levels] of estimates.entries()) {
      if (!compared[c]) continue;
      const seen = new Set(patterns.levels[c]);
      for (const [l, its] of levels.entries()) {
        if (!seen.has(l)) continue;
        const found = result.parameters.comparisons[c]?.[l] as LevelParameters;
        its.m.push(found.m);
        if (!how.fixesU) its.u.push(found.u);
      }
    }
    parameters = withMedians(parameters, estimates, how.stated ?? []);
    if (learnsLambda) parameters = { ...parameters, lambda: lambdaBehind(done, parameters) };
  }
  return { parameters, results };
}

/** The name of a source's own column; undefined of what is made of one. */
function plainName({ expression }: ModelColumn): string | undefined {
  return expression.kind === "column" ? expression.name : undefined;
}

interface Estimates {
  readonly m: readonly number[];
  readonly u: readonly number[];
}

function withMedians(
  { lambda, comparisons }: Parameters,
  estimates: readonly (readonly Estimates[])[],
  stated: readonly (readonly LevelNumbers[])[],
): Parameters {
  return {
    lambda,
    comparisons: comparisons.map((levels, c) =>
      levels.map((level, l) => {
        const of = (key: "m" | "u") => {
          const values = estimates[c]?.[l]?.[key] ?? [];
          return typeof stated[c]?.[l]?.[key] === "number" || values.length === 0
            ? level[key]
            : median(values);
        };
        return { m: of("m"), u: of("u") };
      }),
    ),
  };
}

/** The share of matches among all pairs behind those of the sessions: the median of how many pairs there are to a match. */
function lambdaBehind(
  sessions: readonly { readonly agreed: readonly LevelPlace[]; readonly lambda: number }[],
  parameters: Parameters,
): number {
  const each = sessions.map(({ agreed, lambda }) => {
    const odds = lambda / (1 - lambda) / oddsOf(agreed, parameters);
    return (1 + odds) / odds;
  });
  return 1 / median(each);
}
