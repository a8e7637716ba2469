import type { LearnedModel, LearnedSession } from "../learned.ts";
import type { Comparison, LevelNumbers } from "../model.ts";
import type { LevelParameters } from "../parameters.ts";
import type { ReportedLevel, ReportedModel, ReportedSession } from "../report.ts";
import type { ResolvedComparison, ResolvedLevel, ResolvedModel } from "../resolved.ts";
import { numbersOf, startParameters, unseen } from "../sessions.ts";
import { levelWeight, priorWeight } from "../weights.ts";

/** A learned model with what its numbers are worth, comparison by comparison, the best level first. */
export function reportModel(
  comparisons: readonly Comparison[],
  { comparisons: resolved }: ResolvedModel,
  { parameters, sessions }: LearnedModel,
): ReportedModel {
  const start = startParameters(comparisons.map(numbersOf), parameters.lambda, []);
  return {
    lambda: parameters.lambda,
    prior: priorWeight(parameters.lambda),
    comparisons: resolved.map((comparison, c) => {
      const trained = sessions.filter(({ compared }) => compared[c]);
      const stated = numbersOf(comparisons[c] as Comparison);
      const levels = comparison.levels.map((level, l) =>
        reportLevel(level, {
          stated: stated[l] as LevelNumbers,
          found: parameters.comparisons[c]?.[l] as LevelParameters,
          isTermed: level.term !== undefined,
          isTrained: sessions.length > 0,
          fewestMatches: Math.min(...trained.map(expectedMatches)),
          isTaught: trained.some((its) => mOf(its, c, l) !== start.comparisons[c]?.[l]?.m),
        }),
      );
      return { comparison: comparison.name, levels: levels.reverse() };
    }),
  };
}

interface LevelFacts {
  readonly stated: LevelNumbers;
  readonly found: LevelParameters;
  readonly isTermed: boolean;
  /** Whether the model was trained at all. */
  readonly isTrained: boolean;
  /** Of the sessions that compared it; infinite where none did. */
  readonly fewestMatches: number;
  /** Whether some session moved m from where it started. */
  readonly isTaught: boolean;
}

function reportLevel({ label, weight: fixed }: ResolvedLevel, facts: LevelFacts): ReportedLevel {
  const { stated, found, isTermed, isTrained, fewestMatches, isTaught } = facts;
  const { weight } = stated;
  if (weight !== undefined && fixed !== undefined) {
    const kind = typeof weight === "number" ? "weight" : weight;
    const nothing = { m: null, u: null, standardError: null, unseen: [] };
    return { label, ...nothing, weight: fixed, fixed: kind, termFrequency: isTermed };
  }
  const { m, u } = found;
  const isLearned = isTaught && typeof stated.m !== "number";
  return {
    label,
    m,
    u,
    weight: levelWeight(m, u),
    fixed: null,
    termFrequency: isTermed,
    standardError:
      isLearned && fewestMatches > 0 && Number.isFinite(fewestMatches)
        ? Math.sqrt((m * (1 - m)) / fewestMatches)
        : null,
    unseen: [
      ...(isTrained && !isTaught && typeof stated.m !== "number" ? (["m"] as const) : []),
      ...(isTrained && stated.u === undefined && isAssumed(u) ? (["u"] as const) : []),
    ],
  };
}

/** Whether a u is the one that stands for a level that no random pair had. */
function isAssumed(u: number): boolean {
  return u === unseen || u === Number.MIN_VALUE;
}

function mOf({ parameters }: LearnedSession, comparison: number, level: number): number | undefined {
  return parameters.comparisons[comparison]?.[level]?.m;
}

/** Matches that a session's λ stands for among the pairs it counted. */
function expectedMatches({ parameters, counted }: LearnedSession): number {
  return parameters.lambda * counted;
}

/** A session in numbers; comparisons by name. */
export function reportSession(
  session: LearnedSession,
  comparisons: readonly ResolvedComparison[],
): ReportedSession {
  const { rule, pairs, counted, compared, parameters, history, converged } = session;
  return {
    rule,
    pairs,
    counted,
    compared: comparisons.filter((_, c) => compared[c]).map(({ name }) => name),
    lambda: parameters.lambda,
    expectedMatches: expectedMatches(session),
    iterations: history.length,
    converged,
    logLikelihood: history.map(({ logLikelihood }) => logLikelihood),
  };
}
