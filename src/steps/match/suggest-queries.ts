import { type Shape, shapes } from "../../model/linkage/profile/profile.ts";
import { fn } from "../../sql/functions.ts";
import { as, cast, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columnName, ownText, recordsTable, tables } from "./compile-records.ts";
import type { MatchSpec } from "./match-spec.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/** Values of a column by which its shape is told. */
const looked = 10_000;

/**
 * What a column's profile needs.
 *
 * Out: one row: rows, present, distinct, length (mean of the values looked at), and a share by shape of those; NULL
 * where there is none. Values are looked at by the order of their hashes, so that the same file tells the same.
 */
export function profileQuery(relation: string, column: string): Sql {
  const shape = ([name, pattern]: [string, string]) =>
    as(
      sql`avg(CASE WHEN ${fn.regexMatches(sql`upper(value)`, literal(pattern))} THEN 1.0 ELSE 0.0 END)`,
      name,
    );
  return sql`SELECT s.rows, s.present, s.distinct_values, p.*
FROM (
SELECT count(*) AS rows, count(value) AS present, count(DISTINCT value) AS distinct_values
FROM (SELECT ${as(ownText(column), "value")} FROM ${ident(relation)}) AS a
) AS s
CROSS JOIN (
SELECT ${join([as(sql`avg(length(value))`, "length"), ...Object.entries(shapes).map(shape)])}
FROM (
SELECT DISTINCT ${as(ownText(column), "value")} FROM ${ident(relation)}
WHERE ${ownText(column)} IS NOT NULL
ORDER BY hash(value), value
LIMIT ${literal(looked)}
) AS v
) AS p`;
}

/** The shapes in the order of their columns. */
export const shapeNames = Object.keys(shapes) as readonly Shape[];

/** All records with a number for each of the model's values: equal values have equal numbers. NULL where missing. */
export function hashedRecords(resolved: ResolvedMatch, sources: MatchSpec["sources"]): Sql {
  const records = recordsTable(resolved, sources, "varchar").query;
  const hashed = resolved.model.columns.map((_, c) => {
    const column = ident(columnName(c));
    return as(sql`CASE WHEN ${column} IS NOT NULL THEN hash(${column}) END`, columnName(c));
  });
  return sql`SELECT ${join([ident("source"), ...hashed])}
FROM (${records}) AS ${ident(tables.records)}`;
}

/**
 * Pairs that agree on columns, none of them missing: one row, between (pairs of different sources) and a column within
 * each source.
 */
export function pairCounts(relation: string, places: readonly number[], sources: number): Sql {
  const columns = places.map((c) => ident(columnName(c)));
  const each = Array.from({ length: sources }, (_, s) =>
    as(cast(sql`count(*) FILTER (WHERE source = ${literal(s)})`, "double"), `n${s}`),
  );
  const pairs = (n: Sql) => sql`${n} * (${n} - 1) / 2`;
  const within = Array.from({ length: sources }, (_, s) => pairs(ident(`n${s}`)));
  const plus = sql` - `;
  const all = pairs(ident("n"));
  return sql`SELECT ${join([
    as(sql`coalesce(sum(${join([all, ...within], plus)}), 0)`, "between"),
    ...within.map((its, s) => as(sql`coalesce(sum(${its}), 0)`, `within_${s}`)),
  ])}
FROM (
SELECT ${join([as(cast(sql`count(*)`, "double"), "n"), ...each])}
FROM ${ident(relation)}
WHERE ${join(
    columns.map((column) => sql`${column} IS NOT NULL`),
    sql` AND `,
  )}
GROUP BY ${join(columns)}
HAVING count(*) > 1
) AS g`;
}
