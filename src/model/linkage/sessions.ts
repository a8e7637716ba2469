import type { Comparison, LevelNumbers, Probability } from "./model.ts";
import type { LevelParameters, Parameters } from "./parameters.ts";
import { columnsOf } from "./resolve-model.ts";
import type { ResolvedComparison, ResolvedModel, ResolvedRule, ResolvedTest } from "./resolved.ts";

/** The share of a level that training never saw: the weight is then large, not infinite. */
export const unseen = 1e-6;

/** The numbers of a comparison's levels, from else to the best. */
export function numbersOf({ levels, else: rest }: Comparison): LevelNumbers[] {
  return [rest ?? {}, ...[...levels].reverse()];
}

/** The number that a level is given, fixed or to start from. */
function given(p: Probability | undefined): number | undefined {
  if (p === undefined || typeof p === "number") return p;
  return "start" in p ? p.start : p.prior;
}

/**
 * Where learning starts: m as the model states it, else .95 on the best level and the rest shared equally; u as the
 * model states it, else as it was found among random pairs.
 */
export function startParameters(
  comparisons: readonly Comparison[],
  lambda: number,
  foundU: readonly (Float64Array | undefined)[],
): Parameters {
  return {
    lambda,
    comparisons: comparisons.map((comparison, c) => {
      const numbers = numbersOf(comparison);
      const best = numbers.length - 1;
      return numbers.map(
        ({ m, u }, level): LevelParameters => ({
          m: given(m) ?? (level === best ? 0.95 : 0.05 / best),
          u: Math.max(given(u) ?? foundU[c]?.[level] ?? unseen, Number.MIN_VALUE),
        }),
      );
    }),
  };
}

/** Which comparisons a session can learn: those that look at none of the rule's columns. */
export function comparedIn({ comparisons, columns }: ResolvedModel, rule: ResolvedRule): boolean[] {
  const bases = new Set(rule.columns.flatMap((c) => basesOf(columns, c)));
  return comparisons.map((comparison) =>
    comparison.columns.every((c) => basesOf(columns, c).every((base) => !bases.has(base))),
  );
}

/** The columns of the sources behind a column of the model. */
function basesOf(columns: ResolvedModel["columns"], place: number): readonly string[] {
  return columns[place]?.bases ?? [];
}

/**
 * The share of matches among a rule's pairs to start from: what the agreement on the rule's columns says by itself, by
 * the exact levels that it settles. A level of several columns comes before those of one.
 * Source: Splink, estimate_parameters_using_expectation_maximisation.
 */
export function lambdaAmong(
  rule: ResolvedRule,
  model: ResolvedModel,
  { lambda, comparisons }: Parameters,
): number {
  const levels = model.comparisons.flatMap((comparison, c) =>
    exactLevels(comparison).map((its) => ({ ...its, c })),
  );
  const covered = levels
    .filter(({ columns }) => columns.every((column) => rule.columns.includes(column)))
    .sort((a, b) => b.columns.length - a.columns.length);
  const used = new Set<number>();
  let odds = lambda / (1 - lambda);
  for (const { columns, c, level } of covered) {
    if (columns.some((column) => used.has(column))) continue;
    for (const column of columns) used.add(column);
    const { m, u } = comparisons[c]?.[level] ?? { m: 1, u: 1 };
    odds *= m / u;
  }
  return odds / (1 + odds);
}

function exactLevels({
  levels,
}: ResolvedComparison): { readonly level: number; readonly columns: number[] }[] {
  return levels.flatMap(({ test }, level) =>
    test !== undefined && isSame(test) ? [{ level, columns: columnsOf(test) }] : [],
  );
}

function isSame(test: ResolvedTest): boolean {
  return test.kind === "same" || (test.kind === "all" && test.tests.every(isSame));
}

/** What one session learned of which comparisons. */
export interface Session {
  readonly compared: readonly boolean[];
  readonly parameters: Parameters;
}

/**
 * The model that several sessions make: the median of what each learned, m and u alike; what none learned stays as it
 * started. What the model fixes stays fixed.
 */
export function combineSessions(
  start: Parameters,
  sessions: readonly Session[],
  comparisons: readonly Comparison[],
): Parameters {
  return {
    lambda: start.lambda,
    comparisons: start.comparisons.map((levels, c) => {
      const numbers = numbersOf(comparisons[c] as Comparison);
      const learned = sessions.filter(({ compared }) => compared[c]);
      return levels.map((level, l) => {
        const of = (key: "m" | "u") =>
          learned.map((s) => s.parameters.comparisons[c]?.[l]?.[key] ?? level[key]);
        const isFixed = (p: Probability | undefined) => typeof p === "number";
        return {
          m: isFixed(numbers[l]?.m) || learned.length === 0 ? level.m : median(of("m")),
          u: isFixed(numbers[l]?.u) || learned.length === 0 ? level.u : median(of("u")),
        };
      });
    }),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
}
