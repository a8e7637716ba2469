import { type Diagnostic, diagnostic, nearest } from "../../base/diagnostics.ts";
import { parseExpression, parseRuleColumn } from "../../model/linkage/expression/expression.ts";
import type { CheckContext } from "../step-kind.ts";
import type { MatchSpec } from "./match-spec.ts";

/** Every mistake of a match step that can be seen without its files. */
export function checkMatch(spec: MatchSpec, context: CheckContext): Diagnostic[] {
  const sources = Object.keys(spec.sources);
  const unknown = (name: string, ...place: (string | number)[]) => {
    if (sources.includes(name)) return [];
    const params = { what: "source", name, near: nearest(name, sources), known: sources };
    return [diagnostic("spec/unknown-name", context.at(...place), params)];
  };
  const { rules, truth, labels, like } = spec.training ?? {};
  const teachers = [rules, truth, labels].filter((its) => its !== undefined).length;
  const isLikeSplink = like === "splink" && rules === undefined;
  const isTaught = spec.training === undefined || (teachers === 1 && !isLikeSplink);
  return [
    ...checkSteps(spec, context),
    ...checkExpressions(spec, context),
    ...(isTaught ? [] : [diagnostic("link/one-teacher", context.at("training"), { isLikeSplink })]),
    ...(spec.compare ?? []).flatMap((pair, i) => pair.flatMap((name, j) => unknown(name, "compare", i, j))),
    ...(spec.decision?.without_duplicates ?? []).flatMap((name, i) =>
      unknown(name, "decision", "without_duplicates", i),
    ),
  ];
}

/** A source that an earlier step gives is one of the two sides of a deterministic step. */
function checkSteps({ sources }: MatchSpec, { at, earlier }: CheckContext): Diagnostic[] {
  const steps = Object.keys(earlier).filter((id) => earlier[id] === "deterministic");
  return Object.entries(sources).flatMap(([name, source]) => {
    if (!("step" in source)) return [];
    const named = (what: string, key: "step" | "output", known: readonly string[]) => {
      if (known.includes(source[key])) return [];
      const params = { what, name: source[key], near: nearest(source[key], known), known };
      return [diagnostic("spec/unknown-name", at("sources", name, key), params)];
    };
    return [...named("deterministic step", "step", steps), ...named("output", "output", ["left", "right"])];
  });
}

/** Keys of a level or a comparison whose text is none of a column. */
const otherKeys: readonly string[] = ["comparison", "label", "weight"];

/** Every column expression that cannot be read, at its place. */
function checkExpressions(spec: MatchSpec, { at }: Pick<CheckContext, "at">): Diagnostic[] {
  const { comparisons, blocking, training, report } = spec;
  const rules = typeof training?.lambda === "object" ? training.lambda.rules : [];
  return [
    ...problems(spec.learned === undefined ? comparisons : [], ["comparisons"], at),
    ...problems(blocking, ["blocking"], at, parseRuleColumn),
    ...problems(training?.rules ?? [], ["training", "rules"], at, parseRuleColumn),
    ...problems(rules, ["training", "lambda", "rules"], at, parseRuleColumn),
    ...problems(report?.by ?? [], ["report", "by"], at),
  ];
}

function problems(
  value: unknown,
  path: readonly (string | number)[],
  at: CheckContext["at"],
  parse: (text: string) => { readonly problem?: string } = parseExpression,
): Diagnostic[] {
  if (typeof value === "string") {
    const { problem } = parse(value);
    return problem === undefined ? [] : [diagnostic("link/bad-expression", at(...path), { problem })];
  }
  if (Array.isArray(value)) return value.flatMap((part, i) => problems(part, [...path, i], at, parse));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, part]) =>
    otherKeys.includes(key) ? [] : problems(part, [...path, key], at),
  );
}
