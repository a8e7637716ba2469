import { as, cast, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columns } from "../../sql/statement.ts";
import type { Relation } from "../../sql/type.ts";
import { columnName, recordsTable } from "./compile-records.ts";
import type { MatchSpec } from "./match-spec.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/** The records that are asked for: the place of each in the pair, the place of its source, and its id as text. */
export const wantedRelation: Relation = {
  name: "wanted",
  columns: columns({ side: "integer", source: "integer", id: "varchar" }),
};

/** The columns of the records in `wanted`, by side; a row for each record of that id. */
export function pairQuery(match: ResolvedMatch, sources: MatchSpec["sources"]): Sql {
  const values = match.model.columns.map((_, c) => ident("r", columnName(c)));
  return sql`SELECT ${join([ident("w", "side"), ...values])}
FROM (${recordsTable(match, sources, "varchar").query}) AS r
JOIN ${ident(wantedRelation.name)} AS w ON w.source = r.source AND w.id = ${cast(ident("r", "id"), "varchar")}
ORDER BY w.side`;
}

/** How many records have a value in each of some columns, and how many that of each side of the table `pair`. */
export function frequencyQuery(
  match: ResolvedMatch,
  sources: MatchSpec["sources"],
  places: readonly number[],
): Sql {
  const counts = places.flatMap((place) => {
    const column = columnName(place);
    const of = (side: number) =>
      sql`count(*) FILTER (WHERE ${ident(column)} = (SELECT ${ident(column)} FROM pair WHERE side = ${literal(side)}))`;
    return [
      as(sql`count(${ident(column)})`, `${column}_all`),
      as(of(0), `${column}_0`),
      as(of(1), `${column}_1`),
    ];
  });
  return sql`SELECT ${join(counts)}
FROM (${recordsTable(match, sources, "varchar").query}) AS r`;
}
