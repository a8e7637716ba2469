import type { LevelTest } from "../model.ts";
import type { Side } from "./condition.ts";
import { type Measure, measureOf, measureSql } from "./measures.ts";
import { NoCounterpart } from "./no-counterpart.ts";
import { secondsOf } from "./seconds.ts";
import { columnSql } from "./write-column.ts";

/**
 * A test as the condition of a Splink level; `readTest` gives it back.
 *
 * In: the columns that the comparison also looks at as dates or numbers, which may be no text in Splink's records.
 * Throws NoCounterpart, saying what has none.
 */
export function writeTest(test: LevelTest, typed: ReadonlySet<string> = new Set()): string {
  if ("exact" in test) {
    const columns = listed(test.exact);
    return group(
      "AND",
      columns.map((column) => equal(column, column)),
    );
  }
  if ("missing" in test) return group("AND", listed(test.missing).map(missing));
  if ("reversed" in test) {
    const [first, second] = test.reversed;
    return `${equal(first, second)} AND ${columnSql(first, "r")} = ${columnSql(second, "l")}`;
  }
  if ("not" in test) return `NOT (${writeTest(test.not, typed)})`;
  if ("all" in test || "any" in test) {
    const [word, parts] = "all" in test ? (["AND", test.all] as const) : (["OR", test.any] as const);
    return group(
      word,
      parts.map((part) => writeTest(part, typed)),
    );
  }
  return bounded(test, typed);
}

type MeasuredTest = Exclude<
  LevelTest,
  | { exact: unknown }
  | { missing: unknown }
  | { reversed: unknown }
  | { all: unknown }
  | { any: unknown }
  | { not: unknown }
>;

function bounded(test: MeasuredTest, typed: ReadonlySet<string>): string {
  const { measure, columns, bound } = measured(test);
  const sides = columns.map((text) => {
    const sql = (side: Side) => valueSql(columnSql(text, side), measure, typed.has(text));
    return { l: sql("l"), r: sql("r") };
  });
  return `${measureSql(measure, sides)} ${measure.operator} ${bound}`;
}

/** Casts that let Splink's records hold a date or a number as such or as its text, and a text as anything. */
function valueSql(column: string, { role, test }: Measure, isTyped: boolean): string {
  if (role === "day") return `try_strptime(CAST(${column} AS VARCHAR), '%Y-%m-%d')`;
  if (role === "number") return `TRY_CAST(${column} AS DOUBLE)`;
  return isTyped && test !== "intersect" ? `CAST(${column} AS VARCHAR)` : column;
}

interface BoundedMeasure {
  readonly measure: Measure;
  readonly columns: readonly string[];
  readonly bound: number | string;
}

function measured(test: MeasuredTest): BoundedMeasure {
  const of = (kind: Measure["test"], columns: string | readonly string[], bound: number | string) => ({
    measure: measureOf(kind),
    columns: listed(columns),
    bound,
  });
  if ("levenshtein" in test) return of("levenshtein", test.levenshtein, test.at_most);
  if ("damerau_levenshtein" in test) return of("damerau_levenshtein", test.damerau_levenshtein, test.at_most);
  if ("jaro" in test) return of("jaro", test.jaro, test.at_least);
  if ("jaro_winkler" in test) return of("jaro_winkler", test.jaro_winkler, test.at_least);
  if ("jaccard" in test) return of("jaccard", test.jaccard, test.at_least);
  if ("days" in test) return of("seconds", test.days, secondsOf("days", test.at_most));
  if ("months" in test) return of("seconds", test.months, secondsOf("months", test.at_most));
  if ("years" in test) return of("seconds", test.years, secondsOf("years", test.at_most));
  if ("difference" in test) return of("difference", test.difference, test.at_most);
  if ("share" in test) return of("share", test.share, test.below);
  if ("kilometres" in test) return of("kilometres", test.kilometres, test.at_most);
  if ("intersect" in test) return of("intersect", test.intersect, test.at_least);
  throw new NoCounterpart("compares bit vectors, which Splink does not");
}

/** The columns that tests look at as dates or numbers. */
export function typedColumns(tests: readonly LevelTest[]): Set<string> {
  const within = (test: LevelTest): readonly string[] => {
    if ("all" in test) return test.all.flatMap(within);
    if ("any" in test) return test.any.flatMap(within);
    if ("not" in test) return within(test.not);
    if ("exact" in test || "missing" in test || "reversed" in test || "dice" in test) return [];
    const { measure, columns } = measured(test);
    return measure.role === "text" ? [] : columns;
  };
  return new Set(tests.flatMap(within));
}

function equal(left: string, right: string): string {
  return `${columnSql(left, "l")} = ${columnSql(right, "r")}`;
}

function missing(column: string): string {
  return `${columnSql(column, "l")} IS NULL OR ${columnSql(column, "r")} IS NULL`;
}

function listed(columns: string | readonly string[]): readonly string[] {
  return typeof columns === "string" ? [columns] : columns;
}

function group(word: "AND" | "OR", parts: readonly string[]): string {
  return parts.length === 1 ? parts.join() : parts.map((part) => `(${part})`).join(` ${word} `);
}
