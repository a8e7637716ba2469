import type { Comparison, LevelNumbers, Probability } from "../model.ts";
import type { LevelParameters, Parameters } from "../parameters.ts";
import { columnsOf } from "../resolve-model.ts";
import type {
  ModelColumn,
  ResolvedComparison,
  ResolvedModel,
  ResolvedRule,
  ResolvedTest,
} from "../resolved.ts";

/** Pairs that a session looks at where nothing is said: of more a sample is drawn. */
export const sessionPairs = 1_000_000;

/** The share of a level that training never saw: the weight is then large, not infinite. */
const unseen = 1e-6;

/** The numbers of a comparison's levels, from else to the best. */
export function numbersOf({ levels, else: rest }: Comparison): LevelNumbers[] {
  return [rest ?? {}, ...[...levels].reverse()];
}

/** The number that a level is given: fixed, to start from, or to be drawn towards. */
export function given(p: Probability | undefined): number | undefined {
  if (p === undefined || typeof p === "number") return p;
  return "start" in p ? p.start : p.prior;
}

/**
 * Where learning starts: m as the model states it, else .95 on the best level and the rest shared equally; u as it
 * was found among random pairs, which keep what is fixed; else as the model states it.
 */
export function startParameters(
  stated: readonly (readonly LevelNumbers[])[],
  lambda: number,
  foundU: readonly (readonly number[] | undefined)[],
): Parameters {
  return {
    lambda,
    comparisons: stated.map((numbers, c) => {
      const best = numbers.length - 1;
      const m = startShares(
        numbers.map((its, level) => its.m ?? { start: level === best ? 0.95 : 0.05 / best }),
      );
      return numbers.map(
        ({ u }, level): LevelParameters => ({
          m: m[level] as number,
          u: Math.max(foundU[c]?.[level] ?? given(u) ?? unseen, Number.MIN_VALUE),
        }),
      );
    }),
  };
}

/** Shares to start from, those that are not fixed made to fill what the others leave. */
function startShares(stated: readonly Probability[]): number[] {
  const shares = stated.map((its) => given(its) as number);
  const sumOf = (isFixed: boolean) =>
    shares.reduce((sum, share, l) => ((typeof stated[l] === "number") === isFixed ? sum + share : sum), 0);
  const [open, rest] = [sumOf(false), 1 - sumOf(true)];
  if (rest <= 0 || Math.abs(open - rest) < 1e-12) return shares;
  return shares.map((share, l) => (typeof stated[l] === "number" ? share : (share * rest) / open));
}

/** Which comparisons a session can learn: those that look at none of the rule's columns. */
export function comparedIn({ comparisons, columns }: ResolvedModel, rule: ResolvedRule): boolean[] {
  const bases = new Set([...rule.columns, ...rule.lists].flatMap((c) => basesOf(columns, c)));
  return comparisons.map((comparison) =>
    comparison.columns.every((c) => basesOf(columns, c).every((base) => !bases.has(base))),
  );
}

/** The columns of the sources behind a column of the model. */
function basesOf(columns: ResolvedModel["columns"], place: number): readonly string[] {
  return columns[place]?.bases ?? [];
}

/** A comparison's level, by their places. */
export interface LevelPlace {
  readonly comparison: number;
  readonly level: number;
}

/**
 * The exact levels that a rule's agreement settles by itself, each column's once: a level of several columns comes
 * before those of one.
 *
 * In: what the rule's pairs agree on; the name by which a level's column is found there, if it can be.
 * Source: Splink, estimate_parameters_using_expectation_maximisation.
 */
export function agreedLevels(
  { columns, comparisons }: ResolvedModel,
  agreed: ReadonlySet<string>,
  nameOf: (column: ModelColumn) => string | undefined,
): LevelPlace[] {
  const open = new Set(agreed);
  const name = (place: number) => nameOf(columns[place] as ModelColumn);
  return comparisons
    .flatMap((its, comparison) => exactLevels(its).map((level) => ({ comparison, ...level })))
    .map(({ columns: its, ...place }) => ({ ...place, names: its.map(name) }))
    .sort((a, b) => b.names.length - a.names.length)
    .filter(({ names }) => {
      if (!names.every((its) => its !== undefined && open.has(its))) return false;
      for (const its of names) open.delete(its as string);
      return true;
    })
    .map(({ comparison, level }) => ({ comparison, level }));
}

/**
 * The share of matches among a rule's pairs to start from: what the agreement on its columns says by itself. Records that
 * agree on a column agree on what is made of it.
 */
export function lambdaAmong(rule: ResolvedRule, model: ResolvedModel, parameters: Parameters): number {
  const own = ({ expression, name }: ModelColumn) => (expression.kind === "column" ? expression.name : name);
  const agreed = new Set(rule.columns.map((place) => own(model.columns[place] as ModelColumn)));
  const nameOf = (column: ModelColumn) =>
    agreed.has(own(column)) || column.bases.length !== 1 ? own(column) : column.bases[0];
  return lambdaGiven(agreedLevels(model, agreed, nameOf), parameters);
}

/** The share of matches among pairs that have these levels, from that among all pairs. */
export function lambdaGiven(levels: readonly LevelPlace[], parameters: Parameters): number {
  const { lambda } = parameters;
  const odds = (lambda / (1 - lambda)) * oddsOf(levels, parameters);
  return odds / (1 + odds);
}

/** How much more often than among other pairs these levels hold among matches. */
export function oddsOf(levels: readonly LevelPlace[], { comparisons }: Parameters): number {
  return levels.reduce((product, { comparison, level }) => {
    const { m, u } = comparisons[comparison]?.[level] ?? { m: 1, u: 1 };
    return product * (m / u);
  }, 1);
}

/** The levels of a comparison that are exact matches, the best first. */
function exactLevels({
  levels,
}: ResolvedComparison): { readonly level: number; readonly columns: number[] }[] {
  return levels
    .flatMap(({ test }, level) =>
      test !== undefined && isSame(test) ? [{ level, columns: columnsOf(test) }] : [],
    )
    .reverse();
}

function isSame(test: ResolvedTest): boolean {
  return test.kind === "same" || (test.kind === "all" && test.tests.every(isSame));
}

/** What one session learned of which comparisons. */
interface Session {
  readonly compared: readonly boolean[];
  readonly parameters: Parameters;
}

/**
 * The model that several sessions make: the median of what each learned, m and u alike; what none learned stays as it
 * started.
 */
export function combineSessions(start: Parameters, sessions: readonly Session[]): Parameters {
  return {
    lambda: start.lambda,
    comparisons: start.comparisons.map((levels, c) => {
      const learned = sessions.filter(({ compared }) => compared[c]);
      if (learned.length === 0) return levels;
      return levels.map((level, l) => {
        const of = (key: "m" | "u") =>
          median(learned.map((s) => s.parameters.comparisons[c]?.[l]?.[key] ?? level[key]));
        return { m: of("m"), u: of("u") };
      });
    }),
  };
}

/** The middle of some numbers, or of the two nearest to it. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
}
