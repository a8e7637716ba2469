import { ColumnList, resolveModel, resolveRule } from "../../model/linkage/resolve-model.ts";
import type { ResolvedModel, ResolvedRule } from "../../model/linkage/resolved.ts";
import type { MatchSpec } from "./match-spec.ts";

/** A match step's model and rules by number: what its statements and its host functions both work with. */
export interface ResolvedMatch {
  readonly sources: readonly string[];
  /** `compared[a][b]`, a ≤ b: whether records of two sources are compared. */
  readonly compared: readonly (readonly boolean[])[];
  readonly model: ResolvedModel;
  readonly blocking: readonly ResolvedRule[];
  readonly lambdaRules: readonly ResolvedRule[];
  readonly trainingRules: readonly ResolvedRule[];
  /** Pairs that agree by it are matches. */
  readonly truthRule?: ResolvedRule;
  /** Columns by whose values the report tells records apart. */
  readonly subgroups: readonly number[];
}

/** The part of a step's specification that says what is compared with what. */
export type MatchPlan = Pick<MatchSpec, "compare" | "comparisons" | "blocking" | "training" | "report"> & {
  readonly sources: readonly string[];
};

export function resolveMatch(spec: MatchPlan): ResolvedMatch {
  const list = new ColumnList();
  const { comparisons } = resolveModel(spec.comparisons, list);
  const rules = (them: readonly (readonly string[])[]) => them.map((rule) => resolveRule(rule, list));
  const lambda = spec.training?.lambda;
  const truth = spec.training?.truth;
  const resolved = {
    blocking: rules(spec.blocking),
    lambdaRules: rules(typeof lambda === "object" ? lambda.rules : []),
    trainingRules: rules(spec.training?.rules ?? []),
    ...(truth === undefined ? {} : { truthRule: resolveRule([truth], list) }),
    subgroups: (spec.report?.by ?? []).map((text) => list.place(text)),
  };
  const { sources } = spec;
  return {
    sources,
    compared: matrix(sources, spec.compare),
    model: { columns: list.columns, comparisons },
    ...resolved,
  };
}

function matrix(sources: readonly string[], compare: MatchSpec["compare"]): boolean[][] {
  const wanted = (a: string, b: string) =>
    compare === undefined
      ? sources.length === 1 || a !== b
      : compare.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
  return sources.map((a, i) => sources.map((b, j) => i <= j && wanted(a, b)));
}
