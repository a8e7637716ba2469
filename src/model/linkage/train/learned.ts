import type { Parameters } from "../parameters.ts";
import type { ResolvedRule } from "../resolved.ts";
import type { Coincidence } from "./dependence.ts";
import type { Training, TrainingResult } from "./expectation.ts";
import type { PatternCounts } from "./patterns.ts";
import { type StandardErrors, standardErrors } from "./standard-errors.ts";

/** One training session: what its pairs were, and how it went. */
export interface LearnedSession {
  readonly rule: string;
  /** Pairs that the rule brings together, and how many of them were counted. */
  readonly pairs: number;
  readonly counted: number;
  readonly compared: readonly boolean[];
  readonly parameters: Parameters;
  /** Left out where the pairs do not tell all numbers. */
  readonly errors?: StandardErrors;
  readonly history: readonly { readonly lambda: number; readonly logLikelihood: number }[];
  readonly converged: boolean;
}

/** A model's numbers, and how they were found. */
export interface LearnedModel {
  readonly parameters: Parameters;
  readonly sessions: readonly LearnedSession[];
  /** Columns that agree together; left out where nothing was looked for. */
  readonly dependence?: readonly Coincidence[];
}

/** The pairs of a session. */
interface SessionPairs {
  readonly rule: ResolvedRule;
  readonly compared: readonly boolean[];
  readonly pairs: number;
  readonly patterns: PatternCounts;
}

/** What is kept of a session. */
export function learnedSession(
  { rule, compared, pairs, patterns }: SessionPairs,
  { parameters, history, converged }: TrainingResult,
  how: Pick<Training, "stated" | "fixesU">,
): LearnedSession {
  const errors = standardErrors(patterns, parameters, { compared, ...how });
  return {
    rule: rule.name,
    pairs,
    counted: patterns.counts.reduce((sum, n) => sum + n, 0),
    compared,
    parameters,
    ...(errors === undefined ? {} : { errors }),
    history: history.map(({ parameters: at, logLikelihood }) => ({ lambda: at.lambda, logLikelihood })),
    converged,
  };
}
