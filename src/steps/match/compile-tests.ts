import type { Attribute, ResolvedComparison, ResolvedTest } from "../../model/linkage/resolved.ts";
import { fn } from "../../sql/functions.ts";
import { and, cast, ident, literal, or, type Sql, sql } from "../../sql/sql.ts";
import { columnName } from "./compile-records.ts";

/** What a value stands for and is kept beside it. */
export type StoredAttribute = Exclude<Attribute, "text" | "elements">;

/** The name of what a value stands for, beside the column itself. */
export const attributeName = (place: number, attribute: StoredAttribute): string =>
  `${columnName(place)}_${attribute}`;

/** The level of a comparison for the records `l` and `r`: −1 where it says nothing, 0 where no level holds. */
export function compileLevel(comparison: ResolvedComparison): Sql {
  return comparisonCases(comparison, (level) => literal(level ?? -1));
}

/** What is made of the level of a comparison for the records `l` and `r`; `undefined` where it says nothing. */
export function comparisonCases(
  { missing, levels }: ResolvedComparison,
  made: (level: number | undefined) => Sql,
): Sql {
  const tests = levels.flatMap(({ test }, level) =>
    test === undefined
      ? []
      : [
          sql`
  WHEN ${compileTest(test)} THEN ${made(level)}`,
        ],
  );
  return sql`CASE WHEN ${compileTest(missing)} THEN ${made(undefined)}${{ kind: "list", parts: tests.reverse() }} ELSE ${made(0)} END`;
}

/** A test of the records `l` and `r`; NULL where a value is missing. */
function compileTest(test: ResolvedTest): Sql {
  switch (test.kind) {
    case "same":
      return sql`${left(test.column)} = ${right(test.column)}`;
    case "distance": {
      const distance = test.of === "levenshtein" ? fn.levenshtein : fn.damerauLevenshtein;
      return sql`${distance(left(test.column), right(test.column))} <= ${literal(test.most)}`;
    }
    case "similarity": {
      const similarity = { jaro: fn.jaro, jaro_winkler: fn.jaroWinkler, jaccard: fn.jaccard }[test.of];
      return sql`${similarity(left(test.column), right(test.column))} >= ${double(test.least)}`;
    }
    case "reversed": {
      const [a, b] = test.columns;
      return wherePresent(
        [left(a), right(a), left(b), right(b)],
        sql`${left(a)} = ${right(b)} AND ${left(b)} = ${right(a)}`,
      );
    }
    case "missing":
      return and(test.columns.map((c) => sql`(${left(c)} IS NULL OR ${right(c)} IS NULL)`));
    case "all":
      return and(test.tests.map(compileTest));
    case "any":
      return or(test.tests.map(compileTest));
    case "not":
      return sql`(NOT (${compileTest(test.test)}))`;
    default:
      return compileAttributeTest(test);
  }
}

/** A value that is NULL where one of its parts is, though the sign or function itself would look past that. */
function wherePresent(parts: readonly Sql[], value: Sql): Sql {
  return sql`CASE WHEN ${and(parts.map((part) => sql`${part} IS NOT NULL`))} THEN ${value} END`;
}

type AttributeTest = Extract<ResolvedTest, { kind: "apart" | "share" | "kilometres" | "intersect" | "dice" }>;

function compileAttributeTest(test: AttributeTest): Sql {
  switch (test.kind) {
    case "apart":
      return sql`abs(${left(test.column, test.of)} - ${right(test.column, test.of)}) <= ${double(test.most)}`;
    case "share": {
      const [a, b] = [left(test.column, "number"), right(test.column, "number")];
      return sql`abs(${a} - ${b}) / greatest(${a}, ${b}) < ${double(test.below)}`;
    }
    case "kilometres":
      return sql`${kilometres(test.columns)} <= ${double(test.most)}`;
    case "dice":
      return sql`${dice(left(test.column, "bits"), right(test.column, "bits"))} >= ${double(test.least)}`;
    case "intersect":
      return sql`${fn.sharedParts(left(test.column), right(test.column))} >= ${literal(test.least)}`;
  }
}

/** Twice the bits that two vectors share over all their bits; 0 for two empty ones. */
function dice(a: Sql, b: Sql): Sql {
  const all = sql`(${fn.bitsSet(a)} + ${fn.bitsSet(b)})`;
  const share = sql`${cast(sql`2 * ${fn.sharedBits(a, b)}`, "double")} / ${cast(all, "double")}`;
  return sql`CASE WHEN ${all} = 0 THEN ${double(0)} ELSE ${share} END`;
}

/** By the spherical law of cosines, on a sphere of 6,371 km. */
function kilometres([latitude, longitude]: readonly [number, number]): Sql {
  const [a, b] = [left(latitude, "number"), right(latitude, "number")];
  const [c, d] = [left(longitude, "number"), right(longitude, "number")];
  const cosine = sql`sin(radians(${a})) * sin(radians(${b})) + cos(radians(${a})) * cos(radians(${b})) * cos(radians(${d} - ${c}))`;
  return wherePresent(
    [a, b, c, d],
    sql`acos(least(${double(1)}, greatest(${double(-1)}, ${cosine}))) * ${double(6371)}`,
  );
}

function left(place: number, attribute?: StoredAttribute): Sql {
  return ident("l", attribute === undefined ? columnName(place) : attributeName(place, attribute));
}

function right(place: number, attribute?: StoredAttribute): Sql {
  return ident("r", attribute === undefined ? columnName(place) : attributeName(place, attribute));
}

/** A bare number with a point is a DECIMAL in some engines, and comparing one with a DOUBLE costs a cast per row. */
function double(value: number): Sql {
  return cast(literal(value), "double");
}
