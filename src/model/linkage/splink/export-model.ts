import type { Comparison, Level, LevelNumbers, LevelTest, Probability } from "../model.ts";
import type { SplinkLinkage } from "./import-model.ts";
import { NoCounterpart } from "./no-counterpart.ts";
import { testedColumns, writeNull } from "./null-level.ts";
import { Problems, placeOf } from "./problems.ts";
import { writeRule } from "./rule.ts";
import type { SplinkComparison, SplinkLevel } from "./saved-model.ts";
import { writeTerm } from "./term.ts";
import { typedColumns, writeTest } from "./write-test.ts";

/** A model in the form that Splink saves, where all of it can be said there; else what cannot, a line for each. */
export interface SplinkExport {
  readonly json?: object;
  readonly problems: readonly string[];
}

/**
 * A linkage as a model that Splink 4 or 5 loads, for DuckDB. `importSplink` gives the same linkage back, in its own way
 * of writing it: `all` of exact matches is one exact match of several columns, and a start is a number.
 *
 * A number of ours stays fixed in Splink's training; a start does not. Weights, vetoes, priors and bit vectors are
 * problems, as is a frequency of what is no plain column.
 */
export function exportSplink(linkage: SplinkLinkage, { version }: { readonly version: 4 | 5 }): SplinkExport {
  const problems = new Problems();
  const rules = linkage.blocking.map((columns) =>
    problems.attempt(`blocking rule ${columns.join(", ")}`, () => writeRule(columns)),
  );
  const comparisons = linkage.comparisons.map((comparison) => writeComparison(comparison, problems));
  if (problems.lines.length > 0) return { problems: problems.lines };
  const json = {
    link_type: linkage.linkType,
    probability_two_random_records_match: linkage.lambda,
    sql_dialect: "duckdb",
    unique_id_column_name: linkage.idColumn,
    ...(version === 4 ? { bayes_factor_column_prefix: "bf_" } : { match_weight_column_prefix: "mw_" }),
    blocking_rules_to_generate_predictions: rules,
    comparisons,
  };
  return { json, problems: [] };
}

function writeComparison(comparison: Comparison, problems: Problems): SplinkComparison {
  const { comparison: name, levels } = comparison;
  if (!/^[\p{L}\p{N}_ ]+$/u.test(name)) {
    problems.add(placeOf(name), "has a name with signs in it, of which Splink cannot name its columns");
  }
  const written = levels.flatMap((level, i) => {
    const place = placeOf(name, level.label ?? `level ${i + 1}`);
    return problems.attempt(place, () => writeLevel(level, levels, i)) ?? [];
  });
  const missing = problems.attempt(placeOf(name, "null"), () => writeNullLevel(comparison)) ?? [];
  const last = problems.attempt(placeOf(name, "else"), () => ({
    sql_condition: "ELSE",
    label_for_charts: "else",
    ...numbersOf(comparison.else ?? {}),
  }));
  return { output_column_name: name, comparison_levels: [...missing, ...written, ...(last ? [last] : [])] };
}

function writeNullLevel({ null: test, levels }: Comparison): SplinkLevel[] {
  const condition = writeNull(test, levels);
  if (condition === undefined) return [];
  const label = `missing: ${testedColumns(test === undefined ? levels : [test]).join(", ")}`;
  return [{ sql_condition: condition, label_for_charts: label, is_null_level: true }];
}

function writeLevel(level: Level, levels: readonly LevelTest[], place: number): SplinkLevel {
  return {
    sql_condition: writeTest(level, typedColumns(levels)),
    ...(level.label === undefined ? {} : { label_for_charts: level.label }),
    ...numbersOf(level),
    ...writeTerm(level, levels, place),
  };
}

function numbersOf({ m, u, weight }: LevelNumbers): Partial<SplinkLevel> {
  if (weight !== undefined) {
    const what = typeof weight === "number" ? "a weight" : `a ${weight}`;
    throw new NoCounterpart(`has ${what} in place of m and u`);
  }
  return {
    ...(m === undefined ? {} : { m_probability: numberOf(m), fix_m_probability: typeof m === "number" }),
    ...(u === undefined ? {} : { u_probability: numberOf(u), fix_u_probability: typeof u === "number" }),
  };
}

function numberOf(probability: Probability): number {
  if (typeof probability === "number") return probability;
  if ("start" in probability) return probability.start;
  throw new NoCounterpart("draws a probability towards a prior");
}
