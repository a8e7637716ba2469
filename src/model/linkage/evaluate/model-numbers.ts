import type { Comparison, LevelNumbers } from "../model.ts";
import type { LevelParameters } from "../parameters.ts";
import type { ResolvedComparison, ResolvedLevel, ResolvedModel } from "../resolved.ts";
import type { LearnedModel, LearnedSession } from "../train/learned.ts";
import { numbersOf, startParameters } from "../train/sessions.ts";
import { levelWeight, priorWeight } from "../weights.ts";
import type { ReportedLevel, ReportedModel, ReportedSession } from "./report.ts";

/** A learned model with what its numbers are worth, comparison by comparison, the best level first. */
export function reportModel(
  comparisons: readonly Comparison[],
  { comparisons: resolved }: ResolvedModel,
  { parameters, sessions }: LearnedModel,
): ReportedModel {
  const stated = comparisons.map(numbersOf);
  const start = startParameters(stated, parameters.lambda, []);
  return {
    lambda: parameters.lambda,
    prior: priorWeight(parameters.lambda),
    comparisons: resolved.map((comparison, c) => {
      const levels = comparison.levels.map((level, l) =>
        reportLevel(level, {
          stated: stated[c]?.[l] as LevelNumbers,
          found: parameters.comparisons[c]?.[l] as LevelParameters,
          start: start.comparisons[c]?.[l] as LevelParameters,
          errors: sessions.flatMap(({ compared, errors }) => (compared[c] ? (errors?.m[c]?.[l] ?? []) : [])),
        }),
      );
      return { comparison: comparison.name, levels: levels.reverse() };
    }),
  };
}

interface LevelFacts {
  readonly stated: LevelNumbers;
  readonly found: LevelParameters;
  readonly start: LevelParameters;
  /** Standard errors of m, of the sessions that tell one. */
  readonly errors: readonly number[];
}

function reportLevel({ label, weight: fixed, term }: ResolvedLevel, facts: LevelFacts): ReportedLevel {
  const { stated, found, start, errors } = facts;
  const termFrequency = term !== undefined;
  if (stated.weight !== undefined && fixed !== undefined) {
    const kind = typeof stated.weight === "number" ? "weight" : stated.weight;
    const nothing = { m: null, u: null, mFrom: null, standardError: null };
    return { label, ...nothing, weight: fixed, fixed: kind, termFrequency };
  }
  const { m, u } = found;
  const mFrom = typeof stated.m === "number" ? "stated" : m === start.m ? "assumed" : "learned";
  const standardError = mFrom === "learned" && errors.length > 0 ? Math.max(...errors) : null;
  return { label, m, u, mFrom, standardError, weight: levelWeight(m, u), fixed: null, termFrequency };
}

/** A session in numbers; comparisons by name. */
export function reportSession(
  session: LearnedSession,
  comparisons: readonly ResolvedComparison[],
): ReportedSession {
  const { rule, pairs, counted, compared, parameters, errors, history, converged } = session;
  const isKnown = history.length === 0;
  return {
    rule,
    pairs,
    counted,
    compared: comparisons.filter((_, c) => compared[c]).map(({ name }) => name),
    lambda: isKnown ? null : parameters.lambda,
    standardError: errors?.lambda ?? null,
    expectedMatches: isKnown ? counted : parameters.lambda * counted,
    iterations: history.length,
    converged,
    logLikelihood: history.map(({ logLikelihood }) => logLikelihood),
  };
}
