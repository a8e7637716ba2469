import type { BlockingRule, Comparison, Level } from "../model.ts";
import type { LevelParameters, Parameters } from "../parameters.ts";
import type { LearnedModel } from "./learned.ts";
import { numbersOf, startParameters } from "./sessions.ts";

/** What a file of a trained model begins with, and the version that is written and read. */
export const [modelFormat, modelVersion] = ["dars-linkage-model", 1] as const;

/** A model whose every number is fixed: all that scoring takes, and how the numbers were found. */
export interface TrainedModel {
  readonly format: typeof modelFormat;
  readonly version: typeof modelVersion;
  /** The sources that it was trained on, and the column that names each record there. */
  readonly sources: Readonly<Record<string, { readonly id: string }>>;
  /** Pairs of sources that were compared; left out: all different ones, or the one with itself. */
  readonly compare?: readonly (readonly [string, string])[];
  readonly blocking: readonly BlockingRule[];
  /** The share of matches among all pairs. */
  readonly lambda: number;
  readonly comparisons: readonly Comparison[];
  /** Sessions and their histories; nothing is scored by them. */
  readonly learned: Learning;
}

/** How a model was learned. */
export type Learning = Omit<LearnedModel, "parameters">;

/** What a model is trained for. */
export type TrainedFor = Pick<TrainedModel, "sources" | "blocking" | "comparisons"> & {
  readonly compare?: TrainedModel["compare"] | undefined;
};

/** A model with the numbers that were learned of it. */
export function trainedModel(plan: TrainedFor, { parameters, ...learned }: LearnedModel): TrainedModel {
  const { sources, compare, blocking, comparisons } = plan;
  return {
    format: modelFormat,
    version: modelVersion,
    sources,
    ...(compare === undefined ? {} : { compare }),
    blocking,
    lambda: parameters.lambda,
    comparisons: comparisons.map((comparison, c) => withNumbers(comparison, parameters.comparisons[c] ?? [])),
    learned,
  };
}

function withNumbers(comparison: Comparison, numbers: readonly LevelParameters[]): Comparison {
  const best = comparison.levels.length;
  return {
    ...comparison,
    levels: comparison.levels.map((level, i): Level => ({ ...level, ...numbers[best - i] })),
    else: { ...comparison.else, ...numbers[0] },
  };
}

/** The numbers of a trained model, to the last bit those that were learned. */
export function parametersOf({
  lambda,
  comparisons,
}: Pick<TrainedModel, "lambda" | "comparisons">): Parameters {
  return startParameters(comparisons.map(numbersOf), lambda, []);
}
