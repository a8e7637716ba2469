import type { TrainingResult } from "./expectation.ts";
import type { Parameters } from "./parameters.ts";
import type { PatternCounts } from "./patterns.ts";
import type { ResolvedRule } from "./resolved.ts";

/** One training session: what its pairs were, and how it went. */
export interface LearnedSession {
  readonly rule: string;
  /** Pairs that the rule brings together, and how many of them were counted. */
  readonly pairs: number;
  readonly counted: number;
  readonly compared: readonly boolean[];
  readonly parameters: Parameters;
  readonly history: readonly { readonly lambda: number; readonly logLikelihood: number }[];
  readonly converged: boolean;
}

/** A model's numbers, and how they were found. */
export interface LearnedModel {
  readonly parameters: Parameters;
  readonly sessions: readonly LearnedSession[];
}

/** What is kept of a session. */
export function learnedSession(
  {
    rule,
    compared,
    pairs,
    patterns,
  }: {
    readonly rule: ResolvedRule;
    readonly compared: readonly boolean[];
    readonly pairs: number;
    readonly patterns: PatternCounts;
  },
  { parameters, history, converged }: TrainingResult,
): LearnedSession {
  return {
    rule: rule.name,
    pairs,
    counted: patterns.counts.reduce((sum, n) => sum + n, 0),
    compared,
    parameters,
    history: history.map(({ parameters: at, logLikelihood }) => ({ lambda: at.lambda, logLikelihood })),
    converged,
  };
}
