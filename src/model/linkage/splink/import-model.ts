import type { Comparison, Level, LevelNumbers, LevelTest } from "../model.ts";
import { readNull } from "./null-level.ts";
import { Problems, placeOf } from "./problems.ts";
import { readTest } from "./read-test.ts";
import { readRule } from "./rule.ts";
import { modelSchema, type SplinkComparison, type SplinkLevel } from "./saved-model.ts";
import { readTerm } from "./term.ts";

/** What a Splink model says, in our words. */
export interface SplinkLinkage {
  readonly linkType: "dedupe_only" | "link_only" | "link_and_dedupe";
  /** The column that names each record. */
  readonly idColumn: string;
  readonly lambda: number;
  readonly comparisons: readonly Comparison[];
  /** Columns that both records share, rule by rule. */
  readonly blocking: readonly (readonly string[])[];
}

/** A linkage where all of the model has a counterpart; else what has none, a line for each level or rule. */
export interface SplinkImport {
  readonly linkage?: SplinkLinkage;
  readonly problems: readonly string[];
}

/**
 * A model that Splink 4 or 5 saved for DuckDB, in our words. Nothing is guessed: what has no counterpart is a problem,
 * and with a problem there is no linkage. A level's m and u are numbers whether or not Splink holds them fixed; a level
 * that it has not trained has none.
 *
 * In: the file's JSON, parsed.
 */
export function importSplink(json: unknown): SplinkImport {
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") || "its top";
    return { problems: [`this is no Splink model for DuckDB: at ${path}, ${issue?.message}`] };
  }
  const model = parsed.data;
  const problems = new Problems();
  const rules = model.blocking_rules_to_generate_predictions;
  const linkage: SplinkLinkage = {
    linkType: model.link_type,
    idColumn: model.unique_id_column_name,
    lambda: model.probability_two_random_records_match,
    comparisons: model.comparisons.flatMap((comparison) => readComparison(comparison, problems) ?? []),
    blocking: rules.flatMap(
      (rule) => problems.attempt(`blocking rule ${rule.blocking_rule}`, () => [readRule(rule)]) ?? [],
    ),
  };
  return problems.lines.length > 0 ? { problems: problems.lines } : { linkage, problems: [] };
}

function readComparison(saved: SplinkComparison, problems: Problems): Comparison | undefined {
  const comparison = saved.output_column_name;
  const parts = partsOf(saved.comparison_levels);
  if (parts === undefined) {
    problems.add(placeOf(comparison), "is not null levels, then others, then ELSE");
    return undefined;
  }
  const { nulls, others, last } = parts;
  const each = <T>(levels: readonly SplinkLevel[], read: (level: SplinkLevel, i: number) => T): T[] =>
    levels.flatMap((level, i) => {
      const label = level.label_for_charts ?? level.sql_condition;
      return problems.attempt(placeOf(comparison, label), () => [read(level, i)]) ?? [];
    });
  const nullTests = each(nulls, ({ sql_condition }) => readTest(sql_condition));
  const tests = each(others, ({ sql_condition }) => readTest(sql_condition));
  if (nullTests.length < nulls.length || tests.length < others.length) return undefined;
  const levels = each(others, (level, i) => readLevel(level, tests, i));
  const missing = readNull(nullTests, tests);
  const numbers = numbersOf(last);
  return {
    comparison,
    levels,
    ...(Object.keys(numbers).length === 0 ? {} : { else: numbers }),
    ...(missing === undefined ? {} : { null: missing }),
  };
}

interface LevelParts {
  readonly nulls: readonly SplinkLevel[];
  /** One at least, the best first. */
  readonly others: readonly SplinkLevel[];
  readonly last: SplinkLevel;
}

/** Null levels, then others, then ELSE; undefined where they stand in another order, which would mean another thing. */
function partsOf(levels: readonly SplinkLevel[]): LevelParts | undefined {
  const isNull = (level: SplinkLevel) => level.is_null_level === true;
  const isElse = (level: SplinkLevel) => level.sql_condition.trim().toUpperCase() === "ELSE";
  const start = levels.findIndex((level) => !isNull(level));
  const [nulls, others, last] = [levels.slice(0, start), levels.slice(start, -1), levels.at(-1)];
  if (start === -1 || last === undefined || !isElse(last) || others.length === 0) return undefined;
  return others.some((level) => isNull(level) || isElse(level)) ? undefined : { nulls, others, last };
}

function readLevel(saved: SplinkLevel, tests: readonly LevelTest[], place: number): Level {
  const term = readTerm(saved, tests, place);
  return {
    ...(tests[place] as LevelTest),
    ...(typeof saved.label_for_charts === "string" ? { label: saved.label_for_charts } : {}),
    ...numbersOf(saved),
    ...(term === undefined ? {} : { term_frequency: term }),
  };
}

function numbersOf({ m_probability: m, u_probability: u }: SplinkLevel): LevelNumbers {
  return { ...(typeof m === "number" ? { m } : {}), ...(typeof u === "number" ? { u } : {}) };
}
