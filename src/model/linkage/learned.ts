import type { Parameters } from "./parameters.ts";

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
